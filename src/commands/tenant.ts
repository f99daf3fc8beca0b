import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { formatMoney } from '../domain/money.ts'
import { parseMsisdn } from '../domain/msisdn.ts'
import { act } from '../gateway/context.ts'
import { registerConnection } from '../gateway/register.ts'
import { resumeConnection } from '../gateway/resume.ts'
import { simChanged } from '../gateway/sim-changed.ts'
import { takeStatement } from '../gateway/statement.ts'
import type { House } from '../main.ts'
import { adoptProfiles } from '../providers/index.ts'
import { customersOfPhone } from '../store/people.ts'
import { setStaffPin, staffRow, unlockStaff } from '../store/staff.ts'
import { withHouse } from './house.ts'
import { fail, reason } from './support.ts'
import { applyTenant, readTenantFile } from './tenant-apply.ts'
import { drawPin } from './tenant-file.ts'

const USAGE =
  'use: npm run tenant -- list | npm run tenant -- apply <file> | npm run tenant -- show <tenant> | npm run tenant -- resume <tenant> <connection> | npm run tenant -- register <tenant> <connection> | npm run tenant -- statement <tenant> <connection> [hours] | npm run tenant -- unlock <tenant> <phone> | npm run tenant -- sim-changed <tenant> <phone> | npm run tenant -- staff-pin <tenant> <phone>'

/**
 * `npm run tenant`: sets tenants up, shows them, tells providers where we are, and lets a mended connection or a locked
 * PIN work again.
 */
async function list({ gateway }: House): Promise<void> {
  for (const id of await gateway.deps.tenants.all()) {
    const { settings, country, currency, zone } = await gateway.deps.tenants.tenant(id)
    console.log(`${id}  ${settings.lender}  ${country} ${currency} ${zone}`)
  }
}

async function show({ gateway, db }: House, tenantId: string): Promise<void> {
  const { tenants } = gateway.deps
  console.log(JSON.stringify((await tenants.tenant(tenantId)).settings, undefined, 2))
  for (const { kind, adapter, address } of await tenants.channels(tenantId))
    console.log(`channel ${kind} ${address} by ${adapter}`)
  const rows = await db.asTenant(tenantId, trx =>
    trx('connections').where({ tenant_id: tenantId }).orderBy('name'),
  )
  for (const { name, adapter, provider, currency, state, paused_for, paused_at } of rows)
    console.log(
      `connection ${name}: ${provider} ${currency} by ${adapter}, ${state}${state === 'paused' ? ` for ${paused_for} since ${paused_at.toISOString()}` : ''}`,
    )
}

/** Her PIN and her phone may try again, an officer's staff PIN too: somebody has made sure who she is. */
async function unlock({ db }: House, tenantId: string, text: string): Promise<void> {
  const phone = parseMsisdn(text)
  if (phone === undefined) throw new Error(`"${text}" is not a phone number: write it like +254700000001`)
  const people = await db.asTenant(tenantId, async trx => {
    await trx('phone_locks')
      .where({ tenant_id: tenantId, msisdn: phone })
      .update({ tries: 0, locked_at: null })
    const linking = await trx('link_tries')
      .where({ tenant_id: tenantId, kind: 'phone', subject: phone })
      .whereNotNull('locked_at')
      .update({ tries: 0, locked_at: null })
    const hers = (await customersOfPhone(trx, tenantId, phone)).map(({ id }) => id)
    const customers: number = await trx('customers')
      .where({ tenant_id: tenantId })
      .whereIn('id', hers)
      .update({ pin_tries: 0, pin_locked_at: null })
    return linking + customers + (await unlockStaff(trx, tenantId, phone))
  })
  if (people === 0) throw new Error(`nobody of ${tenantId} dials from ${phone}: nobody's PIN was unlocked`)
  console.log(`${phone} may try its PIN again`)
}

/** Her operator, or she, says that the phone has another SIM: who dials from it shows first who she is. */
async function otherSim({ gateway: { deps } }: House, tenantId: string, text: string): Promise<void> {
  const phone = parseMsisdn(text)
  if (phone === undefined) throw new Error(`"${text}" is not a phone number: write it like +254700000001`)
  await act(deps, tenantId, commit => simChanged(deps, commit, phone))
  console.log(`who dials from ${phone} shows first who she is`)
}

