import type { Knex } from 'knex'
import type { PromptAnswer } from '../kit/handset.ts'
import { moveFloat, type Row, TABLE, type Wallet, type Why, wallets } from './house.ts'

/** What ends a transaction: the customer, or the end of its time. */
export type Ending = PromptAnswer | { readonly kind: 'timeout' }

export const PAID = 'paid'
type Result = Why | typeof PAID

export const lockRow = (
  trx: Knex.Transaction,
  vendor: string,
  providerReference: string,
): Promise<Row | undefined> =>
  trx(TABLE).where({ vendor, provider_reference: providerReference }).forUpdate().first()

function answerOf(row: Row, ending: Ending, wallet: Wallet | undefined): Result {
  if (ending.kind === 'cancel') return 'cancelled'
  if (row.scripted !== null) return row.scripted as Why
  if (ending.kind === 'timeout') return 'expired'
  if (wallet === undefined) return 'no-account'
  if (ending.kind === 'pin' && ending.pin !== wallet.pin) return 'wrong-pin'
  return wallet.balance < BigInt(row.amount_minor) ? 'insufficient-funds' : PAID
}

async function collect(trx: Knex.Transaction, row: Row, ending: Ending): Promise<Result> {
  const wallet = await wallets.lock(trx, row.msisdn, row.currency)
  const result = answerOf(row, ending, wallet)
  if (result !== PAID || wallet === undefined) return result
  await wallets.move(trx, wallet, -BigInt(row.amount_minor))
  await moveFloat(trx, row, BigInt(row.amount_minor))
  return PAID
}

async function payOut(trx: Knex.Transaction, row: Row): Promise<Result> {
  if (row.scripted !== null) return row.scripted as Why
  const wallet = await wallets.lock(trx, row.msisdn, row.currency)
  if (wallet === undefined) return 'no-account'
  if (!(await moveFloat(trx, row, -BigInt(row.amount_minor)))) return 'no-float'
  await wallets.move(trx, wallet, BigInt(row.amount_minor))
  return PAID
}

/** A collection goes back once, to the wallet that paid it, and never more than was paid. */
async function refund(trx: Knex.Transaction, row: Row): Promise<Result> {
  const original = await lockRow(trx, row.vendor, row.original ?? '')
  const canGo =
    original?.status === 'succeeded' &&
    original.refunded_by === null &&
    BigInt(row.amount_minor) <= BigInt(original.amount_minor)
  if (!canGo) return 'cannot-go-back'
  const result = await payOut(trx, row)
  if (result === PAID)
    await trx(TABLE).where({ id: original.id }).update({ refunded_by: row.provider_reference })
  return result
}

/** Decides how a locked transaction ends, and moves its money where it succeeds. */
export function move(trx: Knex.Transaction, row: Row, ending: Ending): Promise<Result> {
  if (row.kind === 'collect') return collect(trx, row, ending)
  return row.kind === 'disburse' ? payOut(trx, row) : refund(trx, row)
}

/** Takes a move back; false where that cannot be: a refund, or money that was spent since. */
export async function moveBack(trx: Knex.Transaction, row: Row): Promise<boolean> {
  if (row.kind === 'refund' || row.refunded_by !== null) return false
  const wallet = await wallets.lock(trx, row.msisdn, row.currency)
  const toWallet = row.kind === 'collect' ? BigInt(row.amount_minor) : -BigInt(row.amount_minor)
  if (wallet === undefined || wallet.balance + toWallet < 0n) return false
  if (!(await moveFloat(trx, row, -toWallet))) return false
  await wallets.move(trx, wallet, toWallet)
  return true
}
