import { parseArgs } from 'node:util'
import type { House } from '../main.ts'
import { withHouse } from './house.ts'
import { fail, reason } from './support.ts'

const USAGE =
  'use: npm run tenant -- list | npm run tenant -- show <tenant> | npm run tenant -- resume <tenant> <connection>'

/** `npm run tenant`: the tenants, their connections, and the way to let a mended connection work again. */
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

/** Somebody has mended it: what was held back goes on, each item once. */
async function resume({ gateway, db }: House, tenantId: string, name: string): Promise<void> {
  const { clock } = gateway.deps
  const resumed = await db.asTenant(tenantId, async trx => {
    const [connection] = await trx('connections')
      .where({ tenant_id: tenantId, name, state: 'paused' })
      .update({ state: 'active', paused_for: null, paused_at: null })
      .returning('id')
    if (connection === undefined) return false
    await trx('cases')
      .where({ tenant_id: tenantId, kind: 'our-fault', subject_id: connection.id, state: 'open' })
      .update({ state: 'settled', settled_at: clock.now() })
    return true
  })
  console.log(resumed ? `${name} of ${tenantId} works again` : `${name} of ${tenantId} is not paused`)
}

try {
  const { positionals } = parseArgs({ allowPositionals: true })
  const [verb, tenantId, name] = positionals
  await withHouse(async house => {
    if (verb === 'list') return list(house)
    if (tenantId === undefined || !(await house.gateway.deps.tenants.all()).includes(tenantId))
      throw new Error(tenantId === undefined ? USAGE : `no tenant ${tenantId}`)
    if (verb === 'show') return show(house, tenantId)
    if (verb === 'resume' && name !== undefined) return resume(house, tenantId, name)
    throw new Error(USAGE)
  })
} catch (error) {
  fail(reason(error))
}
