import type { Route } from '../kit/http.ts'
import { commandRoute } from './command-route.ts'
import { DATATABLE, type Datatable, type DatatableRow, findDatatable, requireClient } from './datatables.ts'
import { dateArray, timeArray } from './dates.ts'
import { apiRoute } from './gate.ts'
import { type House, kept, requireRead } from './house.ts'
import type { Json } from './json.ts'
import { invalid, reply } from './refusal.ts'
import { table } from './schema.ts'

/** DatatablesApiResource. */

/** GenericDataServiceImpl: booleans come out as the texts "true" and "false", dates as arrays, nulls as null. */
function cell(type: string, text: string | null | undefined): Json {
  if (text === null || text === undefined) return kept(undefined)
  if (type === 'Date') return dateArray(text)
  return type === 'Number' || type === 'Decimal' ? { rawNumber: text } : text
}

function cells({ columns }: Datatable, row: DatatableRow): [name: string, type: string, value: Json][] {
  return [
    ['id', 'INTEGER', Number(row.id)],
    ['client_id', 'INTEGER', Number(row.client_id)],
    ...columns.map(({ name, type }): [string, string, Json] => [
      name,
      type.toUpperCase(),
      cell(type, row.fields[name]),
    ]),
    ['created_at', 'DATETIME', timeArray(row.created_at)],
    ['updated_at', 'DATETIME', timeArray(row.updated_at)],
  ]
}

function generic(definition: Datatable, rows: readonly DatatableRow[]): Json {
  const empty = { id: '0', client_id: '0', fields: {}, created_at: new Date(0), updated_at: new Date(0) }
  return {
    columnHeaders: cells(definition, empty).map(([columnName, columnType]) => ({
      columnName,
      columnType,
      columnDisplayType: columnType,
      isColumnNullable: true,
      isColumnPrimaryKey: columnName === 'id',
      columnValues: [],
    })),
    data: rows.map(row => ({ row: cells(definition, row).map(([, , value]) => value) })),
  }
}

/** SearchUtil.extractJsonResult, of the query alone: real booleans, ISO dates, nulls left out. */
function found(definition: Datatable, row: DatatableRow, wanted: readonly string[]): Json {
  return Object.fromEntries(
    wanted.map(name => {
      if (name === 'id') return [name, Number(row.id)]
      if (name === 'client_id') return [name, Number(row.client_id)]
      const text = row.fields[name]
      const boolean = definition.columns.find(column => column.name === name)?.type === 'Boolean'
      return [name, boolean && text != null ? text === 'true' : text]
    }),
  )
}

async function query(
  { db }: House,
  tenant: string,
  definition: Datatable,
  params: URLSearchParams,
): Promise<Json> {
  const column = params.get('columnFilter') ?? ''
  const value = params.get('valueFilter') ?? ''
  const wanted = (params.get('resultColumns') ?? '').split(',').filter(name => name !== '')
  const known = ['id', 'client_id', ...definition.columns.map(({ name }) => name)]
  for (const name of [column, ...wanted])
    if (!known.includes(name))
      throw invalid('error.msg.column.not.exists', `Column ${name} does not exist`, 'columnFilter')
  const rows = db(table('datatable_rows')).where({ tenant, datatable: definition.name }).orderBy('id')
  const own = column === 'id' || column === 'client_id'
  const matching: DatatableRow[] = await (own
    ? rows.andWhereRaw('??::text = ?', [column, value])
    : rows.andWhereRaw('fields->>? = ?', [column, value]))
  return matching.map(row => found(definition, row, wanted.length === 0 ? known : wanted))
}

export function datatableRoutes(house: House): Route[] {
  const { db } = house
  return [
    apiRoute(house, 'GET', '/datatables', async ({ tenant }) => {
      const rows = await db(table('datatables')).where({ tenant: tenant.id }).orderBy('name')
      const view = rows.map(
        (row): Json => ({
          applicationTableName: row.apptable,
          registeredTableName: row.name,
          columnHeaderData: [],
        }),
      )
      return reply(200, view)
    }),
    apiRoute(house, 'GET', '/datatables/:name/query', async ({ tenant, user }, { params, query: asked }) => {
      requireRead(user, params.name ?? '')
      const definition = await findDatatable(db, tenant.id, params.name ?? '')
      return reply(200, await query(house, tenant.id, definition, asked))
    }),
    apiRoute(house, 'GET', '/datatables/:name/:appId', async ({ tenant, user }, { params, query: asked }) => {
      const { name = '', appId = '' } = params
      requireRead(user, name)
      const definition = await findDatatable(db, tenant.id, name)
      await requireClient(db, tenant.id, appId)
      const rows: DatatableRow[] = await db(table('datatable_rows'))
        .where({ tenant: tenant.id, datatable: name, client_id: appId })
        .orderBy('id')
      if (asked.get('genericResultSet') === 'true') return reply(200, generic(definition, rows))
      const objects = rows.map(
        (row): Json => Object.fromEntries(cells(definition, row).map(([column, , value]) => [column, value])),
      )
      return reply(200, objects)
    }),
    commandRoute(house, 'POST', '/datatables', () => DATATABLE.createTable),
    commandRoute(house, 'POST', '/datatables/:name/:appId', () => DATATABLE.create),
    commandRoute(house, 'PUT', '/datatables/:name/:appId/:rowId', () => DATATABLE.update),
    commandRoute(house, 'DELETE', '/datatables/:name/:appId/:rowId', () => DATATABLE.deleteRow),
    commandRoute(house, 'DELETE', '/datatables/:name/:appId', () => DATATABLE.deleteAll),
  ]
}
