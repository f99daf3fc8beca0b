import type { Knex } from 'knex'
import type { Route } from '../kit/http.ts'
import { clientStatus } from './clients.ts'
import { apiRoute } from './gate.ts'
import { type House, OFFICE_ID } from './house.ts'
import type { Json } from './json.ts'
import { statusOf } from './loans/words.ts'
import { reply } from './refusal.ts'
import { table } from './schema.ts'

/**
 * SearchReadPlatformServiceImpl: always SQL LIKE, so `%` and `_` of the query are wildcards, even with `exactMatch`.
 * A hit may have matched by account number, name or external id: the caller must compare `entityMobileNo` itself.
 */

const MAX_ROWS = 50

async function clients(db: Knex, tenant: string, pattern: string): Promise<Json[]> {
  const rows = await db(table('clients'))
    .where({ tenant })
    .andWhere(query => {
      for (const column of ['account_no', 'display_name', 'external_id', 'mobile_no'])
        void query.orWhereLike(column, pattern)
    })
    .orderBy('id')
    .limit(MAX_ROWS)
  return rows.map(
    (row): Json => ({
      entityId: Number(row.id),
      entityAccountNo: row.account_no,
      entityExternalId: row.external_id,
      entityName: row.display_name,
      entityType: 'CLIENT',
      parentId: OFFICE_ID,
      parentName: 'Head Office',
      entityMobileNo: row.mobile_no,
      entityStatus: clientStatus(row.status),
    }),
  )
}

async function loans(db: Knex, tenant: string, pattern: string): Promise<Json[]> {
  const rows = await db(`${table('loans')} as l`)
    .join(`${table('clients')} as c`, join => join.on('c.tenant', 'l.tenant').andOn('c.id', 'l.client_id'))
    .where({ 'l.tenant': tenant })
    .andWhere(query => query.whereLike('l.account_no', pattern).orWhereLike('l.external_id', pattern))
    .orderBy('l.id')
    .limit(MAX_ROWS)
    .select('l.id', 'l.account_no', 'l.external_id', 'l.product', 'l.status', 'l.client_id', 'c.display_name')
  return rows.map(
    (row): Json => ({
      entityId: Number(row.id),
      entityAccountNo: row.account_no,
      entityExternalId: row.external_id,
      entityName: row.product,
      entityType: 'LOAN',
      parentId: Number(row.client_id),
      parentName: row.display_name,
      parentType: 'client',
      entityStatus: statusOf(row.status),
    }),
  )
}

/** `entityName` is the document's key, `parentId` the client whose it is. */
async function identifiers(db: Knex, tenant: string, pattern: string): Promise<Json[]> {
  const rows = await db(`${table('identifiers')} as i`)
    .join(`${table('clients')} as c`, join => join.on('c.tenant', 'i.tenant').andOn('c.id', 'i.client_id'))
    .where({ 'i.tenant': tenant })
    .andWhere(query => query.whereLike('i.document_key', pattern))
    .orderBy('i.id')
    .limit(MAX_ROWS)
    .select('i.id', 'i.document_key', 'i.client_id', 'c.display_name', 'c.status')
  return rows.map(
    (row): Json => ({
      entityId: Number(row.id),
      entityName: row.document_key,
      entityType: 'CLIENTIDENTIFIER',
      parentId: Number(row.client_id),
      parentName: row.display_name,
      parentType: 'client',
      entityStatus: clientStatus(row.status),
    }),
  )
}

export function searchRoutes(house: House): Route[] {
  return [
    apiRoute(house, 'GET', '/search', async ({ tenant }, { query }) => {
      const text = query.get('query') ?? ''
      const pattern = query.get('exactMatch') === 'true' ? text : `%${text}%`
      const resources = (query.get('resource') ?? 'clients,loans').split(',')
      const found = [
        ...(resources.includes('clients') ? await clients(house.db, tenant.id, pattern) : []),
        ...(resources.includes('clientIdentifiers') ? await identifiers(house.db, tenant.id, pattern) : []),
        ...(resources.includes('loans') ? await loans(house.db, tenant.id, pattern) : []),
      ]
      return reply(200, found.slice(0, MAX_ROWS))
    }),
  ]
}