/** An officer has forgotten her staff PIN: the old one ends, and a new one is drawn for her. */
async function staffPin({ db, keys }: House, tenantId: string, text: string): Promise<void> {
  const phone = parseMsisdn(text)
  const pin = drawPin(text)
  const row = await db.asTenant(tenantId, async trx => {
    const known = phone && (await staffRow(trx, tenantId, phone, true))
    if (known !== undefined) await setStaffPin(trx, keys, tenantId, String(known.id), pin)
    return known
  })
  if (row === undefined) throw new Error(`"${text}" is the phone of no officer of ${tenantId}`)
  console.log(`the new staff PIN of ${row.name}, shown this once: ${pin}`)
}

/** Somebody has mended it: what was held back goes on, each item once. */
async function resume({ gateway }: House, tenantId: string, name: string): Promise<void> {
  const { ids, tenants } = gateway.deps
  const names: string[] = (await tenants.connections(tenantId)).map(connection => connection.name)
  if (!names.includes(name))
    throw new Error(`${tenantId} has no connection ${name}; it has ${names.join(', ')}`)
  const resumed = await act(gateway.deps, tenantId, commit => resumeConnection(ids, commit, name))
  console.log(resumed ? `${name} of ${tenantId} works again` : `${name} of ${tenantId} is not paused`)
}

/** The provider is told where customers' own payments are to be told and asked about. */
async function register({ gateway }: House, tenantId: string, name: string): Promise<void> {
  const { done, text } = await registerConnection(gateway.deps, tenantId, name)
  if (!done) throw new Error(text)
  console.log(text)
}

/** Safaricom tells of the last 48, to the second. */
const MAX_HOURS = 47

/** What the provider says came in during the last hours is taken as if it had been told at once; each receipt once. */
async function statement({ gateway }: House, tenantId: string, name: string, text = '24'): Promise<void> {
  const hours = Number(text)
  if (!Number.isInteger(hours) || hours < 1 || hours > MAX_HOURS)
    throw new Error(`"${text}" is not a number of hours from 1 to ${MAX_HOURS}`)
  const { deps, stepper } = gateway
  const now = deps.clock.now()
  const from = new Date(now.getTime() - hours * 3_600_000)
  const taken = await takeStatement({ ...deps, stepper }, tenantId, name, from, now)
  for (const { line, fate } of taken)
    console.log(
      `${fate.padEnd(6)}  ${line.receipt}  ${formatMoney(line.amount)} ${line.amount.currency}  ${line.reference ?? ''}`,
    )
  console.log(`${taken.length} payments; new or joined ones are on their way to be booked`)
}

try {
  const { positionals } = parseArgs({ allowPositionals: true, strict: false })
  const [verb, tenantId, name, more] = positionals
  const { profiles } = readConfig(process.env)
  if (profiles !== undefined) adoptProfiles(profiles)
  const plan = verb === 'apply' && tenantId !== undefined ? await readTenantFile(tenantId) : undefined
  await withHouse(async house => {
    if (verb === 'list') return list(house)
    if (verb === 'apply' && plan !== undefined) return applyTenant(house, plan, line => console.log(line))
    if (tenantId === undefined || !(await house.gateway.deps.tenants.all()).includes(tenantId))
      throw new Error(tenantId === undefined ? USAGE : `no tenant ${tenantId}`)
    if (verb === 'show') return show(house, tenantId)
    if (verb === 'resume' && name !== undefined) return resume(house, tenantId, name)
    if (verb === 'register' && name !== undefined) return register(house, tenantId, name)
    if (verb === 'statement' && name !== undefined) return statement(house, tenantId, name, more)
    if (verb === 'staff-pin' && name !== undefined) return staffPin(house, tenantId, name)
    if (verb === 'sim-changed' && name !== undefined) return otherSim(house, tenantId, name)
    if (verb === 'unlock' && name !== undefined) return unlock(house, tenantId, name)
    throw new Error(USAGE)
  })
} catch (error) {
  fail(reason(error))
}
