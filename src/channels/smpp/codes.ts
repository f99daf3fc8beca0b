import type { DeliveryWord, SmsOutcome } from '../channel.ts'

/** What a command_status means for one message. Source: SMPP 3.4 §5.1.3. */

export const OK = 0x00
export const THROTTLED = 0x58
export const QUEUE_FULL = 0x14
/** Our answer to what we could not keep just now: it is sent again. */
export const NOT_NOW = 0x64
export const UNKNOWN_COMMAND = 0x03

const ourFault = (why: string): SmsOutcome => ({ kind: 'our-fault', why })
const later = (why: string): SmsOutcome => ({ kind: 'later', why })

const BY_STATUS: Readonly<Record<number, SmsOutcome>> = {
  1: ourFault('message length refused'),
  2: ourFault('command length refused'),
  3: ourFault('command refused'),
  4: later('not bound'),
  8: later('system error'),
  10: ourFault('sender refused'),
  11: { kind: 'refused', why: 'bad-number', code: '0x0b' },
  [QUEUE_FULL]: later('queue full'),
  21: ourFault('service type refused'),
  69: later('submit failed'),
  72: ourFault('type of sender refused'),
  73: ourFault('plan of sender refused'),
  80: { kind: 'refused', why: 'bad-number', code: '0x50' },
  81: { kind: 'refused', why: 'bad-number', code: '0x51' },
  [THROTTLED]: later('throttled'),
  98: ourFault('validity refused'),
  100: later('receiver away'),
  101: { kind: 'refused', why: 'no-route', code: '0x65' },
  102: { kind: 'refused', why: 'no-route', code: '0x66' },
}

/** Of a refusal; a status that is not listed says nothing certain. */
export const refusedWith = (status: number): SmsOutcome =>
  BY_STATUS[status] ?? { kind: 'unknown', why: `status 0x${status.toString(16)}` }

/** Bind failed, password, system id: mended by a person. */
const BAD_BIND: ReadonlySet<number> = new Set([0x0d, 0x0e, 0x0f])

/** Why there is no line, for whoever wants to send. */
export const unbound = (status: number): SmsOutcome =>
  BAD_BIND.has(status)
    ? ourFault(`bind refused with 0x${status.toString(16)}`)
    : later(status === 0x05 ? 'the account is bound elsewhere' : `bind answered 0x${status.toString(16)}`)

/** message_state (SMPP 3.4 §5.2.28) and the word of a receipt's text (appendix B). */
const WORDS: Readonly<Record<string, DeliveryWord>> = {
  1: 'sent',
  2: 'delivered',
  3: 'expired',
  4: 'failed',
  5: 'failed',
  6: 'sent',
  8: 'failed',
  ENROUTE: 'sent',
  DELIVRD: 'delivered',
  EXPIRED: 'expired',
  DELETED: 'failed',
  UNDELIV: 'failed',
  ACCEPTD: 'sent',
  REJECTD: 'failed',
}

export const wordOf = (state: string | number): DeliveryWord =>
  WORDS[String(state).toUpperCase()] ?? 'unlisted'
