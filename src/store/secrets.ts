import { randomBytes } from 'node:crypto'
import type { Database, Trx } from './database.ts'
import { type Keys, seal, unseal } from './keys.ts'

/**
 * Credentials at rest: each tenant has a data key, wrapped by the master key; what it seals says with which version, so
 * that keys can be turned without a stop.
 */
export type Secrets = {
  /** Throws where the tenants' data keys were wrapped by another master key than this one. */
  assertKey(db: Database, tenantIds: readonly string[]): Promise<void>
  seal(trx: Trx, tenantId: string, value: object, at: Date): Promise<string>
  open(trx: Trx, tenantId: string, sealed: string | null): Promise<Record<string, unknown>>
}

const VERSION = 1

export function createSecrets(keys: Keys): Secrets {
  function unwrapped(wrapped: string): Buffer {
    try {
      return keys.unwrap(wrapped)
    } catch {
      throw new Error(
        'SECRETS_KEY is not the key that this database was set up with: its credentials cannot be opened. Restore the key',
      )
    }
  }
  async function dataKey(trx: Trx, tenantId: string): Promise<Buffer | undefined> {
    const row = await trx('data_keys').where({ tenant_id: tenantId, version: VERSION }).first('wrapped')
    return row === undefined ? undefined : unwrapped(row.wrapped)
  }
  return {
    async assertKey(db, tenantIds) {
      for (const tenantId of tenantIds) await db.asTenant(tenantId, trx => dataKey(trx, tenantId))
    },
    async seal(trx, tenantId, value, at) {
      await trx('data_keys')
        .insert({
          tenant_id: tenantId,
          version: VERSION,
          wrapped: keys.wrap(randomBytes(32)),
          created_at: at,
        })
        .onConflict(['tenant_id', 'version'])
        .ignore()
      const key = await dataKey(trx, tenantId)
      if (key === undefined) throw new Error(`no data key for ${tenantId}`)
      return `${VERSION}:${seal(key, Buffer.from(JSON.stringify(value)))}`
    },
    async open(trx, tenantId, sealed) {
      if (sealed === null) return {}
      const key = await dataKey(trx, tenantId)
      if (key === undefined) throw new Error(`no data key for ${tenantId}`)
      return JSON.parse(unseal(key, sealed.slice(sealed.indexOf(':') + 1)).toString('utf8'))
    },
  }
}
