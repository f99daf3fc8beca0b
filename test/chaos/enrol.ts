import type pg from 'pg'
import type { Ids } from '../../src/domain/ids.ts'
import { parseMsisdn } from '../../src/domain/msisdn.ts'
import { localDate } from '../../src/domain/time.ts'
import { act } from '../../src/gateway/context.ts'
import { createEndpoints } from '../../src/gateway/webhook-endpoints.ts'
import type { House } from '../../src/main.ts'
import type { Database, Trx } from '../../src/store/database.ts'
import { saveCustomer, saveWallet } from '../../src/store/people.ts'
import { createTenant } from '../../src/store/tenancy.ts'
import { replaceTerms } from '../../src/store/terms.ts'
import type { Lender } from './cast.ts'
import type { Way } from './ways.ts'

const FROM = localDate(new Date('2026-01-01T12:00:00Z'), 'UTC')

/** One statement that empties every table but those that the migrations fill. */
export async function tablesOf(admin: pg.Client): Promise<string> {
  const { rows } = await admin.query(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
      where (schemaname = 'public' or schemaname like 'sim\\_%')
        and tablename not like 'knex\\_%' and tablename not like '%\\_default'`,
  )
  const deletes = rows.map(({ name }) => `delete from ${name};`).join(' ')
  return `set session_replication_role = replica; ${deletes} set session_replication_role = origin;`
}

/** An aggregator and its code, which all lenders share. */
async function introduce({ knex }: Database, { adapter, provider, code }: Way): Promise<void> {
  await knex('aggregators').insert({ name: adapter, title: adapter })
  await knex('aggregator_codes').insert({ aggregator: adapter, provider, code, valid_from: FROM })
}

/** An aggregator's connection is used where a route says so. */
async function routeBy(
  { trx, ids }: { trx: Trx; ids: Ids },
  { id: tenantId, way, can }: Lender,
): Promise<void> {
  const { id: connectionId } = await trx('connections').where({ tenant_id: tenantId }).first('id')
  const rows = (['collect', 'disburse'] as const)
    .filter(operation => can.operations[operation] !== undefined)
    .map(operation => ({
      ...{ provider: way.provider, currency: way.currency, operation, priority: 0, connectionId },
      ...{ from: FROM, until: null },
    }))
  await replaceTerms({ trx, tenantId, ids }, 'routes', rows, FROM)
}

/**
 * A lender with its borrowers and their wallets, as its people would have set it up. `hookUrl`: where its own system hears
 * of its money.
 */
export async function enrol(
  { db, secrets, keys, gateway }: House,
  lender: Lender,
  hookUrl: string,
): Promise<void> {
  const { ids, clock } = gateway.deps
  const at = clock.now()
  if (lender.way.code !== undefined) await introduce(db, lender.way)
  await createTenant({ db, secrets, keys, ids }, lender.plan, at)
  await db.asTenant(lender.id, async trx => {
    // nobody is asked by the due-date run: the schedule of the campaign decides
    await trx('schedules').where({ tenant_id: lender.id }).update({ due_at: null })
    if (lender.way.code !== undefined) await routeBy({ trx, ids }, lender)
    if (lender.caps.length > 0)
      await replaceTerms(
        { trx, tenantId: lender.id, ids },
        'limits',
        lender.caps.map(cap => ({
          ...cap,
          tier: '*',
          measure: 'amount',
          source: 'the lender',
          provider: lender.way.provider,
          currency: lender.way.currency,
          from: FROM,
          until: null,
        })),
        FROM,
      )
    for (const person of lender.people) {
      const phone = parseMsisdn(person.phone)
      const other = parseMsisdn(person.other)
      if (phone === undefined || other === undefined) throw new Error(`no phone: ${person.phone}`)
      const { id } = await saveCustomer(trx, lender.id, {
        id: ids.next(),
        coreClientId: person.clientId,
        firstName: person.firstName,
        displayName: `${person.firstName} Borrower`,
        phone,
        language: 'en',
        consentAt: at,
        createdAt: at,
      })
      const { provider, currency } = lender.way
      const wallet = { customerId: id, provider, currency, createdAt: at }
      await saveWallet(trx, lender.id, {
        ...wallet,
        id: ids.next(),
        msisdn: phone,
        mayDial: true,
        isDefault: true,
      })
      await saveWallet(trx, lender.id, {
        ...wallet,
        id: ids.next(),
        msisdn: other,
        mayDial: false,
        isDefault: false,
      })
    }
  })
  // what the lender's limits are is known from here on
  if (lender.hears)
    await act(gateway.deps, lender.id, commit =>
      createEndpoints({ ...gateway.deps, stepper: gateway.stepper }).create(commit, hookUrl, [
        'transaction.*',
        'suspense-item.*',
      ]),
    )
}
