import type { Knex } from 'knex'
import type { Route, SimReply } from '../kit/http.ts'
import { businessDate, findTenant, type House, type Tenant } from './house.ts'
import { totals } from './loans/figures.ts'
import { findInstalments, findLoan, type TransactionRow, TYPE } from './loans/rows.ts'
import { sum } from './loans/waterfall.ts'
import { typeName } from './loans/words.ts'
import { major } from './money.ts'
import { Refusal } from './refusal.ts'
import { table } from './schema.ts'
import { manualEntries, paged, savingsTransactions } from './truth-entries.ts'

/** What this Fineract really booked, for whoever wants to compare it with what the product believes. */

/**
 * Rows of loans, of one where `loanId` names it. What a replay reversed is no event of its own, for its successor carries
 * the payment: `?all=true` shows it. `net` is what the borrower got of a disbursement.
 */
async function transactions(db: Knex, tenant: Tenant, query: URLSearchParams): Promise<SimReply> {
  const loanId = query.get('loanId')
  let rows = db(table('transactions')).where({
    tenant: tenant.id,
    ...(loanId === null ? {} : { loan_id: loanId }),
  })
  if (query.get('all') !== 'true')
    rows = rows.andWhere(some =>
      some.where({ reversed: false }).orWhere({ manually_reversed: true }).orWhereNotNull('external_id'),
    )
  const fees: { id: string; disbursement_fee: string }[] = await db(table('loans'))
    .where({ tenant: tenant.id })
    .select('id', 'disbursement_fee')
  const feeOf = new Map(fees.map(({ id, disbursement_fee }) => [id, BigInt(disbursement_fee)]))
  const { code, digits } = tenant.currency
  return paged<TransactionRow>(rows, query, row => ({
    id: row.id,
    loanId: row.loan_id,
    type: typeName(row.type),
    amount: major(BigInt(row.amount), digits),
    ...(row.type === TYPE.disbursement
      ? { net: major(BigInt(row.amount) - (feeOf.get(row.loan_id) ?? 0n), digits) }
      : {}),
    currency: code,
    externalId: row.external_id,
    receiptNumber: row.receipt_number,
    paymentTypeId: row.payment_type_id,
    date: row.on_date,
    reversed: row.reversed,
  }))
}

async function loan({ db, clock }: House, tenant: Tenant, id: string): Promise<SimReply> {
  const found = await findLoan(db, tenant.id, id)
  const today = businessDate(tenant, clock)
  const instalments = await findInstalments(db, tenant.id, found.id)
  const { code, digits } = tenant.currency
  const { open, overdue } = totals(instalments, today)
  const dueToday = instalments.filter(({ dueDate }) => dueDate <= today)
  const due = totals(dueToday, today).open
  const next = instalments.find(({ metOn }) => metOn === null)
  return {
    status: 200,
    body: {
      id: found.id,
      status: found.status,
      currency: code,
      outstanding: major(found.disbursedOn === null ? 0n : sum(open), digits),
      due: major(found.disbursedOn === null ? 0n : sum(due), digits),
      overdue: major(found.disbursedOn === null ? 0n : sum(overdue), digits),
      overpaid: major(found.overpaid, digits),
      nextDueDate: next?.dueDate ?? null,
    },
  }
}

/** Debits less credits of every account, in major units: what the tenant's books say. */
async function balances(db: Knex, tenant: Tenant): Promise<SimReply> {
  const { rows } = await db.raw(
    `select g.id, g.name, coalesce(sum(case when j.debit then j.amount else -j.amount end), 0) as balance
       from sim_fineract.gl_accounts g
       left join sim_fineract.journal j on j.tenant = g.tenant and j.gl_account_id = g.id
      where g.tenant = ? group by g.id, g.name order by g.id`,
    [tenant.id],
  )
  const { code, digits } = tenant.currency
  const data = rows.map((row: { id: string; name: string; balance: string }) => ({
    glAccountId: row.id,
    name: row.name,
    balance: major(BigInt(row.balance), digits),
    currency: code,
  }))
  return { status: 200, body: { data, next: null } }
}

export const noTenant = (id: string): SimReply => ({ status: 404, body: { error: `no tenant ${id}` } })

export function truthRoutes(house: House): Route[] {
  const view = (
    path: string,
    show: (
      tenant: Tenant,
      params: Readonly<Record<string, string>>,
      query: URLSearchParams,
    ) => Promise<SimReply>,
  ): Route => ({
    method: 'GET',
    path: `/fineract/:tenant${path}`,
    handle: async ({ params, query }) => {
      const tenant = await findTenant(house.db, params.tenant ?? '')
      if (tenant === undefined) return noTenant(params.tenant ?? '')
      try {
        return await show(tenant, params, query)
      } catch (error) {
        if (error instanceof Refusal) return { status: error.status, body: { error: 'not found' } }
        throw error
      }
    },
  })
  return [
    view('/transactions', (tenant, _, query) => transactions(house.db, tenant, query)),
    view('/savings-transactions', (tenant, _, query) => savingsTransactions(house.db, tenant, query)),
    view('/journal', (tenant, _, query) => manualEntries(house.db, tenant, query)),
    view('/loans/:id', (tenant, { id = '' }) => loan(house, tenant, id)),
    view('/balances', tenant => balances(house.db, tenant)),
  ]
}
