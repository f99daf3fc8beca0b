import type { Session } from '../store/sessions.ts'

/** What a hop is, seen from the session it belongs to. */
export type Placed =
  /** It goes on: with this input, or (undefined) from the first screen. */
  | { readonly kind: 'advance'; readonly input: string | undefined }
  /** It was answered before, or is late, shortened, reordered: the same answer, and nothing moves. */
  | { readonly kind: 'replay'; readonly session: Session }
  /** Another phone or another code under a known session id. */
  | { readonly kind: 'foreign' }

/**
 * Places a hop by the transcript it carries: gateways send no id of the hop, only all that was typed. Compared by length
 * and HMAC, so that the transcript itself, with its PINs, need not be kept.
 */
export function place(
  session: Session | undefined,
  hop: { readonly phone: string; readonly code: string; readonly transcript: string },
  hmacOf: (text: string) => string,
): Placed {
  if (session === undefined) return { kind: 'advance', input: undefined }
  if (session.phone !== hop.phone || session.code !== hop.code) return { kind: 'foreign' }
  const { transcript } = hop
  const known = transcript.slice(0, session.typed)
  if (transcript.length <= session.typed || hmacOf(known) !== session.hmac || session.flow === null)
    return { kind: 'replay', session }
  const rest = transcript.slice(session.typed)
  if (session.typed === 0) return { kind: 'advance', input: rest }
  return rest.startsWith('*') ? { kind: 'advance', input: rest.slice(1) } : { kind: 'replay', session }
}
