import type pg from 'pg'
import { parseMsisdn } from '../../src/domain/msisdn.ts'
import { localDate } from '../../src/domain/time.ts'
import { act } from '../../src/gateway/context.ts'
import { createEndpoints } from '../../src/gateway/webhook-endpoints.ts'
import type { House } from '../../src/main.ts'
import { saveCustomer, saveWallet } from '../../src/store/people.ts'
import { createTenant } from '../../src/store/tenancy.ts'
import { replaceTerms } from '../../src/store/terms.ts'
import type { Lender } from './cast.ts'

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

/** A lender with its borrowers and their wallets, as its people would have set it up. */
/** `hookUrl`: where its own system hears of its money. */
export async function enrol(
  { db, secrets, keys, gateway }: House,
  lender: Lender,
  hookUrl: string,
): Promise<void> {
  const { ids, clock } = gateway.deps
  const at = clock.now()
  await createTenant({ db, secrets, keys, ids }, lender.plan, at)
  await db.asTenant(lender.id, async trx => {
    // nobody is asked by the due-date run: the schedule of the campaign decides
    await trx('schedules').where({ tenant_id: lender.id }).update({ due_at: null })
    const from = localDate(new Date('2026-01-01T12:00:00Z'), 'UTC')
    if (lender.caps.length > 0)
      await replaceTerms(
        { trx, tenantId: lender.id, ids },
        'limits',
        lender.caps.map(cap => ({
          ...cap,
          tier: '*',
          measure: 'amount',
          source: 'the lender',
          provider: lender.provider,
          currency: lender.currency,
          from,
          until: null,
        })),
        from,
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
      const wallet = { customerId: id, provider: lender.provider, currency: lender.currency, createdAt: at }
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
