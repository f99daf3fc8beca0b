import type { SmsOutcome } from '../channel.ts'
import type { TwilioAnswer } from './client.ts'

/** What Twilio's error codes mean for one message. Source: twilio.com/docs/api/errors. */

type Refusal = Extract<SmsOutcome, { kind: 'refused' }>['why']

const REFUSED: Readonly<Record<Exclude<Refusal, 'do-not-disturb'>, readonly number[]>> = {
  // she has said STOP to this sender, or the sender is blocked by her
  suppressed: [21610, 63014],
  'bad-number': [21211, 21217, 21614, 30005, 30006],
  'no-route': [21612, 30004, 30007],
}
const LATER: ReadonlySet<number> = new Set([14107, 20429, 21611, 30001, 30003, 30008, 30017, 63018])
/** Credentials, sender, permissions, or a message that we should not have made. */
const OUR_FAULT: ReadonlySet<number> = new Set([
  20003, 21212, 21408, 21602, 21606, 21608, 21609, 21617, 30002, 30024,
])
/** The validity that we gave it was over. */
const EXPIRED = 30036

const WHY = new Map(
  Object.entries(REFUSED).flatMap(([why, codes]) => codes.map(code => [code, why as Refusal])),
)

function outcomeOf(code: number): SmsOutcome | undefined {
  const why = WHY.get(code)
  if (why !== undefined) return { kind: 'refused', why, code: String(code) }
  if (LATER.has(code)) return { kind: 'later', why: `error ${code}` }
  return OUR_FAULT.has(code) ? { kind: 'our-fault', why: `error ${code}` } : undefined
}

/** One message's outcome; anything that is neither a clear yes nor a clear no is `unknown`. */
export function toOutcome(answer: TwilioAnswer): SmsOutcome {
  switch (answer.kind) {
    case 'not-sent':
      return { kind: 'later', why: 'no connection' }
    case 'no-answer':
      return { kind: 'unknown', why: answer.why }
    case 'refused':
      return refusedBy(answer.status, answer.code)
    case 'taken': {
      const { sid, status, parts, code } = answer
      if (status === 'failed' || status === 'undelivered')
        return outcomeOf(code ?? 0) ?? { kind: 'refused', why: 'no-route', code: String(code ?? status) }
      return { kind: 'accepted', providerId: sid, ...(parts === 0 ? {} : { parts }) }
    }
  }
}

function refusedBy(status: number, code: number | undefined): SmsOutcome {
  if (status === 429) return { kind: 'later', why: 'too many calls' }
  if (status === 401 || status === 403) return { kind: 'our-fault', why: `refused with ${code ?? status}` }
  if (status < 400 || status >= 500) return { kind: 'unknown', why: `answer ${status}` }
  // a client error says that no message was made, whatever its code
  return outcomeOf(code ?? 0) ?? { kind: 'our-fault', why: `refused with ${code ?? status}` }
}

/** What the code of a status callback adds to its word. */
export const toldBy = (code: number): 'suppressed' | 'expired' | undefined =>
  WHY.get(code) === 'suppressed' ? 'suppressed' : code === EXPIRED ? 'expired' : undefined
