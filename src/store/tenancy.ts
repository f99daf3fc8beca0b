import type { Ids } from '../domain/ids.ts'
import type { Database, Trx } from './database.ts'
import { KEY_VERSION, type Keys } from './keys.ts'
import { planDaily, planDueRun } from './schedules.ts'
import type { Secrets } from './secrets.ts'
import { addStaff, type StaffPlan } from './staff.ts'
import { type SettingsInput, tenantSettings } from './tenants.ts'

/** What a tenant is set up with. `secrets` are sealed before they are written; `config` is not secret. */
export type TenantPlan = {
  readonly id: string
  readonly country: string
  readonly currency: string
  readonly zone: string
  readonly settings: SettingsInput
  readonly core: { readonly adapter: string; readonly config: object; readonly secrets: object }
  readonly channels: readonly {
    readonly kind: 'ussd' | 'sms'
    readonly adapter: string
    readonly token: string
    readonly address: string
    readonly config: object
    readonly secrets: object
  }[]
  readonly connections: readonly {
    readonly name: string
    readonly adapter: string
    /** Of an operator's own connection; an aggregator's reaches several, by its codes. */
    readonly provider?: string | undefined
    readonly aggregator?: string | undefined
    readonly currency: string
    readonly token: string
    readonly config: object
    readonly secrets: object
  }[]
  readonly apiKeys: readonly {
    readonly name: string
    readonly key: string
    readonly scopes: readonly string[]
  }[]
  readonly staff: readonly StaffPlan[]
}

export const API_SCOPES = [
  'collection-requests:read',
  'collection-requests:write',
  'transactions:read',
  'transactions:write',
  'webhooks:read',
  'webhooks:write',
  'proposals:read',
  'cases:read',
  'cases:write',
  'suspense:read',
  'suspense:write',
  'disbursements:read',
  'disbursements:write',
  'treasury:read',
  'treasury:write',
  'terms:read',
  'terms:write',
] as const

type Deps = { readonly db: Database; readonly secrets: Secrets; readonly keys: Keys; readonly ids: Ids }

/** Writes a new tenant with all it needs; answers false, and writes nothing, where the tenant is there already. */
export async function createTenant(
  { db, secrets, keys, ids }: Deps,
  plan: TenantPlan,
  at: Date,
): Promise<boolean> {
  const settings = tenantSettings.parse(plan.settings)
  return db.asTenant(plan.id, async trx => {
    const { rowCount } = await trx.raw(
      `insert into tenants (id, country, currency, zone, settings, created_at) values (?, ?, ?, ?, ?, ?) on conflict do nothing`,
      [plan.id, plan.country, plan.currency, plan.zone, JSON.stringify(settings), at],
    )
    if (rowCount === 0) return false
    const write: Write = { trx, tenantId: plan.id, secrets, keys, ids, at }
    await trx('cores').insert({
      tenant_id: plan.id,
      adapter: plan.core.adapter,
      config: JSON.stringify(plan.core.config),
      secrets: await secrets.seal(trx, plan.id, plan.core.secrets, at),
    })
    for (const channel of plan.channels) await addChannel(write, channel)
    for (const connection of plan.connections) await addConnection(write, connection)
    for (const apiKey of plan.apiKeys) await addApiKey(write, apiKey)
    for (const officer of plan.staff.filter(({ left }) => left !== true))
      await addStaff({ ...write, id: ids.next() }, officer)
    await planDueRun(write, ids, settings.dueRunAt, plan.zone)
    await planDaily(write, ids, settings, plan.zone)
    return true
  })
}

/** One tenant's rows, in the caller's commit. */
export type Write = Pick<Deps, 'secrets' | 'keys' | 'ids'> & {
  readonly trx: Trx
  readonly tenantId: string
  readonly at: Date
}

export async function addChannel(
  { trx, tenantId, secrets, ids, at }: Write,
  { kind, adapter, token, address, config, secrets: hidden }: TenantPlan['channels'][number],
): Promise<void> {
  await trx('channels').insert({
    tenant_id: tenantId,
    id: ids.next(),
    kind,
    adapter,
    token,
    address,
    config: JSON.stringify(config),
    secrets: await secrets.seal(trx, tenantId, hidden, at),
    created_at: at,
  })
}

/** A connection and its float accounts. */
export async function addConnection(
  { trx, tenantId, secrets, ids, at }: Write,
  connection: TenantPlan['connections'][number],
): Promise<void> {
  const { name, adapter, provider, aggregator, currency, token, config, secrets: hidden } = connection
  const key = { tenant_id: tenantId }
  const id = ids.next()
  // its codes may come later: until then an order by it is refused, and what is missing is named
  if (aggregator !== undefined)
    await trx('aggregators').insert({ name: aggregator, title: aggregator }).onConflict('name').ignore()
  await trx('connections').insert({
    ...key,
    id,
    name,
    adapter,
    provider: provider ?? null,
    aggregator: aggregator ?? null,
    currency,
    token,
    config: JSON.stringify(config),
    secrets: await secrets.seal(trx, tenantId, hidden, at),
    state: 'active',
    created_at: at,
  })
  for (const account of ['collect', 'pay', 'charges'])
    await trx('float_accounts').insert({ ...key, connection_id: id, account, currency })
}

export async function addApiKey(
  { trx, tenantId, keys, ids, at }: Write,
  { name, key, scopes }: TenantPlan['apiKeys'][number],
): Promise<void> {
  await trx('api_keys').insert({
    tenant_id: tenantId,
    id: ids.next(),
    name,
    key_hash: keys.hash('api-key', key),
    key_version: KEY_VERSION,
    scopes: [...scopes],
    created_at: at,
  })
}

/** Gives a customer a new PIN, hashed slowly with a pepper; the PIN itself is kept nowhere. */
export async function setPin(
  trx: Trx,
  keys: Keys,
  tenantId: string,
  customerId: string,
  pin: string,
): Promise<void> {
  await trx('customers')
    .where({ tenant_id: tenantId, id: customerId })
    .update({
      pin_hash: await keys.hashPin(pin),
      pin_version: KEY_VERSION,
      pin_tries: 0,
      pin_locked_at: null,
    })
}
