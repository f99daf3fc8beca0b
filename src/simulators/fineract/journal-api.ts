import type { Knex } from 'knex'
import type { Route } from '../kit/http.ts'
import { commandRoute } from './command-route.ts'
import type { Call, Command } from './commands.ts'
import { parseDate } from './dates.ts'
import { apiRoute } from './gate.ts'
import { type House, OFFICE_ID, requireRead } from './house.ts'
import { accountType, entryJson, type JournalRow, POST_ENTRY, REVERSE_ENTRY } from './journal.ts'
import { type Json, page } from './json.ts'
import { reply, unknownCommand } from './refusal.ts'
import { table } from './schema.ts'

/** JournalEntriesApiResource and GLAccountsApiResource. */

function reverseCommand({ query }: Call): Command {
  if (query.get('command') === 'reverse') return REVERSE_ENTRY
  throw unknownCommand(query.get('command'))
}

/** There is no filter by reference number: who looks for one lists by account and day. */
function narrowed(rows: Knex.QueryBuilder, query: URLSearchParams): Knex.QueryBuilder {
  const format = query.get('dateFormat') ?? 'yyyy-MM-dd'
  const date = (name: string) => parseDate(query.get(name) ?? '', format, query.get('locale') ?? 'en')
  const where: Record<string, string | boolean> = {}
  for (const [name, column] of [
    ['glAccountId', 'j.gl_account_id'],
    ['transactionId', 'j.transaction_id'],
    ['loanId', 'j.loan_id'],
  ] as const) {
    const value = query.get(name)
    if (value !== null) where[column] = value
  }
  const office = query.get('officeId')
  if (office !== null && office !== String(OFFICE_ID)) return rows.whereRaw('false')
  if (query.get('manualEntriesOnly') === 'true') where['j.manual'] = true
  let narrow = rows.where(where)
  for (const [name, column, sign] of [
    ['fromDate', 'j.on_date', '>='],
    ['toDate', 'j.on_date', '<='],
    ['submittedOnDateFrom', 'j.submitted_on', '>='],
    ['submittedOnDateTo', 'j.submitted_on', '<='],
  ] as const) {
    const bound = date(name)
    if (bound !== undefined) narrow = narrow.andWhere(column, sign, bound)
  }
  return narrow
}

async function list(
  { db }: House,
  tenant: string,
  query: URLSearchParams,
): Promise<{ rows: JournalRow[]; total: number }> {
  const base = () =>
    narrowed(
      db(`${table('journal')} as j`)
        .join(`${table('gl_accounts')} as g`, join =>
          join.on('g.tenant', 'j.tenant').andOn('g.id', 'j.gl_account_id'),
        )
        .where({ 'j.tenant': tenant }),
      query,
    )
  const [counted] = await base().count('* as total')
  const limit = query.get('limit')
  const ordered = base()
    .select('j.*', 'g.gl_code', 'g.name', 'g.type')
    .orderBy('j.id', query.get('sortOrder')?.toLowerCase() === 'desc' ? 'desc' : 'asc')
    .offset(Number(query.get('offset') ?? 0))
  return {
    rows: await (limit === null ? ordered : ordered.limit(Number(limit))),
    total: Number(counted.total),
  }
}

export function journalRoutes(house: House): Route[] {
  return [
    apiRoute(house, 'GET', '/journalentries', async ({ tenant, user }, { query }) => {
      requireRead(user, 'JOURNALENTRY')
      const { rows, total } = await list(house, tenant.id, query)
      return reply(
        200,
        page(
          rows.map(row => entryJson(row, tenant.currency)),
          total,
        ),
      )
    }),
    commandRoute(house, 'POST', '/journalentries', () => POST_ENTRY),
    commandRoute(house, 'POST', '/journalentries/:transactionId', reverseCommand),
    apiRoute(house, 'GET', '/glaccounts', async ({ tenant, user }, { query }) => {
      requireRead(user, 'GLACCOUNT')
      const type = query.get('type')
      const rows = await house
        .db(table('gl_accounts'))
        .where({ tenant: tenant.id, ...(type === null ? {} : { type: Number(type) }) })
        .orderBy('id')
      return reply(
        200,
        rows.map(
          (row): Json => ({
            id: Number(row.id),
            name: row.name,
            glCode: row.gl_code,
            disabled: row.disabled,
            manualEntriesAllowed: row.manual,
            type: accountType(row.type),
            usage: { id: 1, code: 'accountUsage.detail', value: 'DETAIL' },
          }),
        ),
      )
    }),
  ]
}
