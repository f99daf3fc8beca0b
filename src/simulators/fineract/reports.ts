import type { Knex } from 'knex'
import type { Route, SimReply } from '../kit/http.ts'
import { commandRoute } from './command-route.ts'
import type { Command } from './commands.ts'
import { parseDate } from './dates.ts'
import { fieldsOf } from './fields.ts'
import { apiRoute } from './gate.ts'
import { businessDate, type House, kept, mayDo, type Tenant, type User } from './house.ts'
import { amountOf, type Json } from './json.ts'
import { dataIntegrity, invalid, notAuthorized, notFound, reply } from './refusal.ts'
import { table } from './schema.ts'

/** RunreportsApiResource and ReportsApiResource. The SQL of a report is kept but not run: one report is known by name. */

export const MM_LOANS_DUE = 'MM Loans Due'
export const MM_LOANS_DUE_SQL = 'select loan_id, client_id, mobile_no, due, overdue, currency_code from …'

const COLUMNS = [
  ['loan_id', 'BIGINT', 'INTEGER'],
  ['client_id', 'BIGINT', 'INTEGER'],
  ['mobile_no', 'VARCHAR', 'STRING'],
  ['due', 'DECIMAL', 'DECIMAL'],
  ['overdue', 'DECIMAL', 'DECIMAL'],
  ['currency_code', 'VARCHAR', 'STRING'],
] as const

type Due = { loan_id: string; client_id: string; mobile_no: string | null; due: string; overdue: string }

const OPEN =
  'i.principal + i.interest + i.fees + i.penalties - i.principal_paid - i.interest_paid - i.fees_paid - i.penalties_paid'

/** Active loans with something open of what falls due between the two days; overdue is what fell due before them. */
async function loansDue(db: Knex, tenant: Tenant, start: string, end: string): Promise<Json[][]> {
  const { rows } = await db.raw(
    `select l.id as loan_id, l.client_id, c.mobile_no,
            coalesce(sum(${OPEN}) filter (where i.due_date >= :start), 0) as due,
            coalesce(sum(${OPEN}) filter (where i.due_date < :start), 0) as overdue
       from sim_fineract.loans l
       join sim_fineract.clients c on c.tenant = l.tenant and c.id = l.client_id
       join sim_fineract.instalments i on i.tenant = l.tenant and i.loan_id = l.id
      where l.tenant = :tenant and l.status = 300 and i.due_date <= :end
      group by l.id, l.client_id, c.mobile_no
     having coalesce(sum(${OPEN}) filter (where i.due_date >= :start), 0) > 0
      order by l.id`,
    { tenant: tenant.id, start, end },
  )
  const { code, digits } = tenant.currency
  return rows.map((row: Due): Json[] => [
    Number(row.loan_id),
    Number(row.client_id),
    kept(row.mobile_no),
    amountOf(BigInt(row.due), digits),
    amountOf(BigInt(row.overdue), digits),
    code,
  ])
}

/** RunreportsApiResource.checkUserPermissionForReport comes before the report is looked for. */
function requireReport(user: User, name: string): void {
  for (const code of [`READ_${name}`, 'REPORTING_SUPER_USER', 'ALL_FUNCTIONS_READ'])
    if (mayDo(user, code)) return
  throw notAuthorized(`Not authorised to run report: ${name}`)
}

function day(tenant: Tenant, house: House, query: URLSearchParams, name: string): string {
  const text = query.get(name)
  if (text === null) return businessDate(tenant, house.clock)
  const date = parseDate(text, query.get('dateFormat') ?? 'yyyy-MM-dd', query.get('locale') ?? 'en')
  if (date === undefined)
    throw invalid('validation.msg.invalid.dateFormat.format', `${name} is no date`, name)
  return date
}

async function run(house: House, tenant: Tenant, name: string, query: URLSearchParams): Promise<SimReply> {
  const report = await house.db(table('reports')).where({ tenant: tenant.id, name }).first()
  if (report === undefined || name !== MM_LOANS_DUE)
    throw notFound('error.msg.report.name.not.found', 'Reporting meta-data entry not found.', name)
  const [start, end] = [day(tenant, house, query, 'R_startDate'), day(tenant, house, query, 'R_endDate')]
  const rows = await loansDue(house.db, tenant, start, end)
  if (query.get('genericResultSet') === 'false')
    return reply(
      200,
      rows.map(row => Object.fromEntries(COLUMNS.map(([column], at) => [column, row[at]]))),
    )
  return reply(200, {
    columnHeaders: COLUMNS.map(([columnName, columnType, columnDisplayType]) => ({
      columnName,
      columnType,
      columnDisplayType,
      isColumnNullable: false,
      isColumnPrimaryKey: false,
      columnValues: [],
    })),
    data: rows.map(row => ({ row })),
  })
}

const KEYS = [
  'reportName',
  'reportType',
  'reportSubType',
  'reportCategory',
  'description',
  'reportSql',
  'useReport',
  'reportParameters',
]

export const CREATE_REPORT: Command = {
  name: 'report.create',
  action: 'CREATE',
  entity: () => 'REPORT',
  async run({ trx, tenant }, { body }) {
    const fields = fieldsOf(body, KEYS, 'report')
    const name = fields.text('reportName', 100)
    const sql = fields.text('reportSql', 100_000)
    for (const required of ['reportName', 'reportType', 'reportSql'])
      if (fields.raw[required] === undefined)
        throw invalid(
          `validation.msg.report.${required}.cannot.be.blank`,
          `The parameter ${required} is mandatory.`,
          required,
        )
    fields.check()
    const [made] = await trx(table('reports'))
      .insert({ tenant: tenant.id, name, sql })
      .onConflict(['tenant', 'name'])
      .ignore()
      .returning('id')
    if (made === undefined)
      throw dataIntegrity(
        'error.msg.report.duplicate.name',
        `A report with name '${name}' already exists`,
        'name',
      )
    return { resourceId: Number(made.id) }
  },
}

export function reportRoutes(house: House): Route[] {
  return [
    apiRoute(house, 'GET', '/runreports/:name', async ({ tenant, user }, { params, query }) => {
      const name = params.name ?? ''
      requireReport(user, name)
      return run(house, tenant, name, query)
    }),
    apiRoute(house, 'GET', '/reports', async ({ tenant, user }) => {
      requireReport(user, 'REPORT')
      const rows = await house.db(table('reports')).where({ tenant: tenant.id }).orderBy('id')
      return reply(
        200,
        rows.map(
          (row): Json => ({
            id: Number(row.id),
            reportName: row.name,
            reportType: 'Table',
            reportSql: row.sql,
            coreReport: false,
            useReport: true,
          }),
        ),
      )
    }),
    commandRoute(house, 'POST', '/reports', () => CREATE_REPORT),
  ]
}
