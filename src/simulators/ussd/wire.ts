import { septets, strangers } from '../kit/gsm7.ts'

/** A hop as the gateway holds it, before it is put on its own wire. */
export type SimHop = {
  readonly kind: 'begin' | 'input'
  readonly sessionId: string
  /** E.164 with its `+`. */
  readonly phone: string
  readonly code: string
  /** What was typed; on the first hop what was dialled, with its `*` and `#`. */
  readonly typed: string
  /** Counted from 1 in each session. */
  readonly sequence: number
}

export type SimCall = {
  readonly method: 'POST' | 'GET'
  /** What stands behind the address that we were given: parts of a path, or a query. */
  readonly behind: string
  readonly body?: object
}

/** An answer as it came. */
export type Answered = { readonly status: number; readonly headers: Headers; readonly body: string }

export type Shown = { readonly kind: 'CON' | 'END'; readonly text: string }

/** One vendor's wire, written from the vendor's pages. What it finds wrong with an answer it says in words. */
export type UssdWire = {
  readonly maxSeptets: number
  readonly timeoutMs: number
  sessionId(): string
  call(hop: SimHop): SimCall
  /** The screen, or what is wrong with the answer. */
  read(answer: Answered, hop: SimHop): Shown | string
  /** How it says that she hung up, or the network dropped her; absent: it says nothing. */
  close?(last: SimHop): SimCall
  /** How it says that our answer came too late; absent: it says nothing. */
  late?(last: SimHop): SimCall
  /** What is wrong with the answer to either. */
  readClosed?(answer: Answered): string | undefined
}

export const digits = (phone: string): string => phone.replace(/^\+/, '')

/** The JSON of an answer, or what is wrong with it. */
export function jsonOf({ status, headers, body }: Answered): Readonly<Record<string, unknown>> | string {
  if (status !== 200) return `status ${status} instead of 200`
  if (!/^application\/json\s*(;|$)/i.test(headers.get('content-type') ?? ''))
    return `content type "${headers.get('content-type')}" instead of application/json`
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>
  } catch {
    // told below
  }
  return 'the answer is no JSON object'
}

/** The first field that is not what the vendor wants back, in words. */
export function differing(
  answer: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): string | undefined {
  const name = Object.keys(wanted).find(key => answer[key] !== wanted[key])
  return name === undefined
    ? undefined
    : `${name} is ${JSON.stringify(answer[name])}, not ${JSON.stringify(wanted[name])}`
}

/** What no network can show. */
export function breachOfText(text: unknown, maxSeptets: number): string | undefined {
  if (typeof text !== 'string' || text === '') return 'there is no text to show'
  const foreign = strangers(text)
  if (foreign.length > 0)
    return `not in the GSM-7 alphabet: ${foreign.map(one => JSON.stringify(one)).join(' ')}`
  const length = septets(text)
  return length > maxSeptets ? `${length} septets, at most ${maxSeptets} fit` : undefined
}
