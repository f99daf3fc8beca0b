import type { Knex } from 'knex'
import { digitsOf, formatAmount, parseAmount } from '../kit/money.ts'
import { DECLINED, NO_FUNDS, WRONG_STATE } from './fates.ts'
import { CLIENTS, type Client, type Code, lockRow, type Row, wallets } from './house.ts'

/** Zeros that say nothing may follow the currency's digits; a fraction that it has not got may not. */
export function minorOf(text: string, currency: string): bigint | undefined {
  const [whole = '', fraction = ''] = text.split('.')
  const digits = digitsOf(currency)
  if (/[1-9]/.test(fraction.slice(digits))) return undefined
  const kept = fraction.slice(0, digits)
  const minor = parseAmount(kept === '' ? whole : `${whole}.${kept}`, currency)
  return minor === undefined || minor <= 0n ? undefined : minor
}

export const amountText = ({ amount_minor, currency }: Row): string =>
  formatAmount(BigInt(amount_minor), currency)

export const lockClient = (trx: Knex.Transaction, client: string): Promise<Client> =>
  trx(CLIENTS).where({ client }).forUpdate().first()

/** Moves the lender's money and the customer's; the error where one of them has not got it, or is not there. */
async function move(trx: Knex.Transaction, row: Row, toCustomer: bigint): Promise<Code | undefined> {
  const { balance_minor } = await lockClient(trx, row.client)
  const wallet = await wallets.lock(trx, row.msisdn, row.currency)
  if (wallet === undefined) return WRONG_STATE
  const balance = BigInt(balance_minor) - toCustomer
  if (balance < 0n || wallet.balance + toCustomer < 0n) return NO_FUNDS
  await wallets.move(trx, wallet, toCustomer)
  await trx(CLIENTS).where({ client: row.client }).update({ balance_minor: balance.toString() })
  return undefined
}

/** A payment goes back once, while it stands; not more than was paid. */
async function moveBack(trx: Knex.Transaction, row: Row): Promise<Code | undefined> {
  const original = await lockRow(trx, row.original ?? '')
  if (original?.status !== 'succeeded' || original.refunded_by !== null) return WRONG_STATE
  const minor = BigInt(row.amount_minor)
  return move(trx, row, original.kind === 'collect' ? minor : -minor)
}

/** Undefined where it went through. `pin`: what she typed, if she was asked and typed something. */
export async function pay(trx: Knex.Transaction, row: Row, pin?: string): Promise<Code | undefined> {
  const minor = BigInt(row.amount_minor)
  if (row.kind === 'refund') return moveBack(trx, row)
  if (row.kind === 'disburse') return move(trx, row, minor)
  const wallet = await wallets.find(trx, row.msisdn, row.currency)
  return pin !== undefined && pin !== wallet?.pin ? DECLINED : move(trx, row, -minor)
}
