import { parseMsisdn } from '../domain/msisdn.ts'
import type { House } from '../main.ts'
import { saveCustomer, saveWallet } from '../store/people.ts'
import { createTenant, setPin } from '../store/tenancy.ts'
import { type DemoTenant, demoSimulators, demoTenants } from './demo-tenants.ts'

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
    const fresh = await createTenant({ ...house, ids }, tenant.plan, clock.now())
    // repeated at each start, for a crash may have come between the tenant and his borrower
    await seedBorrower(house, tenant)
    if (!fresh) continue
    for (const { key } of tenant.plan.apiKeys) drawn.push({ tenant: tenant.plan.id, key })
  }
  return drawn
}

/** The borrower as if she had been linked long ago: consent given, PIN set, her own wallet and a paying one. */
export async function seedBorrower(
  { db, keys, gateway }: House,
  { plan, borrower }: DemoTenant,
): Promise<void> {
  const { ids, clock } = gateway.deps
  const at = clock.now()
  const [phone, payer] = [parseMsisdn(borrower.phone), parseMsisdn(borrower.payer)]
  if (phone === undefined || payer === undefined) throw new Error('a demo phone is not a phone')
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
    const wallet = { customerId: id, provider: borrower.provider, currency: plan.currency, createdAt: at }
    await saveWallet(trx, plan.id, {
      ...wallet,
      id: ids.next(),
      msisdn: phone,
      mayDial: true,
      isDefault: true,
    })
    await saveWallet(trx, plan.id, {
      ...wallet,
      id: ids.next(),
      msisdn: payer,
      mayDial: false,
      isDefault: false,
    })
  })
}
