import type { TestStage } from './stage.ts'

/** A tenant's setting becomes another at once; `path`: as in `suspense,surplus`. */
export async function changeSetting(
  stage: TestStage,
  tenant: string,
  path: string,
  value: unknown,
): Promise<void> {
  await stage.house.db.asTenant(tenant, trx =>
    trx('tenants')
      .where({ id: tenant })
      .update({
        settings: trx.raw('jsonb_set(settings, ?, ?::jsonb)', [`{${path}}`, JSON.stringify(value)]),
      }),
  )
  stage.house.gateway.deps.tenants.forget(tenant)
}
