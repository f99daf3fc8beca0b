import { createHmac } from 'node:crypto'
import type { WebhookEvent } from '../../flows/webhook.ts'
import { later } from '../domain/time.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import { lockLife } from '../store/lives.ts'
import { act, type GatewayDeps } from './context.ts'
import { nothingToDo } from './idle.ts'
import { insist } from './insist.ts'
import type { Act, Stepper } from './step.ts'

/** The way to addresses that tenants name: public ones only, and no redirect is followed. */
export type World = {
  /** Why this URL cannot be an endpoint, as a sentence; undefined where it can. */
  refuses(url: string): Promise<string | undefined>
  post(order: PostOrder): Promise<Posted>
}

export type PostOrder = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Posted =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfterMs?: number }
  | { readonly kind: 'no-answer'; readonly why: 'timeout' | 'refused' | 'reset' | 'tls' | 'not-public' }

export type WebhookDeps = GatewayDeps & { readonly stepper: Stepper }

/** An endpoint that is slow or overwhelmed rests, so that it holds up nobody else's deliveries. */
const REST_MS = 60_000
const LONGEST_REST_MS = 10 * 60 * 60_000
/** Standard Webhooks: these ask for fewer requests. */
const THROTTLE = new Set([429, 502, 503, 504])
/** Tries that are shown; a delivery that was replayed may have more behind it. */
const MAX_SHOWN = 50

const SECRET_PREFIX = 'whsec_'

/** `v1,<base64>`: HMAC-SHA256 of id, timestamp and body by the bytes of the secret (Standard Webhooks 1.0.0). */
export function signatureOf(secret: string, id: string, atSeconds: number, body: string): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${atSeconds}.${body}`).digest('base64')}`
}

/** A secret as its receiver writes it down; `bytes`: 24 to 64, drawn. */
export const secretText = (bytes: Buffer): string => SECRET_PREFIX + bytes.toString('base64')

/** Sends due deliveries: written before sent, tried by the machine's schedule, each try logged with its status. */
export function createWebhooks(deps: WebhookDeps): { work(row: DueRow): Promise<void> } {
  const { stepper, world, log } = deps

  async function prepare(commit: Act, row: DueRow): Promise<PostOrder | undefined> {
    const { trx, at } = commit
    const life = await lockLife(trx, 'webhook', row.tenantId, row.id)
    if (life.state !== 'queued') {
      const woken = await stepper.wake(commit, 'webhook', row.id)
      if (!woken.changed) await nothingToDo(log, commit, row, life.state)
      return undefined
    }
    // between the claim and now somebody else may have moved it
    if (life.due_at === null || life.due_at > at) return undefined
    const endpoint = await trx('webhook_endpoints')
      .where({ tenant_id: row.tenantId, id: life.endpoint_id })
      .first()
    if (endpoint.state === 'disabled') {
      await stepper.step(commit, 'webhook', row.id, { type: 'STOPPED', at: at.toISOString() })
      return undefined
    }
    if (endpoint.rests_until !== null && endpoint.rests_until > at) {
      await pushBack(trx, row, endpoint.rests_until)
      return undefined
    }
    await stepper.step(commit, 'webhook', row.id, { type: 'SENDING', at: at.toISOString() })
    const body = JSON.stringify(life.body)
    return { url: endpoint.url, body, headers: await signed(commit, endpoint, String(life.event_id), body) }
  }

  /** By the secret, and for a day by the one before it too: the receiver changes over when it likes. */
  async function signed(
    { trx, setup, at }: Act,
    endpoint: {
      secret: string
      secret_before: string | null
      secret_before_until: Date | null
    },
    id: string,
    body: string,
  ): Promise<PostOrder['headers']> {
    const seconds = Math.floor(at.getTime() / 1000)
    const before =
      endpoint.secret_before_until !== null && endpoint.secret_before_until > at
        ? [endpoint.secret_before]
        : []
    const signatures: string[] = []
    for (const sealed of [endpoint.secret, ...before]) {
      const { secret } = await deps.secrets.open(trx, setup.tenant.id, sealed)
      signatures.push(signatureOf(String(secret), id, seconds, body))
    }
    return {
      'content-type': 'application/json',
      'user-agent': 'Hatua-Webhooks/1.0 (+https://www.standardwebhooks.com)',
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signatures.join(' '),
    }
  }

  /** Writes the try down, with what it means for the endpoint. */
  async function record({ trx, setup, at }: Act, id: string, posted: Posted): Promise<void> {
    const key = { tenant_id: setup.tenant.id }
    const row = await trx('webhook_deliveries')
      .where({ ...key, id })
      .forUpdate()
      .first('endpoint_id', 'attempts')
    const shown = posted.kind === 'answer' ? { status: posted.status } : { why: posted.why }
    const attempts = [...row.attempts, { at: at.toISOString(), ...shown }].slice(-MAX_SHOWN)
    await trx('webhook_deliveries')
      .where({ ...key, id })
      .update({ attempts: JSON.stringify(attempts) })
    const endpoint = trx('webhook_endpoints').where({ ...key, id: row.endpoint_id, state: 'active' })
    const restMs = restOf(posted)
    if (posted.kind === 'answer' && posted.status === 410)
      await endpoint.update({ state: 'disabled', disabled_for: 'gone', changed_at: at })
    else if (restMs > 0) await endpoint.update({ rests_until: later(at, restMs) })
  }

  return {
    async work(row) {
      const order = await act(deps, row.tenantId, commit => prepare(commit, row))
      if (order === undefined) return
      const posted = await world.post(order)
      await insist(() =>
        act(deps, row.tenantId, async commit => {
          const type = eventOf(posted)
          await record(commit, row.id, posted)
          const { to } = await stepper.step(commit, 'webhook', row.id, { type, at: commit.at.toISOString() })
          if (to === 'dead')
            log.warn({ tenant: row.tenantId, delivery: row.id, ...posted }, 'web hook given up')
        }),
      )
    },
  }
}

function eventOf(posted: Posted): WebhookEvent['type'] {
  if (posted.kind === 'no-answer') return 'FAILED'
  if (posted.status === 410) return 'GONE'
  return posted.status >= 200 && posted.status < 300 ? 'DELIVERED' : 'FAILED'
}

function restOf(posted: Posted): number {
  if (posted.kind === 'no-answer') return posted.why === 'timeout' ? REST_MS : 0
  if (!THROTTLE.has(posted.status)) return 0
  return Math.min(Math.max(REST_MS, posted.retryAfterMs ?? 0), LONGEST_REST_MS)
}
