import type { LastInput, Transcript } from '../channels/channel.ts'
import type { Session } from '../store/sessions.ts'

/** What a hop is, seen from the session it belongs to. */
export type Placed =
  /** It goes on: with this input, or (undefined) from the first screen. */
  | { readonly kind: 'advance'; readonly input: string | undefined }
  /** It was answered before, or is late, shortened, reordered: the same answer, and nothing moves. */
  | { readonly kind: 'replay'; readonly session: Session }
  /** Another phone or another code under a known session id. */
  | { readonly kind: 'foreign' }

type Placeable = { readonly phone: string; readonly code: string } & (Transcript | LastInput)

/** What is kept of a hop, so that the next one can be placed: lengths, HMACs and the gateway's own numbers. */
export type Mark = Pick<Session, 'typed' | 'hmac' | 'trail'>

type HmacOf = (text: string) => string

/**
 * Places a hop in its session, without the text of what was typed: only its HMAC is kept, for there are PINs in it. Most
 * gateways send no id of the hop; what tells a new one from a repeated one depends on what they do send. `now` in
 * milliseconds.
 */
export function place(
  session: Session | undefined,
  hop: Placeable,
  hmacOf: HmacOf,
  now: number = Number.POSITIVE_INFINITY,
): Placed {
  if (session === undefined) return { kind: 'advance', input: undefined }
  if (session.phone !== hop.phone || session.code !== hop.code) return { kind: 'foreign' }
  const input = session.flow === null ? undefined : newIn(session, hop, hmacOf, now)
  return input === undefined ? { kind: 'replay', session } : { kind: 'advance', input }
}

/** What was typed since the last hop; undefined where this hop brings nothing new. */
const newIn = (session: Session, hop: Placeable, hmacOf: HmacOf, now: number): string | undefined =>
  'transcript' in hop
    ? typedSince(session, hop.transcript, hmacOf)
    : hop.begin || isRepeat(session, hop, hmacOf, now)
      ? undefined
      : hop.input

/** By length and HMAC of what went before: so a `*` inside an answer, and an empty answer, are read as they were typed. */
function typedSince(session: Session, transcript: string, hmacOf: HmacOf): string | undefined {
  const known = transcript.slice(0, session.typed)
  if (transcript.length <= session.typed || hmacOf(known) !== session.hmac) return undefined
  const rest = transcript.slice(session.typed)
  if (session.typed === 0) return rest
  return rest.startsWith('*') ? rest.slice(1) : undefined
}

/** By the gateway's own number or name of the hop; else the same input again before she can have read the answer. */
function isRepeat(
  { hmac, trail, answeredAt = 0 }: Session,
  { input, sequence, requestId, repeatMs }: LastInput,
  hmacOf: HmacOf,
  now: number,
): boolean {
  if (trail === undefined) return false
  if (sequence !== undefined && trail.sequence !== undefined) return sequence <= trail.sequence
  if (requestId !== undefined && trail.seen !== undefined) return trail.seen.includes(requestId)
  return now - answeredAt < repeatMs && hmacOf(joined(trail.before, input)) === hmac
}

/** More hops than a session of three minutes has. */
const MAX_SEEN = 60

/** What is kept once this hop is answered. Each HMAC of a last input stands on the one before it. */
export function markOf(session: Session | undefined, hop: Transcript | LastInput, hmacOf: HmacOf): Mark {
  if ('transcript' in hop) return { typed: hop.transcript.length, hmac: hmacOf(hop.transcript) }
  const { input, sequence, requestId } = hop
  const before = session?.hmac ?? ''
  const seen = requestId === undefined ? undefined : [...(session?.trail?.seen ?? []), requestId]
  return {
    typed: 0,
    hmac: hmacOf(joined(before, input)),
    trail: {
      before,
      ...(sequence === undefined ? {} : { sequence }),
      ...(seen === undefined ? {} : { seen: seen.slice(-MAX_SEEN) }),
    },
  }
}

const joined = (before: string, input: string): string => `${before}*${input}`
