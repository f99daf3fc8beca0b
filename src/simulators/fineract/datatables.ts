import type { Knex } from 'knex'
import type { Command } from './commands.ts'
import { parseDate } from './dates.ts'
import { fieldsOf, parseObject } from './fields.ts'
import { OFFICE_ID, type Session } from './house.ts'
import { isId } from './loans/rows.ts'
import { dataIntegrity, invalid, notFound } from './refusal.ts'
import { table } from './schema.ts'

/** Datatables of m_client: org.apache.fineract.infrastructure.dataqueries.service.ReadWriteNonCoreDataServiceImpl. */

export type Column = {
  readonly name: string
  readonly type: string
  readonly length?: number
  readonly mandatory?: boolean
}

export type Datatable = { readonly name: string; readonly columns: readonly Column[] }

export const MM_WALLETS: Datatable = {
  name: 'mm_wallets',
  columns: [
    { name: 'msisdn', type: 'String', length: 20, mandatory: true },
    { name: 'provider_code', type: 'String', length: 40, mandatory: true },
    { name: 'currency_code', type: 'String', length: 3, mandatory: true },
    { name: 'may_dial', type: 'Boolean' },
    { name: 'consent_on', type: 'Date' },
    { name: 'kyc_tier', type: 'String', length: 20 },
    { name: 'is_default', type: 'Boolean' },
    { name: 'verified_on', type: 'Date' },
  ],
}

export type DatatableRow = {
  readonly id: string
  readonly client_id: string
  readonly fields: Readonly<Record<string, string | null>>
  readonly created_at: Date
  readonly updated_at: Date
}

export async function findDatatable(db: Knex, tenant: string, name: string): Promise<Datatable> {
  const row = await db(table('datatables')).where({ tenant, name }).first()
  if (row === undefined)
    throw notFound('error.msg.datatable.not.found', `Datatable not found for ${name}`, name)
  return { name: row.name, columns: row.columns }
}

export async function requireClient(db: Knex, tenant: string, id: string): Promise<void> {
  const known = isId(id) && (await db(table('clients')).where({ tenant, id }).first('id'))
  if (!known) throw notFound('error.msg.datatable.data.not.found', `Client ${id} not found`, id)
}

/** Every value comes as text and is kept as text; upstream parses it by the column's type. */
function parsed(column: Column, given: unknown, dateFormat: string, locale: string): string | null {
  const text = given === null || given === undefined ? '' : String(given).trim()
  const fail = (code: string, message: string) => invalid(code, message, column.name)
  if (text === '') {
    if (column.mandatory) throw fail('error.msg.column.mandatory', 'Mandatory')
    return null
  }
  if (column.length !== undefined && text.length > column.length)
    throw fail(
      'validation.msg.datatable.entry.exceeds.max.length',
      `${column.name} exceeds ${column.length} characters`,
    )
  if (column.type === 'Boolean') {
    if (!/^(true|false)$/i.test(text))
      throw fail('validation.msg.invalid.boolean.format', `${text} is no boolean`)
    return text.toLowerCase()
  }
  if (column.type === 'Date') {
    const date = parseDate(text, dateFormat, locale)
    if (date === undefined)
      throw fail('validation.msg.invalid.dateFormat.format', `${text} is no date of ${dateFormat}`)
    return date
  }
  return text
}

/** The given columns, parsed; for a new row the mandatory ones must be among them. */
function readFields({ columns }: Datatable, body: string, whole: boolean): Record<string, string | null> {
  const raw = parseObject(body)
  const dateFormat = String(raw.dateFormat ?? 'yyyy-MM-dd')
  const locale = String(raw.locale ?? 'en')
  const given = Object.keys(raw).filter(name => name !== 'dateFormat' && name !== 'locale')
  const unknown = given.find(name => !columns.some(column => column.name === name))
  if (unknown !== undefined) throw dataIntegrity('error.msg.column.not.found', `Column: ${unknown} Not Found`)
  const read = columns.filter(({ name, mandatory }) => given.includes(name) || (whole && mandatory))
  return Object.fromEntries(
    read.map(column => [column.name, parsed(column, raw[column.name], dateFormat, locale)]),
  )
}

const where = ({ tenant }: Session, { name = '', appId, rowId }: Readonly<Record<string, string>>) => ({
  tenant: tenant.id,
  datatable: name,
  client_id: appId ?? '',
  ...(rowId === undefined ? {} : { id: rowId }),
})

async function requireRow(
  { trx, ...session }: Session,
  params: Readonly<Record<string, string>>,
): Promise<DatatableRow> {
  const known = isId(params.appId ?? '') && isId(params.rowId ?? '')
  const row = known
    ? await trx(table('datatable_rows'))
        .where(where({ trx, ...session }, params))
        .first()
    : undefined
  if (row === undefined)
    throw notFound('error.msg.datatable.data.not.found', 'The row was not found.', params.rowId ?? '')
  return row
}

