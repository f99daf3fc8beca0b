import { readFile } from 'node:fs/promises'
import { LINED_NAMES } from '../channels/index.ts'
import { daysLeft, expiriesOf } from '../domain/expiry.ts'
import { faultText, readYaml } from '../domain/yaml-file.ts'
import { act } from '../gateway/context.ts'
import { alarmOfExpiry } from '../gateway/expiry.ts'
import { adapterOf } from '../gateway/road.ts'
import type { House } from '../main.ts'
import { createTenant, type TenantPlan } from '../store/tenancy.ts'
import { changeTenant } from '../store/tenant-changes.ts'
import { planOf, TenantFile } from './tenant-file.ts'

/** Reads a tenant's file; throws an error that tells all its faults, a line each. */
export async function readTenantFile(path: string): Promise<TenantPlan> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`${path} cannot be read: name a file, as in npm run tenant -- apply lender.yaml`)
  })
  const read = readYaml(text, TenantFile, process.env)
  if (read.kind === 'faults')
    throw new Error(
      `${path}: nothing was changed\n${read.faults.map(fault => `  ${faultText(fault)}`).join('\n')}`,
    )
  return planOf(read.value)
}

/** `npm run tenant -- apply <file>`: sets a lender up, or brings it up to the file; says what was done. */
export async function applyTenant(
  house: House,
  plan: TenantPlan,
  say: (line: string) => void,
): Promise<void> {
  const { db, secrets, keys, gateway } = house
  const { ids, clock, tenants, publicUrl } = gateway.deps
  const at = clock.now()
  const fresh = await createTenant({ db, secrets, keys, ids }, plan, at)
  const done = fresh
    ? [
        `${plan.id} made`,
        ...plan.apiKeys.map(({ name }) => `API key ${name} made`),
        ...plan.staff.filter(({ left }) => left !== true).map(({ phone }) => `officer ${phone} made`),
      ]
    : await db.asTenant(plan.id, trx =>
        changeTenant({ trx, tenantId: plan.id, secrets, keys, ids, at }, plan),
      )
  tenants.forget(plan.id)
  // what ends soon, or has ended, is known now and not only after the day's run
  await act(gateway.deps, plan.id, commit => alarmOfExpiry(ids, commit))
  for (const line of done.length === 0 ? [`${plan.id} is as the file says`] : done) say(line)
  for (const { name, key } of plan.apiKeys)
    if (done.includes(`API key ${name} made`)) say(`  its key, shown this once: ${key}`)
  for (const { phone, name, pin, pinDrawn } of plan.staff)
    if (pinDrawn && done.includes(`officer ${phone} made`))
      say(`  the first staff PIN of ${name}, shown this once: ${pin}`)
  for (const connection of await tenants.connections(plan.id)) {
    const { name, token } = connection
    say(`connection ${name}: callbacks to ${publicUrl()}/providers/${token}/callback`)
    for (const expiry of expiriesOf(connection.config)) {
      const left = daysLeft(expiry, at)
      if (left < 30)
        say(`  ${expiry.credential} ${left < 0 ? 'has ended' : `ends in ${left} days`}: see its case`)
    }
    if (adapterOf(connection).register !== undefined)
      say(`  its provider is told so by npm run tenant -- register ${plan.id} ${name}`)
  }
  const rows = await db.asTenant(plan.id, trx =>
    trx('channels')
      .where({ tenant_id: plan.id })
      .orderBy(['created_at', 'id'])
      .select('kind', 'adapter', 'address', 'token'),
  )
  for (const { kind, adapter, address, token } of rows)
    say(
      `${kind} ${address} by ${adapter}: ${kind === 'ussd' ? `${publicUrl()}/ussd/${token}` : smsAddress(adapter, `${publicUrl()}/sms/${token}`)}`,
    )
}

/** Where an SMS gateway reaches us; one that we hold a line to needs no address. */
const smsAddress = (adapter: string, url: string): string =>
  LINED_NAMES.includes(adapter) ? 'its own line' : `${url}/inbound, …/delivery, …/optout`
