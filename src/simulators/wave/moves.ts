import type { Knex } from 'knex'
import { randomText } from '../kit/numbers.ts'
import { BUSINESSES, type Business, ENTRIES, type Row, wallets } from './house.ts'

/** Money that moves, and the line that the wallet's list has of it; both in one commit. */

export const transactionId = (): string => `T_${randomText(10, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`

/** Wave's own names: `cos-…` a session, `pt-…` a payout. */
export const newId = (prefix: string): string =>
  `${prefix}-1${randomText(12, 'abcdefghijklmnopqrstuvwxyz0123456789')}`

const PARTS = 10_000n

/** What Wave takes of the lender, to the nearest unit of the currency. */
export const feeOf = ({ fee_basis_points }: Business, minor: bigint): bigint =>
  (minor * BigInt(fee_basis_points) + PARTS / 2n) / PARTS

export const lockBusiness = (trx: Knex.Transaction, business: string): Promise<Business> =>
  trx(BUSINESSES).where({ business }).forUpdate().first()

type Entry = {
  readonly type: string
  /** How the balance changes, fee included; with what goes back the fee goes back too. */
  readonly change: bigint
  readonly fee: bigint
  readonly at: Date
  readonly transactionId: string
  readonly isReversal?: boolean
}

/** Moves the lender's money and the customer's; false, and nothing moved, where either has not got it. */
async function move(trx: Knex.Transaction, row: Row, toCustomer: bigint, entry: Entry): Promise<boolean> {
  const { balance_minor } = await lockBusiness(trx, row.business)
  const wallet = await wallets.lock(trx, row.msisdn, row.currency)
  const balance = BigInt(balance_minor) + entry.change
  if (wallet === undefined || balance < 0n || wallet.balance + toCustomer < 0n) return false
  await wallets.move(trx, wallet, toCustomer)
  await trx(BUSINESSES).where({ business: row.business }).update({ balance_minor: balance.toString() })
  await trx(ENTRIES).insert({
    business: row.business,
    at: entry.at,
    transaction_id: entry.transactionId,
    type: entry.type,
    change_minor: entry.change.toString(),
    fee_minor: entry.fee.toString(),
    balance_minor: balance.toString(),
    currency: row.currency,
    is_reversal: entry.isReversal === true,
    name: wallet.name,
    mobile: row.msisdn,
    reference: row.reference,
    session: row.kind === 'collect' ? row.provider_reference : null,
  })
  return true
}

type At = { readonly at: Date; readonly transactionId: string }

/** From her wallet into the lender's, less the fee. */
export function collect(trx: Knex.Transaction, row: Row, when: At): Promise<boolean> {
  const [amount, fee] = [BigInt(row.amount_minor), BigInt(row.fee_minor)]
  return move(trx, row, -amount, { type: 'api_checkout', change: amount - fee, fee, ...when })
}

/** From the lender's wallet into hers, the fee on top. */
export function payOut(trx: Knex.Transaction, row: Row, when: At): Promise<boolean> {
  const [amount, fee] = [BigInt(row.amount_minor), BigInt(row.fee_minor)]
  return move(trx, row, amount, { type: 'api_payout', change: -amount - fee, fee, ...when })
}

/** Either of them back, with its fee, under the name that the payment had. */
export function giveBack(trx: Knex.Transaction, row: Row, at: Date): Promise<boolean> {
  const [amount, fee] = [BigInt(row.amount_minor), BigInt(row.fee_minor)]
  const when = { at, transactionId: row.receipt ?? '', fee: -fee, isReversal: true }
  return row.kind === 'collect'
    ? move(trx, row, amount, { type: 'api_checkout_refund', change: fee - amount, ...when })
    : move(trx, row, -amount, { type: 'api_payout_reversal', change: amount + fee, ...when })
}
