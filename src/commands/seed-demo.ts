import { parseMsisdn } from '../domain/msisdn.ts'
import { localDate } from '../domain/time.ts'
import type { House } from '../main.ts'
import type { Trx } from '../store/database.ts'
import { saveCustomer, saveWallet } from '../store/people.ts'
import { createTenant, setPin } from '../store/tenancy.ts'
import { changeTenant } from '../store/tenant-changes.ts'
import { type RouteTerm, replaceTerms } from '../store/terms.ts'
import { importCodes, ofProfile } from './aggregator-codes.ts'
import { demoSimulators } from './demo-parties.ts'
import { type DemoTenant, demoTenants } from './demo-tenants.ts'

/** A key that was drawn for a demo tenant, to be printed once. */
export type DrawnKey = { readonly tenant: string; readonly key: string }

/**
 * Sets up the demo tenants where they are missing, and tells the simulators who they are. Refuses where a demo tenant
 * would reach a live party: every address of it is a simulator's.
 */
export async function seedDemo(house: House, fixedKeys: boolean): Promise<readonly DrawnKey[]> {
  const tenants = demoTenants(fixedKeys)
  const live = JSON.stringify(tenants).match(/https?:\/\/[^"]+/)
  if (live !== null) throw new Error(`the demo refuses a live address: ${live[0]}`)
  if (house.simulators === undefined) throw new Error('the demo tenants need SIMULATORS=on')
  await house.simulators.seed(demoSimulators(tenants, house.gateway.deps.publicUrl()))
  const drawn: DrawnKey[] = []
  for (const tenant of tenants) {
    const { ids, clock } = house.gateway.deps
    for (const aggregator of tenant.aggregators)
      await importCodes(house, await ofProfile(house, aggregator), 'the demo')
    const fresh = await createTenant({ ...house, ids }, tenant.plan, clock.now())
    // repeated at each start, for a crash may have come between the tenant and what belongs to him
    if (!fresh) await bringUp(house, tenant)
    await seedRoutes(house, tenant)
    await seedBorrower(house, tenant)
    house.gateway.deps.tenants.forget(tenant.plan.id)
    if (!fresh) continue
    for (const { key } of tenant.plan.apiKeys) drawn.push({ tenant: tenant.plan.id, key })
  }
  return drawn
}

/** A demo of an earlier edition lacks a connection or an officer of this one; another is left as somebody may have changed it. */
async function bringUp({ db, secrets, keys, gateway }: House, { plan }: DemoTenant): Promise<void> {
  const { ids, clock } = gateway.deps
  await db.asTenant(plan.id, async trx => {
    const known: string[] = await trx('connections').where({ tenant_id: plan.id }).pluck('name')
    const phones: string[] = await trx('staff').where({ tenant_id: plan.id }).pluck('msisdn')
    if (
      plan.connections.every(({ name }) => known.includes(name)) &&
      plan.staff.every(({ phone }) => phones.includes(phone))
    )
      return
    await changeTenant({ trx, tenantId: plan.id, secrets, keys, ids, at: clock.now() }, plan)
  })
}

/** Routes of the demo, where the tenant never had any: an officer's own list is his. */
async function seedRoutes({ db, gateway }: House, { plan, collects }: DemoTenant): Promise<void> {
  const { ids, clock } = gateway.deps
  const { id: tenantId, currency, zone } = plan
  const today = localDate(clock.now(), zone)
  await db.asTenant(tenantId, async trx => {
    if ((await trx('routes').where({ tenant_id: tenantId }).first('id')) !== undefined) return
    const named = await idsByName(trx, tenantId)
    const routes = Object.entries(collects).flatMap(([provider, connections]) =>
      connections.map(
        (name, priority): RouteTerm => ({
          ...{ provider, currency, operation: 'collect', priority, from: today, until: null },
          connectionId: named.get(name) ?? '',
        }),
      ),
    )
    await replaceTerms({ trx, tenantId, ids }, 'routes', routes, today)
  })
}

async function idsByName(trx: Trx, tenantId: string): Promise<ReadonlyMap<string, string>> {
  const rows: { id: string; name: string }[] = await trx('connections')
    .where({ tenant_id: tenantId })
    .select('id', 'name')
  return new Map(rows.map(({ id, name }) => [name, id]))
}

/** The borrower as if she had been linked long ago: consent given, PIN set, her own wallet and those that only pay. */
export async function seedBorrower(
  { db, keys, gateway }: House,
  { plan, borrower }: DemoTenant,
): Promise<void> {
  const { ids, clock } = gateway.deps
  const at = clock.now()
  const phone = phoneOf(borrower.phone)
  await db.asTenant(plan.id, async trx => {
    const { id, hasPin } = await saveCustomer(trx, plan.id, {
      id: ids.next(),
      coreClientId: borrower.clientId,
      firstName: borrower.firstName,
      language: borrower.language,
      phone,
      displayName: `${borrower.firstName} ${borrower.lastName}`,
      consentAt: at,
      createdAt: at,
    })
    if (!hasPin) await setPin(trx, keys, plan.id, id, borrower.pin)
    const own = { msisdn: phone, provider: borrower.provider, mayDial: true, isDefault: true }
    const paysOnly = { ...own, mayDial: false, isDefault: false }
    const wallets = [
      own,
      { ...paysOnly, msisdn: phoneOf(borrower.payer) },
      ...borrower.others.map(other => ({
        ...paysOnly,
        provider: other.provider,
        msisdn: phoneOf(other.phone),
      })),
    ]
    for (const wallet of wallets)
      await saveWallet(trx, plan.id, {
        ...{ id: ids.next(), customerId: id, currency: plan.currency, createdAt: at },
        ...wallet,
      })
  })
}

function phoneOf(text: string) {
  const phone = parseMsisdn(text)
  if (phone === undefined) throw new Error(`the demo's ${text} is not a phone`)
  return phone
}
