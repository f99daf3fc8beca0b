import type { z } from 'zod'
import { digitsOf } from '../../domain/msisdn.ts'
import type { HttpAnswer } from '../../domain/outside.ts'
import type { BookingOutcome, CoreEntry, EntryOf, Paid } from '../core-banking.ts'
import type { Api } from './call.ts'
import { codeOf, isLock, isPerhapsThere, type Retry, retryOf } from './refusals.ts'
import { parseJson } from './values.ts'
import { CommandResult, Failure } from './wire.ts'

type Answer = Extract<HttpAnswer, { kind: 'answer' }>
export type Result = z.infer<typeof CommandResult>

export const refused = (code: string, retry: Retry) => ({ kind: 'refused', code, retry }) as const
export const unknown = (why: string) => ({ kind: 'unknown', why }) as const
export const NOT_FOUND = { kind: 'not-found' } as const

/** How one kind of entry is written into Fineract, and how it is found again there. */
export type Way<Kind extends CoreEntry['kind']> = {
  enter(api: Api, entry: EntryOf<Kind>): Promise<BookingOutcome>
  lookUp(api: Api, entry: EntryOf<Kind>): Promise<BookingOutcome>
}

/** Numbers and days as we write them: with another locale "100.50" would be misread (JsonParserHelper). */
export const WORDS = { locale: 'en', dateFormat: 'yyyy-MM-dd' } as const

/** The widest detail of a payment, and the longest note of a loan. */
export const MAX_DETAIL = 50
const MAX_NOTE = 1000

export const noteOf = ({ note }: { readonly note: string }): string => note.slice(0, MAX_NOTE)

/** Who paid and by which receipt; undefined without a payment type, for then Fineract drops all of it silently. */
export function detailsOf({ config }: Api, { provider, receipt, msisdn }: Paid) {
  const paymentTypeId = config.paymentTypes[provider]
  if (paymentTypeId === undefined) return undefined
  return {
    paymentTypeId: Number(paymentTypeId),
    receiptNumber: receipt.slice(0, MAX_DETAIL),
    accountNumber: digitsOf(msisdn),
  }
}
export const NO_PAYMENT_TYPE = refused('payment-type-not-configured', 'same-key')

/** A command, and how its effect is found again. */
export type Write = {
  readonly path: string
  readonly body: object
  readonly idempotencyKey: string
  /** What Fineract has of it, whatever it answered: the row decides. An answer may tell where to look. */
  readonly find: (result?: Result) => Promise<BookingOutcome>
  /** True for the answer to somebody else's command: the store knows keys only, not what was asked under them. */
  readonly isForeign: (result: Result) => boolean
}

/**
 * Writes once, behind the key: Fineract answers a repeat from its store. No answer is believed by itself, for it rounds
 * amounts silently, rolls back under maker-checker with a 200, and may be another command's.
 */
export async function write(api: Api, order: Write): Promise<BookingOutcome> {
  const answer = await api.raw('POST', order.path, order.body, { 'idempotency-key': order.idempotencyKey })
  if (answer.kind === 'no-answer') return unknown(answer.why)
  return answer.status === 200 ? readDone(order, answer) : readRefused(order, answer)
}

type About = Partial<Record<'loanId' | 'savingsId' | 'resourceExternalId' | 'subResourceExternalId', string>>

/** True where the result names another thing than these; what it does not name says nothing. */
export const isForeignTo =
  (about: About) =>
  (result: Result): boolean =>
    Object.entries(about).some(([name, ours]) => {
      const theirs = result[name as keyof About]
      return typeof theirs === 'string' && theirs !== ours
    })

/** Held for a checker: 1.10.1 says that it rolled back, 1.9.0 shows it only by a commandId. */
async function readDone(order: Write, answer: Answer): Promise<BookingOutcome> {
  const result: Result | undefined = CommandResult.safeParse(parseJson(answer.body)).data
  const waiting: BookingOutcome | undefined =
    result?.commandId === undefined ? undefined : { kind: 'awaiting-approval', commandId: result.commandId }
  if (result?.rollbackTransaction === true && waiting !== undefined) return waiting
  const found = await order.find(result)
  if (found.kind !== 'not-found') return found
  if (result !== undefined && order.isForeign(result))
    return refused('idempotency-key-used-elsewhere', 'new-key')
  return waiting ?? unknown('answered as booked, but there is no such entry')
}

async function readRefused(order: Write, answer: Answer): Promise<BookingOutcome> {
  // The same key is still being worked on, by an earlier call or for ever after a crash: the row tells.
  if (answer.status === 425) {
    const found = await order.find()
    return found.kind === 'booked' ? found : refused('under-processing', 'same-key')
  }
  if (answer.status === 401) return refused('error.msg.not.authenticated', 'same-key')
  const parsed = Failure.safeParse(parseJson(answer.body))
  if (!parsed.success) return unknown(`answer ${answer.status}`)
  const code = codeOf(parsed.data)
  if (isPerhapsThere(answer.status, parsed.data)) {
    const found = await order.find()
    return found.kind === 'not-found' ? refused(code, 'never') : found
  }
  const retry = retryOf(answer.status, code)
  if (retry === undefined) return unknown(`answer ${answer.status} ${code}`)
  // A refusal that came out of the store will come again under this key.
  const stored = answer.headers['x-served-from-cache'] === 'true'
  return {
    ...refused(code, stored && retry === 'same-key' ? 'new-key' : retry),
    ...(isLock(code) ? { locked: true } : {}),
  }
}
