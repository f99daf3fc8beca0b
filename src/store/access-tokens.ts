import { randomUUID } from 'node:crypto'
import type { Database } from './database.ts'
import type { Keys } from './keys.ts'

/** A token in force, leave to renew it, or somebody else who is at it. */
export type TokenTaken =
  | { readonly kind: 'token'; readonly value: string; readonly renewAt: Date }
  | { readonly kind: 'renew'; readonly lease: string }
  | { readonly kind: 'wait' }

/** Access tokens that all processes share, each renewed by one of them at a time. */
export type SharedTokens = {
  /** `refused`: a token that the provider would not take any more, whatever stands here of its age. */
  take(key: string, refused: string | undefined, now: Date): Promise<TokenTaken>
  /** Keeps what the holder of that lease has got; a lease that was lost meanwhile keeps nothing. */
  put(key: string, lease: string, token: { readonly value: string; readonly renewAt: Date }): Promise<void>
  /** The renewal brought nothing: the next one may try. */
  release(key: string, lease: string): Promise<void>
}

/** Longer than any deadline of a call for a token; who died over it holds the others up no longer. */
const LEASE_MS = 60_000

export function createSharedTokens({ knex }: Database, keys: Keys): SharedTokens {
  const table = () => knex('access_tokens')
  const rowOf = (key: string) => keys.hash('token', key)
  const NO_LEASE = { lease_until: null, lease_id: null }

  type Row = { readonly sealed: string | null; readonly renew_at: Date | null }
  function inForce(row: Row | undefined, refused: string | undefined, now: Date): TokenTaken | undefined {
    if (row === undefined || row.sealed === null || row.renew_at === null || row.renew_at <= now)
      return undefined
    const value = keys.unwrap(row.sealed).toString('utf8')
    return value === refused ? undefined : { kind: 'token', value, renewAt: row.renew_at }
  }

  async function release(key: string, lease: string): Promise<void> {
    await table()
      .where({ key: rowOf(key), lease_id: lease })
      .update(NO_LEASE)
  }

  return {
    async take(key, refused, now) {
      const known = inForce(
        await table()
          .where({ key: rowOf(key) })
          .first(),
        refused,
        now,
      )
      if (known !== undefined) return known
      const lease = randomUUID()
      const [claimed] = await table()
        .insert({
          key: rowOf(key),
          lease_until: new Date(now.getTime() + LEASE_MS),
          lease_id: lease,
        })
        .onConflict('key')
        .merge(['lease_until', 'lease_id'])
        .whereRaw('access_tokens.lease_until is null or access_tokens.lease_until <= ?', [now])
        .returning(['sealed', 'renew_at'])
      if (claimed === undefined) return { kind: 'wait' }
      // somebody may have renewed it between the look and the claim
      const meanwhile = inForce(claimed, refused, now)
      if (meanwhile === undefined) return { kind: 'renew', lease }
      await release(key, lease)
      return meanwhile
    },
    async put(key, lease, { value, renewAt }) {
      await table()
        .where({ key: rowOf(key), lease_id: lease })
        .update({ sealed: keys.wrap(Buffer.from(value)), renew_at: renewAt, ...NO_LEASE })
    },
    release,
  }
}
