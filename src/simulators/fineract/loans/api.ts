import type { Knex } from 'knex'
import type { Route } from '../../kit/http.ts'
import { commandRoute } from '../command-route.ts'
import type { Call, Command } from '../commands.ts'
import { apiRoute } from '../gate.ts'
import { businessDate, type House, requireRead, type Tenant } from '../house.ts'
import { type Json, page } from '../json.ts'
import { notFound, reply, unknownCommand } from '../refusal.ts'
import { table } from '../schema.ts'
import { ADJUST, findTransaction } from './adjust.ts'
import { DISBURSE, UNDO_DISBURSAL } from './disburse.ts'
import { type ClientRow, loanJson, readLoan } from './read.ts'
import { REPAYMENT } from './repay.ts'
import { findInstalments, findLoan, type Loan, listLoans } from './rows.ts'
import { readTemplate } from './template.ts'
import { paymentTypeNames, transactionJson } from './transactions.ts'

/** LoansApiResource and LoanTransactionsApiResource. */

export const LOAN_COMMANDS: readonly Command[] = [REPAYMENT, ADJUST, DISBURSE, UNDO_DISBURSAL]

const associationsOf = (query: URLSearchParams): string[] =>
  (query.get('associations') ?? '').split(',').filter(name => name !== '')

/** `status` is the numeric id; there is no client and no due date to narrow by; without `limit` there are no pages. */
async function list({ db, clock }: House, tenant: Tenant, query: URLSearchParams): Promise<Json> {
  const narrow = (rows: Knex.QueryBuilder): Knex.QueryBuilder => {
    const where: Record<string, string> = { tenant: tenant.id }
    for (const [name, column] of [
      ['status', 'status'],
      ['accountNo', 'account_no'],
      ['externalId', 'external_id'],
    ] as const) {
      const value = query.get(name)
      if (value !== null) where[column] = value
    }
    return rows.where(where)
  }
  const [counted] = await narrow(db(table('loans'))).count('* as total')
  const limit = query.get('limit')
  const loans = await listLoans(db, rows => {
    const ordered = narrow(rows)
      .orderBy('id')
      .offset(Number(query.get('offset') ?? 0))
    return limit === null ? ordered : ordered.limit(Number(limit))
  })
  const today = businessDate(tenant, clock)
  const items = await Promise.all(loans.map(loan => summarised(db, tenant, loan, today)))
  return page(items, Number(counted.total))
}

async function summarised(db: Knex, tenant: Tenant, loan: Loan, today: string): Promise<Json> {
  const client: ClientRow = await db(table('clients')).where({ tenant: tenant.id, id: loan.clientId }).first()
  return loanJson(loan, client, await findInstalments(db, tenant.id, loan.id), today, tenant)
}

async function loanIdOf(db: Knex, tenant: Tenant, externalId: string): Promise<string> {
  const row = await db(table('loans')).where({ tenant: tenant.id, external_id: externalId }).first('id')
  if (row === undefined)
    throw notFound(
      'error.msg.loan.external.id.invalid',
      `Loan with external identifier ${externalId} does not exist`,
      externalId,
    )
  return row.id
}

function loanCommand({ query }: Call): Command {
  const word = query.get('command')
  if (word === 'disburse') return DISBURSE
  if (word === 'undodisbursal') return UNDO_DISBURSAL
  throw unknownCommand(word)
}

function transactionCommand({ query }: Call): Command {
  if (query.get('command') === 'repayment') return REPAYMENT
  throw unknownCommand(query.get('command'))
}

/** Any word but `chargeback` means: adjust. */
function adjustCommand({ query }: Call): Command {
  if (query.get('command') === 'chargeback') throw unknownCommand('chargeback')
  return ADJUST
}

export function loanRoutes(house: House): Route[] {
  const { db, clock } = house
  const readRoute = (
    path: string,
    read: (tenant: Tenant, params: Readonly<Record<string, string>>, query: URLSearchParams) => Promise<Json>,
  ) =>
    apiRoute(house, 'GET', path, async ({ tenant, user }, { params, query }) => {
      requireRead(user, 'LOAN')
      return reply(200, await read(tenant, params, query))
    })
  const one = async (tenant: Tenant, id: string, query: URLSearchParams) =>
    readLoan(
      db,
      tenant,
      await findLoan(db, tenant.id, id),
      businessDate(tenant, clock),
      associationsOf(query),
    )
  const transaction = async (tenant: Tenant, params: Readonly<Record<string, string>>) => {
    const row = await findTransaction(db, tenant.id, params)
    return transactionJson(
      row,
      await findLoan(db, tenant.id, row.loan_id),
      await paymentTypeNames(db, tenant.id),
      tenant,
    )
  }
  return [
    readRoute('/loans', (tenant, _, query) => list(house, tenant, query)),
    readRoute('/loans/:id', (tenant, { id = '' }, query) => one(tenant, id, query)),
    readRoute('/loans/external-id/:x', async (tenant, { x = '' }, query) =>
      one(tenant, await loanIdOf(db, tenant, x), query),
    ),
    readRoute('/loans/:id/transactions/template', async (tenant, { id = '' }, query) =>
      readTemplate(
        db,
        tenant,
        await findLoan(db, tenant.id, id),
        businessDate(tenant, clock),
        query.get('command'),
      ),
    ),
    readRoute('/loans/:id/transactions/external-id/:ext', transaction),
    readRoute('/loans/:id/transactions/:txId', transaction),
    commandRoute(house, 'POST', '/loans/:id', loanCommand),
    commandRoute(house, 'POST', '/loans/:id/transactions', transactionCommand),
    commandRoute(house, 'POST', '/loans/:id/transactions/external-id/:ext', adjustCommand),
    commandRoute(house, 'POST', '/loans/:id/transactions/:txId', adjustCommand),
  ]
}
