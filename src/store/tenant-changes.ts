import { isDeepStrictEqual } from 'node:util'
import type { Row } from './database.ts'
import { moveDueRun, planDaily } from './schedules.ts'
import { addStaff, changeStaff, staffOf, staffRow } from './staff.ts'
import { addApiKey, addChannel, addConnection, type TenantPlan, type Write } from './tenancy.ts'
import { tenantSettings } from './tenants.ts'

/** What of a tenant can never change, because money and references hang on it; told, and nothing is written. */
export class Unchangeable extends Error {}

type Part = { readonly config: object; readonly secrets: object }

/**
 * Brings a tenant that is there up to a plan: what the plan names is made or changed, what it leaves out stays. Answers
 * what was done, a line each; throws {@link Unchangeable} where the plan would make another of something.
 */
export async function changeTenant(write: Write, plan: TenantPlan): Promise<readonly string[]> {
  const { trx, tenantId } = write
  const key = { tenant_id: tenantId }
  const done: string[] = []
  const tenant: Row = await trx('tenants').where({ id: tenantId }).forUpdate().first()
  same('the tenant', tenant, { country: plan.country, currency: plan.currency, zone: plan.zone })
  const settings = tenantSettings.parse(plan.settings)
  const before = tenantSettings.parse(tenant.settings)
  if (!isDeepStrictEqual(before, settings)) {
    await trx('tenants')
      .where({ id: tenantId })
      .update({ settings: JSON.stringify(settings) })
    await moveDueRun(write, settings.dueRunAt, plan.zone)
    await planDaily(write, write.ids, settings, plan.zone)
    done.push('settings changed')
  }
  const core: Row = await trx('cores').where(key).first()
  if (await change(write, 'cores', {}, core, { adapter: plan.core.adapter }, plan.core))
    done.push('core changed')
  for (const channel of plan.channels) {
    const { kind, address, adapter } = channel
    // one sender may be known to two gateways
    const others = plan.channels.filter(
      other => other !== channel && other.kind === kind && other.address === address,
    )
    const row: Row | undefined = await trx('channels')
      .where({ ...key, kind, address })
      .whereNotIn(
        'adapter',
        others.map(other => other.adapter),
      )
      .first()
    if (row === undefined) await addChannel(write, channel)
    else if (!(await change(write, 'channels', { id: row.id }, row, { adapter }, channel))) continue
    done.push(`${kind} ${address} ${row === undefined ? 'made' : 'changed'}`)
  }
  for (const connection of plan.connections) {
    const { name, provider = null, aggregator = null, currency, adapter } = connection
    const row: Row | undefined = await trx('connections')
      .where({ ...key, name })
      .first()
    if (row === undefined) await addConnection(write, connection)
    else {
      same(`connection ${name}`, row, { provider, aggregator, currency, adapter })
      if (!(await change(write, 'connections', { id: row.id }, row, {}, connection))) continue
    }
    done.push(`connection ${name} ${row === undefined ? 'made' : 'changed'}`)
  }
  for (const apiKey of plan.apiKeys) {
    const known = await trx('api_keys')
      .where({ ...key, name: apiKey.name, revoked_at: null })
      .first('id')
    if (known !== undefined) continue
    await addApiKey(write, apiKey)
    done.push(`API key ${apiKey.name} made`)
  }
  for (const officer of plan.staff) {
    const row = await staffRow(trx, tenantId, officer.phone)
    if (row === undefined && officer.left === true) continue
    if (row === undefined) await addStaff({ ...write, id: write.ids.next() }, officer)
    const change = row === undefined ? 'made' : await changeStaff(write, staffOf(row), officer)
    if (change !== undefined) done.push(`officer ${officer.phone} ${change}`)
  }
  return done
}

/** Writes what differs of a configuration; false where nothing does. */
async function change(
  { trx, tenantId, secrets, at }: Write,
  table: string,
  which: object,
  row: Row,
  columns: Readonly<Record<string, unknown>>,
  { config, secrets: hidden }: Part,
): Promise<boolean> {
  const known = await secrets.open(trx, tenantId, row.secrets as string | null)
  const [openly, secretly] = [isDeepStrictEqual(row.config, config), isDeepStrictEqual(known, hidden)]
  const asBefore = Object.entries(columns).every(([name, value]) => row[name] === value)
  if (openly && secretly && asBefore) return false
  await trx(table)
    .where({ tenant_id: tenantId, ...which })
    .update({
      ...columns,
      config: JSON.stringify(config),
      ...(secretly ? {} : { secrets: await secrets.seal(trx, tenantId, hidden, at) }),
    })
  return true
}

function same(what: string, row: Row, fixed: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(fixed))
    if (row[name] !== value)
      throw new Unchangeable(
        `${what} has the ${name} ${row[name] ?? '(none)'}, which cannot become ${value ?? '(none)'}: give it another name`,
      )
}
