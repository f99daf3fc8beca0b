import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { RawRequest } from '../../domain/outside.ts'
import type { AttemptRef, CallbackReading } from '../provider.ts'
import type { WaveConfig } from './config.ts'
import { readSession } from './outcomes.ts'
import { readWebHook, Session } from './wire.ts'

/**
 * Web hooks: one address for all of the wallet's events, set in Wave's portal, with a secret of its own.
 * Source: docs.wave.com, "Webhooks".
 */

const WINDOW_MS = 5 * 60_000
const MAX_SIGNATURES = 5

/** Compared by digests, so that neither length nor time tells anything. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** `Wave-Signature: t=<unix>,v1=<hex>[,v1=<hex>]`, or the shared secret as a bearer token: as the portal was told. */
export function proves(
  { headers, body }: RawRequest,
  { signingSecret, sharedSecret }: WaveConfig,
  at: Date,
): boolean {
  const [, bearer] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
  if (sharedSecret !== undefined && bearer !== undefined && same(bearer, sharedSecret)) return true
  const signature = headers['wave-signature']
  return (
    signingSecret !== undefined && signature !== undefined && isSigned(signature, body, signingSecret, at)
  )
}

function isSigned(header: string, body: string, secret: string, at: Date): boolean {
  const parts = header.split(',').map(part => part.trim())
  const [, seconds] = /^t=(\d{1,12})$/.exec(parts[0] ?? '') ?? []
  const signatures = parts.slice(1).flatMap(part => /^v1=([0-9a-f]{64})$/.exec(part)?.[1] ?? [])
  if (seconds === undefined || Math.abs(at.getTime() - Number(seconds) * 1000) > WINDOW_MS) return false
  // the time stands before the body, with nothing between them
  const wanted = createHmac('sha256', secret)
    .update(seconds + body)
    .digest('hex')
  // more than one, where the secret is being changed
  return signatures.slice(0, MAX_SIGNATURES).some(given => same(given, wanted))
}

const SESSION_EVENTS = ['checkout.session.completed', 'checkout.session.payment_failed']

/** Payouts are never told of, and what reaches the wallet otherwise is no session. */
export function readCallback(request: RawRequest, config: WaveConfig, attempt?: AttemptRef): CallbackReading {
  if (request.method !== 'POST') return { kind: 'unreadable', why: 'Wave calls back by POST' }
  const event = readWebHook(request.body)
  if (event === undefined) return { kind: 'unreadable', why: 'the body is no event' }
  if (!SESSION_EVENTS.includes(event.type))
    return { kind: 'unreadable', why: 'the event is about no session' }
  const session = Session.safeParse(event.data)
  if (!session.success) return { kind: 'unreadable', why: 'the event has no session' }
  const { id, client_reference: reference = null } = session.data
  if (attempt !== undefined && isForeign(attempt, id, reference))
    return { kind: 'unreadable', why: 'the event is about another session than its URL' }
  const known = reference ?? attempt?.reference
  return {
    kind: 'outcome',
    outcome: readSession(session.data, config),
    providerReference: id,
    ...(known === undefined ? {} : { reference: known }),
  }
}

const isForeign = (attempt: AttemptRef, id: string, reference: string | null): boolean =>
  attempt.operation !== 'collect' ||
  (reference ?? attempt.reference) !== attempt.reference ||
  (attempt.providerReference ?? id) !== id
