import { randomBytes } from 'node:crypto'
import { later } from '../domain/time.ts'
import type { Row } from '../store/database.ts'
import type { Act } from './step.ts'
import { queueDelivery } from './tell-world.ts'
import { secretText, type WebhookDeps } from './webhooks.ts'

/** Endpoints that a tenant may have at once: each of them costs a row for every event. */
export const MAX_ENDPOINTS = 20
/** How long the secret before the last is good for. */
const CHANGE_OVER_MS = 24 * 60 * 60_000
const SECRET_BYTES = 32
/** Deliveries that one replay takes. */
export const MAX_REPLAYED = 200

export type ReplayRange = {
  readonly since: Date
  readonly states: readonly ('delivered' | 'dead')[]
  /** The last delivery of the page before. */
  readonly after?: string | undefined
}

export type Endpoints = {
  /** Answers the new endpoint's id and its secret, which is told this once; undefined above the limit. */
  create(
    act: Act,
    url: string,
    events: readonly string[],
  ): Promise<{ id: string; secret: string } | undefined>
  /** A new secret; the one before it signs along for a day. */
  rotate(act: Act, id: string): Promise<string>
  /** Stops or resumes it; what is queued for a disabled one dies when it is due. */
  set(act: Act, id: string, state: 'active' | 'disabled'): Promise<void>
  /** Queues a `webhook.test`, whatever the endpoint listens to. */
  test(act: Act, id: string): Promise<string>
  /** Queues a delivery again, under its old `webhook-id`; false where it is still on its way. */
  replay(act: Act, deliveryId: string): Promise<boolean>
  /** Replays what came since then; `next` is where a further page begins. */
  replayRange(act: Act, id: string, range: ReplayRange): Promise<{ replayed: number; next: string | null }>
}

export function createEndpoints({ ids, secrets, stepper }: WebhookDeps): Endpoints {
  const draw = async ({ trx, setup, at }: Act): Promise<{ secret: string; sealed: string }> => {
    const secret = secretText(randomBytes(SECRET_BYTES))
    return { secret, sealed: await secrets.seal(trx, setup.tenant.id, { secret }, at) }
  }

  const endpointOf = ({ trx, setup }: Act, id: string) =>
    trx('webhook_endpoints').where({ tenant_id: setup.tenant.id, id })

  async function replay(act: Act, deliveryId: string): Promise<boolean> {
    const { changed } = await stepper.step(act, 'webhook', deliveryId, {
      type: 'REPLAY',
      at: act.at.toISOString(),
    })
    return changed
  }

  return {
    replay,
    async create(act, url, events) {
      const { trx, setup, at } = act
      const tenantId = setup.tenant.id
      // one after the other, or two at once would both find room for the last one
      await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`webhooks:${tenantId}`])
      const [active] = await trx('webhook_endpoints')
        .where({ tenant_id: tenantId, state: 'active' })
        .count({ count: '*' })
      if (Number(active?.count) >= MAX_ENDPOINTS) return undefined
      const [id, { secret, sealed }] = [ids.next(), await draw(act)]
      await trx('webhook_endpoints').insert({
        tenant_id: tenantId,
        id,
        url,
        events: [...events],
        secret: sealed,
        state: 'active',
        created_at: at,
        changed_at: at,
      })
      return { id, secret }
    },
    async rotate(act, id) {
      const { secret, sealed } = await draw(act)
      await endpointOf(act, id).update({
        secret: sealed,
        secret_before: act.trx.ref('secret'),
        secret_before_until: later(act.at, CHANGE_OVER_MS),
        changed_at: act.at,
      })
      return secret
    },
    async set(act, id, state) {
      await endpointOf(act, id)
        .whereNot({ state })
        .update({
          state,
          disabled_for: state === 'disabled' ? 'asked' : null,
          rests_until: null,
          changed_at: act.at,
        })
    },
    test: (act, id) =>
      queueDelivery(ids, act, id, { id: ids.next(), type: 'webhook.test', data: { endpointId: id } }),
    async replayRange(act, id, { since, states, after }) {
      const { trx, setup } = act
      const wanted = trx('webhook_deliveries')
        .where({ tenant_id: setup.tenant.id, endpoint_id: id })
        .where('created_at', '>=', since)
        .whereIn('state', [...states])
        .orderBy('id')
        .limit(MAX_REPLAYED)
        .select('id')
      if (after !== undefined) wanted.where('id', '>', after)
      const rows: Row[] = await wanted
      let replayed = 0
      for (const row of rows) if (await replay(act, String(row.id))) replayed += 1
      return { replayed, next: rows.length === MAX_REPLAYED ? String(rows.at(-1)?.id) : null }
    },
  }
}
