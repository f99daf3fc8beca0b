import type { Knex } from 'knex'
import type { PromptAnswer } from '../kit/handset.ts'
import type { Wallet } from '../kit/wallets.ts'
import { type Environment, MERCHANTS, moveAccount, type Row, TABLE, type Why, wallets } from './house.ts'

/** What ends a payment: the customer, or the end of its time. */
export type Ending = PromptAnswer | { readonly kind: 'timeout' }
export const PAID = 'paid'
type Result = Why | typeof PAID

export const lockRow = (trx: Knex.Transaction, where: Partial<Row>): Promise<Row | undefined> =>
  trx(TABLE).where(where).forUpdate().first()

/** The PINs of EIP's sandbox (portal, PIN test matrix). */
const SANDBOX_PINS: Readonly<Record<string, Result>> = {
  '0000': PAID,
  '1111': 'insufficient-funds',
  '2222': 'wrong-pin',
  '9999': 'limit',
}
/** The Open API's sandbox takes three, and no other. */
const OPEN_SANDBOX_PINS: readonly string[] = ['0000', '1234', '9999']

function byPin(row: Row, environment: Environment, pin: string, wallet: Wallet): Result {
  if (environment === 'production') return pin === wallet.pin ? PAID : 'wrong-pin'
  if (row.edition === 'open') return OPEN_SANDBOX_PINS.includes(pin) ? PAID : 'wrong-pin'
  return SANDBOX_PINS[pin] ?? 'wrong-pin'
}

function answerOf(row: Row, environment: Environment, ending: Ending, wallet: Wallet | undefined): Result {
  if (ending.kind === 'cancel') return 'cancelled'
  if (row.scripted !== null) return row.scripted as Why
  if (ending.kind === 'timeout') return 'expired'
  if (wallet === undefined) return 'no-account'
  const result = ending.kind === 'pin' ? byPin(row, environment, ending.pin, wallet) : PAID
  if (result !== PAID) return result
  return wallet.balance < BigInt(row.amount_minor) ? 'insufficient-funds' : PAID
}

/** From her wallet to the merchant's account. */
export async function collect(trx: Knex.Transaction, row: Row, ending: Ending): Promise<Result> {
  const wallet = await wallets.lock(trx, row.msisdn, row.currency)
  const merchant = await trx(MERCHANTS).where({ merchant_code: row.merchant_code }).first('environment')
  const result = answerOf(row, merchant.environment, ending, wallet)
  if (result !== PAID || wallet === undefined) return result
  await wallets.move(trx, wallet, -BigInt(row.amount_minor))
  await moveAccount(trx, row, BigInt(row.amount_minor))
  return PAID
}

/** A payment goes back once, to the wallet that paid it, in its currency, and never more than was paid. */
export async function giveBack(trx: Knex.Transaction, row: Row): Promise<Result> {
  if (row.scripted !== null) return row.scripted as Why
  const original = await lockRow(trx, { id: row.original ?? '0' })
  const canGo =
    original?.kind === 'collect' &&
    original.status === 'succeeded' &&
    original.refunded_by === null &&
    original.msisdn === row.msisdn &&
    original.currency === row.currency &&
    BigInt(row.amount_minor) <= BigInt(original.amount_minor)
  const wallet = canGo ? await wallets.lock(trx, row.msisdn, row.currency) : undefined
  if (original === undefined || wallet === undefined) return 'cannot-go-back'
  if (!(await moveAccount(trx, row, -BigInt(row.amount_minor)))) return 'no-float'
  await wallets.move(trx, wallet, BigInt(row.amount_minor))
  await trx(TABLE).where({ id: original.id }).update({ refunded_by: row.reference })
  return PAID
}
