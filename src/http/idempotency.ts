import type { Trx } from '../store/database.ts'
import type { Keys } from '../store/keys.ts'

/** What a repeated request is answered with: exactly what the first one was. */
export type Kept = { readonly status: number; readonly body: object }

export type KeyClash = { readonly kind: 'clash' }

export type Ask = {
  readonly trx: Trx
  readonly keys: Keys
  readonly tenantId: string
  readonly key: string
  readonly body: object
  readonly at: Date
}

/** What a key was answered with before, if it was; asked before anything is read from elsewhere for its sake. */
export async function kept({ trx, keys, tenantId, key, body }: Ask): Promise<Kept | KeyClash | undefined> {
  const known = await trx('idempotency_keys').where({ tenant_id: tenantId, key }).first()
  if (known === undefined) return undefined
  const same = known.body_hash === keys.hash('body', JSON.stringify(body))
  return same ? { status: known.status, body: known.response } : { kind: 'clash' }
}

/**
 * Runs a write once for its `Idempotency-Key`: the answer is kept in the write's own commit; the same key with the same
 * body gets it again, with another body it is a clash.
 */
export async function once(ask: Ask, write: () => Promise<Kept>): Promise<Kept | KeyClash> {
  const { trx, keys, tenantId, key, body, at } = ask
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`${tenantId}:${key}`])
  const known = await kept(ask)
  if (known !== undefined) return known
  const fresh = await write()
  if (fresh.status < 500)
    await trx('idempotency_keys').insert({
      tenant_id: tenantId,
      key,
      body_hash: keys.hash('body', JSON.stringify(body)),
      status: fresh.status,
      response: JSON.stringify(fresh.body),
      created_at: at,
    })
  return fresh
}
