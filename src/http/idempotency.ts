import type { Trx } from '../store/database.ts'
import type { Keys } from '../store/keys.ts'

/** What a repeated request is answered with: exactly what the first one was. */
export type Kept = { readonly status: number; readonly body: object }

export type KeyClash = { readonly kind: 'clash' }

/**
 * Runs a write once for its `Idempotency-Key`: the answer is kept in the write's own commit; the same key with the same
 * body gets it again, with another body it is a clash.
 */
export async function once(
  {
    trx,
    keys,
    tenantId,
    key,
    body,
    at,
  }: { trx: Trx; keys: Keys; tenantId: string; key: string; body: object; at: Date },
  write: () => Promise<Kept>,
): Promise<Kept | KeyClash> {
  const bodyHash = keys.hash('body', JSON.stringify(body))
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`${tenantId}:${key}`])
  const known = await trx('idempotency_keys').where({ tenant_id: tenantId, key }).first()
  if (known !== undefined)
    return known.body_hash === bodyHash ? { status: known.status, body: known.response } : { kind: 'clash' }
  const kept = await write()
  if (kept.status < 500)
    await trx('idempotency_keys').insert({
      tenant_id: tenantId,
      key,
      body_hash: bodyHash,
      status: kept.status,
      response: JSON.stringify(kept.body),
      created_at: at,
    })
  return kept
}
