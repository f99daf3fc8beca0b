import type { Knex } from 'knex'
import type { Route } from '../kit/http.ts'
import { dateArray } from './dates.ts'
import { apiRoute } from './gate.ts'
import { groupsOf } from './groups.ts'
import { businessDate, type House, OFFICE_ID, requireRead, type Tenant } from './house.ts'
import { type Json, page } from './json.ts'
import { moneyOf, totals } from './loans/figures.ts'
import { findInstalments, isId, type Loan, listLoans } from './loans/rows.ts'
import { sum } from './loans/waterfall.ts'
import { currencyJson, statusOf } from './loans/words.ts'
import { notFound, reply } from './refusal.ts'
import { savingsJson } from './savings/read.ts'
import { listTransactions, type SavingsRow } from './savings/rows.ts'
import { table } from './schema.ts'

/** ClientsApiResource: one mobileNo a client, unique, in whatever form it was typed, and no filter by it. */

export type ClientRow = {
  readonly id: string
  readonly account_no: string
  readonly external_id: string | null
  readonly firstname: string
  readonly lastname: string
  readonly display_name: string
  readonly mobile_no: string | null
  readonly status: number
  readonly activated_on: string
}

export const CLIENT_ACTIVE = 300
export const CLIENT_CLOSED = 600

export const clientStatus = (id: number): Json =>
  id === CLIENT_ACTIVE
    ? { id, code: 'clientStatusType.active', value: 'Active' }
    : { id, code: 'clientStatusType.closed', value: 'Closed' }

/** ClientData; its groups are read with one client alone. */
export const clientView = (row: ClientRow, groups: Json[] = []): Json => ({
  id: Number(row.id),
  accountNo: row.account_no,
  externalId: row.external_id,
  status: clientStatus(row.status),
  active: row.status === CLIENT_ACTIVE,
  activationDate: dateArray(row.activated_on),
  firstname: row.firstname,
  lastname: row.lastname,
  displayName: row.display_name,
  mobileNo: row.mobile_no,
  officeId: OFFICE_ID,
  officeName: 'Head Office',
  timeline: { submittedOnDate: dateArray(row.activated_on), activatedOnDate: dateArray(row.activated_on) },
  groups,
})

export async function findClient(
  db: Knex,
  tenant: string,
  where: { id?: string; external_id?: string },
): Promise<ClientRow> {
  const numeric = where.id === undefined || isId(where.id)
  const row = numeric
    ? await db(table('clients'))
        .where({ tenant, ...where })
        .first()
    : undefined
  const asked = where.id ?? where.external_id ?? ''
  if (row === undefined)
    throw notFound('error.msg.client.id.invalid', `Client with identifier ${asked} does not exist`, asked)
  return row
}

async function one(db: Knex, tenant: string, where: { id?: string; external_id?: string }): Promise<Json> {
  const row = await findClient(db, tenant, where)
  return clientView(row, await groupsOf(db, tenant, row.id))
}

/** LoanAccountSummaryData. */
async function account(db: Knex, tenant: Tenant, loan: Loan, today: string): Promise<Json> {
  const money = moneyOf(tenant)
  const { open, paid, overdueSince } = totals(await findInstalments(db, tenant.id, loan.id), today)
  const disbursed = loan.disbursedOn !== null
  return {
    id: Number(loan.id),
    accountNo: loan.accountNo,
    externalId: loan.externalId,
    productId: 1,
    productName: loan.product,
    shortProductName: loan.product.slice(0, 4).toUpperCase(),
    status: statusOf(loan.status),
    loanType: { id: 1, code: 'accountType.individual', value: 'Individual' },
    loanCycle: 1,
    timeline: {
      submittedOnDate: dateArray(loan.submittedOn),
      actualDisbursementDate: dateArray(loan.disbursedOn),
    },
    inArrears: overdueSince !== undefined,
    originalLoan: money(loan.terms.principal),
    loanBalance: disbursed ? money(sum(open)) : undefined,
    amountPaid: disbursed ? money(sum(paid)) : undefined,
    currency: currencyJson(tenant.currency),
  }
}