const CREATE: Command = {
  name: 'datatable.create-row',
  action: 'CREATE',
  entity: ({ params }) => params.name ?? '',
  async run(session, { params, body }) {
    const { trx, tenant, house } = session
    const definition = await findDatatable(trx, tenant.id, params.name ?? '')
    await requireClient(trx, tenant.id, params.appId ?? '')
    const fields = readFields(definition, body, true)
    const at = house.clock.now()
    const [made] = await trx(table('datatable_rows'))
      .insert({
        ...where(session, { ...params }),
        fields: JSON.stringify(fields),
        created_at: at,
        updated_at: at,
      })
      .returning('id')
    return { officeId: OFFICE_ID, clientId: Number(params.appId), resourceId: Number(made.id) }
  },
}

const UPDATE: Command = {
  name: 'datatable.update-row',
  action: 'UPDATE',
  entity: ({ params }) => params.name ?? '',
  async run(session, { params, body }) {
    const { trx, tenant, house } = session
    const definition = await findDatatable(trx, tenant.id, params.name ?? '')
    const row = await requireRow(session, params)
    const given = readFields(definition, body, false)
    const changes = Object.fromEntries(
      Object.entries(given).filter(([name, value]) => row.fields[name] !== value),
    )
    await trx(table('datatable_rows'))
      .where(where(session, params))
      .update({ fields: JSON.stringify({ ...row.fields, ...changes }), updated_at: house.clock.now() })
    return { officeId: OFFICE_ID, clientId: Number(params.appId), resourceId: Number(row.id), changes }
  },
}

const DELETE_ROW: Command = {
  name: 'datatable.delete-row',
  action: 'DELETE',
  entity: ({ params }) => params.name ?? '',
  async run(session, { params }) {
    await findDatatable(session.trx, session.tenant.id, params.name ?? '')
    const row = await requireRow(session, params)
    await session.trx(table('datatable_rows')).where(where(session, params)).delete()
    return { officeId: OFFICE_ID, clientId: Number(params.appId), resourceId: Number(row.id) }
  },
}

/** Without a row id the client loses all her rows. */
const DELETE_ALL: Command = {
  ...DELETE_ROW,
  name: 'datatable.delete-all',
  async run(session, { params }) {
    await findDatatable(session.trx, session.tenant.id, params.name ?? '')
    await requireClient(session.trx, session.tenant.id, params.appId ?? '')
    await session.trx(table('datatable_rows')).where(where(session, params)).delete()
    return { officeId: OFFICE_ID, clientId: Number(params.appId) }
  },
}

const NAME = /^[a-zA-Z][a-zA-Z0-9\-_\s]{0,48}[a-zA-Z0-9]$/
const TYPES = ['String', 'Number', 'Boolean', 'Decimal', 'Date', 'DateTime', 'Text', 'Json']

function columnOf(value: unknown): Column {
  const { name, type, length, mandatory } = value as Record<string, unknown>
  const good = typeof name === 'string' && NAME.test(name) && name !== 'id' && name !== 'client_id'
  if (!good || !TYPES.includes(String(type)))
    throw invalid(
      'validation.msg.datatable.columns.invalid',
      `A bad column: ${JSON.stringify(value)}`,
      'columns',
    )
  return {
    name,
    type: String(type),
    ...(length === undefined ? {} : { length: Number(length) }),
    mandatory: mandatory === true || mandatory === 'true',
  }
}

const CREATE_TABLE: Command = {
  name: 'datatable.create',
  action: 'CREATE',
  entity: () => 'DATATABLE',
  async run({ trx, tenant }, { body }) {
    const fields = fieldsOf(
      body,
      ['datatableName', 'apptableName', 'entitySubType', 'multiRow', 'columns'],
      'datatable',
    )
    const name = fields.text('datatableName', 50) ?? ''
    const columns = fields.raw.columns
    if (!NAME.test(name) || fields.raw.apptableName !== 'm_client' || !Array.isArray(columns))
      throw invalid(
        'validation.msg.datatable.datatableName.invalid',
        'Here only datatables of m_client, with columns.',
      )
    const made = await trx(table('datatables'))
      .insert({
        tenant: tenant.id,
        name,
        apptable: 'm_client',
        multi_row: fields.raw.multiRow === true,
        columns: JSON.stringify(columns.map(columnOf)),
      })
      .onConflict(['tenant', 'name'])
      .ignore()
      .returning('name')
    if (made.length === 0)
      throw invalid(
        'validation.msg.datatable.datatable.already.exists',
        `Datatable ${name} already exists`,
        'datatableName',
      )
    return { resourceIdentifier: name }
  },
}

export const DATATABLE = {
  create: CREATE,
  update: UPDATE,
  deleteRow: DELETE_ROW,
  deleteAll: DELETE_ALL,
  createTable: CREATE_TABLE,
}
