import type { Knex } from 'knex'
import type { PromptAnswer } from '../kit/handset.ts'
import type { Wallet } from '../kit/wallets.ts'
import { credit, debit } from './accounts.ts'
import { type Kind, type RequestRow, wallets } from './house.ts'
import { SUCCESSFUL } from './scenarios.ts'

/** What ends a transaction: the customer, or the end of its time. */
export type Ending = PromptAnswer | { readonly kind: 'timeout' }

export const lockRow = (trx: Knex.Transaction, reference: string): Promise<RequestRow | undefined> =>
  trx('sim_mtn_momo.transactions').where({ reference }).forUpdate().first()

function answerOf(row: RequestRow, ending: Ending, wallet: Wallet | undefined): string {
  if (ending.kind === 'cancel') return 'APPROVAL_REJECTED'
  if (row.scripted !== null) return row.scripted
  if (ending.kind === 'timeout') return 'EXPIRED'
  if (wallet === undefined) return 'PAYER_NOT_FOUND'
  if (ending.kind === 'pin' && ending.pin !== wallet.pin) return 'PAYMENT_NOT_APPROVED'
  return wallet.balance < BigInt(row.amount_minor) ? 'NOT_ENOUGH_FUNDS' : SUCCESSFUL
}

/** From her wallet to the lender's account. A wallet that the sandbox made up has nothing to move. */
async function collect(trx: Knex.Transaction, row: RequestRow, ending: Ending): Promise<string> {
  const wallet = await wallets.lock(trx, row.msisdn, row.currency)
  const result = answerOf(row, ending, wallet)
  if (result !== SUCCESSFUL) return result
  if (wallet !== undefined) await wallets.move(trx, wallet, -BigInt(row.amount_minor))
  await credit(trx, row, BigInt(row.amount_minor))
  return SUCCESSFUL
}

/** From the lender's float to a wallet, if the whole amount is there. */
async function payOut(trx: Knex.Transaction, row: RequestRow, wallet: Wallet | undefined): Promise<string> {
  if (!(await debit(trx, row, BigInt(row.amount_minor)))) return 'NOT_ENOUGH_FUNDS'
  if (wallet !== undefined) await wallets.move(trx, wallet, BigInt(row.amount_minor))
  return SUCCESSFUL
}

const isDecided = ({ scripted }: RequestRow): boolean => scripted !== null && scripted !== SUCCESSFUL

async function disburse(trx: Knex.Transaction, row: RequestRow): Promise<string> {
  if (isDecided(row)) return String(row.scripted)
  const wallet = await wallets.lock(trx, row.msisdn, row.currency)
  return wallet === undefined && row.scripted === null ? 'PAYEE_NOT_FOUND' : payOut(trx, row, wallet)
}

/** The portal lists no reason for a payment that cannot go back; the general one stands for all of them. */
const CANNOT_GO_BACK = 'COULD_NOT_PERFORM_TRANSACTION'

/** A collection goes back once, to the wallet that paid, and never more than was paid. */
async function refund(trx: Knex.Transaction, row: RequestRow): Promise<string> {
  if (isDecided(row)) return String(row.scripted)
  if (row.scripted === SUCCESSFUL) return payOut(trx, row, undefined)
  const original = await lockRow(trx, row.original ?? '')
  const canGo =
    original?.status === 'succeeded' &&
    original.refunded_by === null &&
    BigInt(row.amount_minor) <= BigInt(original.amount_minor)
  if (!canGo) return CANNOT_GO_BACK
  const result = await payOut(trx, row, await wallets.lock(trx, row.msisdn, row.currency))
  if (result === SUCCESSFUL)
    await trx('sim_mtn_momo.transactions')
      .where({ reference: original.reference })
      .update({ refunded_by: row.reference })
  return result
}

type Move = (trx: Knex.Transaction, row: RequestRow, ending: Ending) => Promise<string>

/** Decides how a locked transaction ends and, where it succeeds, moves its money: SUCCESSFUL, or the reason on FAILED. */
export const MOVES: Readonly<Record<Kind, Move>> = { collect, disburse, refund }

/** Takes a move back; false, and nothing moved, where that cannot be: a refund, or a payout that was spent since. */
export async function moveBack(trx: Knex.Transaction, row: RequestRow): Promise<boolean> {
  if (row.kind === 'refund' || row.refunded_by !== null) return false
  const wallet = await wallets.lock(trx, row.msisdn, row.currency)
  const toWallet = row.kind === 'collect' ? BigInt(row.amount_minor) : -BigInt(row.amount_minor)
  if (wallet !== undefined && wallet.balance + toWallet < 0n) return false
  if (wallet !== undefined) await wallets.move(trx, wallet, toWallet)
  await credit(trx, row, -toWallet)
  return true
}
