import type { Knex } from 'knex'
import type { SimReply } from '../kit/http.ts'
import type { Tenant } from './house.ts'
import type { JournalRow } from './journal.ts'
import { major } from './money.ts'
import { SAVINGS_TYPE, type SavingsTransactionRow } from './savings/rows.ts'
import { table } from './schema.ts'

/** Pages of what was entered, the oldest first; `after` is the last id that was seen. */
const PAGE = 1000

export async function paged<Row extends { readonly id: string }>(
  rows: Knex.QueryBuilder,
  query: URLSearchParams,
  show: (row: Row) => object,
): Promise<SimReply> {
  const found: Row[] = await rows
    .andWhere('id', '>', query.get('after') ?? '0')
    .orderBy('id')
    .limit(PAGE + 1)
  const shown = found.slice(0, PAGE)
  const next = found.length > PAGE ? (shown.at(-1)?.id ?? null) : null
  return { status: 200, body: { data: shown.map(show), next } }
}

/** Deposits and withdrawals, of one account where `savingsId` names it. */
export function savingsTransactions(db: Knex, tenant: Tenant, query: URLSearchParams): Promise<SimReply> {
  const savingsId = query.get('savingsId')
  const { code, digits } = tenant.currency
  const rows = db(table('savings_transactions')).where({
    tenant: tenant.id,
    ...(savingsId === null ? {} : { savings_id: savingsId }),
  })
  return paged<SavingsTransactionRow>(rows, query, row => ({
    id: row.id,
    savingsId: row.savings_id,
    type: row.type === SAVINGS_TYPE.deposit ? 'deposit' : 'withdrawal',
    amount: major(BigInt(row.amount), digits),
    currency: code,
    receiptNumber: row.receipt_number,
    checkNumber: row.check_number,
    paymentTypeId: row.payment_type_id,
    date: row.on_date,
    reversed: row.reversed,
  }))
}

/** Lines of manual journal entries: a debit and a credit share their `transactionId`. */
export function manualEntries(db: Knex, tenant: Tenant, query: URLSearchParams): Promise<SimReply> {
  const { code, digits } = tenant.currency
  const rows = db(table('journal')).where({ tenant: tenant.id, manual: true })
  return paged<JournalRow>(rows, query, row => ({
    id: row.id,
    transactionId: row.transaction_id,
    glAccountId: row.gl_account_id,
    side: row.debit ? 'debit' : 'credit',
    amount: major(BigInt(row.amount), digits),
    currency: code,
    referenceNumber: row.reference_number,
    comments: row.comments,
    date: row.on_date,
    reversed: row.reversed,
  }))
}
