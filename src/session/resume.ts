import type { Handover } from '../../flows/handover.ts'
import type { Session } from '../store/sessions.ts'
import { restoreFlow } from './run.ts'

/** For so long after her last answer she is offered to go on where she was cut off. */
const RESUME_MS = 3 * 60_000
/** Where a dial leads anyway, and so few answers lead back to anything that it is not worth a question. */
const BEGINNINGS: ReadonlySet<string> = new Set(['welcome', 'home', 'staff', 'resume'])
const WORTH_TURNS = 2

/** The turn from which on it is remembered whose session it is. */
export const isWorthResuming = (turn: number): boolean => turn === WORTH_TURNS

/**
 * What a phone that dials again is offered first; undefined where there is nothing to go on with. Never past a PIN or a
 * decided step: in a session that has asked for a decision, and a PIN is one, nothing is resumed.
 */
export function offerOf(session: Session | undefined, phone: string, now: number): Handover | undefined {
  const kept = session?.flow ?? session?.left
  if (session === undefined || kept == null || session.decided === true || session.phone !== phone)
    return undefined
  const awayMs = now - (session.answeredAt ?? 0)
  if (BEGINNINGS.has(kept.name) || awayMs < 0 || awayMs > RESUME_MS) return undefined
  try {
    restoreFlow(kept)
  } catch {
    // a dialogue of another release
    return undefined
  }
  const { me, language } = kept.context as Pick<Extract<Handover, { to: 'resume' }>, 'me' | 'language'>
  return {
    to: 'resume',
    kept,
    ...(me === undefined ? {} : { me }),
    ...(language === undefined ? {} : { language }),
  }
}
