import type { Knex } from 'knex'
import { isId } from '../loans/rows.ts'
import { notFound } from '../refusal.ts'
import { table } from '../schema.ts'

/** Savings accounts and their transactions; bigints come out of `pg` as text. */

/** org.apache.fineract.portfolio.savings.domain.SavingsAccountStatusType. */
export const SAVINGS = { submitted: 100, active: 300, closed: 600 } as const

/** org.apache.fineract.portfolio.savings.SavingsAccountTransactionType. */
export const SAVINGS_TYPE = { deposit: 1, withdrawal: 2 } as const

export type SavingsRow = {
  readonly id: string
  readonly account_no: string
  readonly external_id: string | null
  readonly client_id: string
  readonly product: string
  readonly status: number
  readonly activated_on: string
}

export type SavingsTransactionRow = {
  readonly id: string
  readonly savings_id: string
  readonly type: number
  readonly on_date: string
  readonly amount: string
  readonly reversed: boolean
  readonly submitted_on: string
  readonly payment_type_id: string | null
  readonly account_number: string | null
  readonly check_number: string | null
  readonly routing_code: string | null
  readonly receipt_number: string | null
  readonly bank_number: string | null
  readonly note: string | null
}

export async function findSavings(
  db: Knex,
  tenant: string,
  id: string,
  forUpdate = false,
): Promise<SavingsRow> {
  const query = db(table('savings')).where({ tenant, id })
  const row = isId(id) ? await (forUpdate ? query.forUpdate() : query).first() : undefined
  if (row === undefined)
    throw notFound(
      'error.msg.saving.account.id.invalid',
      `Savings account with identifier ${id} does not exist`,
      id,
    )
  return row
}

/** In the order of their days, reversed ones too. */
export const listTransactions = (
  db: Knex,
  tenant: string,
  savingsId: string,
): Promise<SavingsTransactionRow[]> =>
  db(table('savings_transactions')).where({ tenant, savings_id: savingsId }).orderBy(['on_date', 'id'])

export const signed = ({ type, amount }: SavingsTransactionRow): bigint =>
  type === SAVINGS_TYPE.withdrawal ? -BigInt(amount) : BigInt(amount)

/** The lowest that the balance ever was, and what it is: neither may fall below nought. */
export function balanceOf(rows: readonly SavingsTransactionRow[]): { lowest: bigint; now: bigint } {
  let [lowest, now] = [0n, 0n]
  for (const row of rows.filter(({ reversed }) => !reversed)) {
    now += signed(row)
    if (now < lowest) lowest = now
  }
  return { lowest, now }
}
