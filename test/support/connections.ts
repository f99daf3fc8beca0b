import { demoTenants } from '../../src/commands/demo-tenants.ts'
import { createOffice } from './board.ts'
import type { TestStage } from './stage.ts'
import type { TenantName } from './story.ts'

type More = {
  readonly name: string
  readonly adapter: string
  /** Absent: it is the aggregator's. */
  readonly provider?: string
  readonly aggregator?: string
  /** In place of what the demo's own connection by that adapter says. */
  readonly config?: object
  readonly secrets?: object
}

/** One more connection of a demo tenant, with the credentials of the demo's own by that adapter where there is one. */
export async function addConnection(stage: TestStage, tenant: TenantName, more: More): Promise<string> {
  const own = demoTenants(true)
    .flatMap(({ plan }) => plan.connections)
    .find(({ adapter }) => adapter === more.adapter)
  const { db, secrets, gateway } = stage.house
  const { ids, tenants } = gateway.deps
  const id = ids.next()
  const at = stage.clock.now()
  const { currency } = await tenants.tenant(tenant)
  await db.asTenant(tenant, async trx => {
    if (more.aggregator !== undefined)
      await trx('aggregators').insert({ name: more.aggregator, title: more.aggregator }).onConflict().ignore()
    await trx('connections').insert({
      tenant_id: tenant,
      id,
      name: more.name,
      adapter: more.adapter,
      provider: more.provider ?? null,
      aggregator: more.aggregator ?? null,
      currency,
      token: `${tenant}-${more.name}`,
      config: JSON.stringify({ ...own?.config, ...more.config }),
      secrets: await secrets.seal(trx, tenant, more.secrets ?? own?.secrets ?? {}, at),
      state: 'active',
      created_at: at,
    })
  })
  tenants.forget(tenant)
  return id
}

/** Changes what is configured of all connections of a tenant, as somebody who runs the house would. */
export async function configure(stage: TestStage, tenant: TenantName, config: object): Promise<void> {
  await stage.house.db.asTenant(tenant, trx =>
    trx.raw('update connections set config = config || ? where tenant_id = ?', [
      JSON.stringify(config),
      tenant,
    ]),
  )
  stage.house.gateway.deps.tenants.forget(tenant)
}

/** Takes one of its secrets away from a demo tenant's connection. */
export async function withoutSecret(
  stage: TestStage,
  tenant: TenantName,
  name: string,
  secret: string,
): Promise<void> {
  const { secrets } = demoTenants(true)
    .flatMap(({ plan }) => (plan.id === tenant ? plan.connections : []))
    .find(connection => connection.name === name) ?? { secrets: {} }
  const { [secret]: _, ...left } = secrets as Record<string, unknown>
  await stage.house.db.asTenant(tenant, async trx =>
    trx('connections')
      .where({ tenant_id: tenant, name })
      .update({ secrets: await stage.house.secrets.seal(trx, tenant, left, stage.clock.now()) }),
  )
  stage.house.gateway.deps.tenants.forget(tenant)
}

/** A lender with no second road: what no route serves goes by the tenant's own connections. */
export async function withoutRoutes(stage: TestStage, tenant: TenantName): Promise<void> {
  const { status } = await createOffice(stage, tenant).first.put('/routes', { data: [] })
  if (status !== 200) throw new Error(`routes: ${status}`)
}
