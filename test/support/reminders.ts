import { planDaily } from '../../src/store/schedules.ts'
import { tenantSettings } from '../../src/store/tenants.ts'
import type { TestStage } from './stage.ts'

/** Changes a tenant's settings as its file would, and plans what hangs on them. */
export async function changeSettings(stage: TestStage, tenantId: string, change: object): Promise<void> {
  const { db, gateway } = stage.house
  const at = stage.clock.now()
  await db.asTenant(tenantId, async trx => {
    const { zone, settings } = await trx('tenants').where({ id: tenantId }).first()
    const next = tenantSettings.parse({ ...settings, ...change })
    await trx('tenants')
      .where({ id: tenantId })
      .update({ settings: JSON.stringify(next) })
    await planDaily({ trx, tenantId, at }, gateway.deps.ids, next, zone)
  })
  gateway.deps.tenants.forget(tenantId)
}