async function accounts({ db, clock }: House, tenant: Tenant, id: string): Promise<Json> {
  await findClient(db, tenant.id, { id })
  const loans = await listLoans(db, rows => rows.where({ tenant: tenant.id, client_id: id }).orderBy('id'))
  const today = businessDate(tenant, clock)
  const loanAccounts = await Promise.all(loans.map(loan => account(db, tenant, loan, today)))
  const savings: SavingsRow[] = await db(table('savings'))
    .where({ tenant: tenant.id, client_id: id })
    .orderBy('id')
  const savingsAccounts = await Promise.all(
    savings.map(async row => ({
      ...savingsJson(row, await listTransactions(db, tenant.id, row.id), tenant),
      productId: 1,
      productName: row.product,
      shortProductName: row.product.slice(0, 4).toUpperCase(),
    })),
  )
  const some = (list: readonly Json[]) => (list.length === 0 ? undefined : list)
  return { loanAccounts: some(loanAccounts), savingsAccounts: some(savingsAccounts) }
}

const IDENTIFIER_STATUS: Readonly<Record<number, string>> = {
  100: 'clientIdentifierStatusType.inactive',
  200: 'clientIdentifierStatusType.active',
}

/** ClientIdentifierReadPlatformServiceImpl: inactive ones too, and an empty list for a client that is not there. */
async function identifiers(db: Knex, tenant: string, clientId: string): Promise<Json[]> {
  if (!isId(clientId)) throw notFound('error.msg.resource.not.found', `No client ${clientId}`, clientId)
  const rows = await db(table('identifiers')).where({ tenant, client_id: clientId }).orderBy('id')
  return rows.map(
    (row): Json => ({
      id: Number(row.id),
      clientId: Number(row.client_id),
      documentType: { id: 1, name: 'National ID', active: false, mandatory: false },
      documentKey: row.document_key,
      status: IDENTIFIER_STATUS[Number(row.status)] ?? 'clientIdentifierStatusType.invalid',
    }),
  )
}

/** Names and externalId are compared with LIKE, so `%` and `_` are wildcards. */
async function list(db: Knex, tenant: Tenant, query: URLSearchParams): Promise<Json> {
  let rows = db(table('clients')).where({ tenant: tenant.id })
  for (const [name, column] of [
    ['externalId', 'external_id'],
    ['displayName', 'display_name'],
    ['firstName', 'firstname'],
    ['lastName', 'lastname'],
  ] as const) {
    const value = query.get(name)
    if (value !== null) rows = rows.andWhereLike(column, name === 'externalId' ? value : `%${value}%`)
  }
  const found: ClientRow[] = await rows.orderBy('id')
  const offset = Number(query.get('offset') ?? 0)
  const limit = Number(query.get('limit') ?? found.length)
  return page(
    found.slice(offset, offset + limit).map(row => clientView(row)),
    found.length,
  )
}

export function clientRoutes(house: House): Route[] {
  const { db } = house
  return [
    apiRoute(house, 'GET', '/clients', async ({ tenant, user }, { query }) => {
      requireRead(user, 'CLIENT')
      return reply(200, await list(db, tenant, query))
    }),
    apiRoute(house, 'GET', '/clients/:id', async ({ tenant, user }, { params }) => {
      requireRead(user, 'CLIENT')
      return reply(200, await one(db, tenant.id, { id: params.id ?? '' }))
    }),
    apiRoute(house, 'GET', '/clients/external-id/:x', async ({ tenant, user }, { params }) => {
      requireRead(user, 'CLIENT')
      return reply(200, await one(db, tenant.id, { external_id: params.x ?? '' }))
    }),
    apiRoute(house, 'GET', '/clients/:id/identifiers', async ({ tenant, user }, { params }) => {
      requireRead(user, 'CLIENTIDENTIFIER')
      return reply(200, await identifiers(db, tenant.id, params.id ?? ''))
    }),
    // AccountDetailsReadPlatformService asks for no permission beyond the login.
    apiRoute(house, 'GET', '/clients/:id/accounts', async ({ tenant }, { params }) =>
      reply(200, await accounts(house, tenant, params.id ?? '')),
    ),
  ]
}
