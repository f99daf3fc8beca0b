import * as z from 'zod'
import { equal, formatMoney, type Money, parseMoney } from '../../domain/money.ts'
import type { Fault, Outcome } from '../../domain/outcome.ts'
import type { OperationTraits } from '../provider.ts'

/** What the two APIs of EcoCash share: the wallets behind them, their currencies, and how little is published of their words. */

export const TIMING = {
  callMs: 15_000,
  firstInquiryMs: 10_000,
  inquiryEveryMs: 15_000,
  // how long a prompt lives is published nowhere: integrators count on five minutes
  promptLifeMs: 300_000,
  giveUpMs: 900_000,
  graceMs: 120_000,
} as const

/** Both are asked by our own reference, beside the customer's number. */
export const ASKED: OperationTraits = { askByOurReference: true, answersByCallback: false }

const Meaning = z.enum(['confirmed', 'declined', 'pending'])
export type Meaning = z.infer<typeof Meaning>
/** Status words in capitals, blanks between them, and what they mean. */
export type Words = Readonly<Record<string, Meaning>>

/** `Processing Charge` and `PROCESSING_CHARGE` were both seen. */
const asWord = (word: string): string => word.trim().toUpperCase().replaceAll('_', ' ')

const meaningIn = (words: Words, word: string): Meaning | undefined =>
  Object.hasOwn(words, asWord(word)) ? words[asWord(word)] : undefined

/** What a status means; undefined for one that neither EcoCash documents nor the connection was told of. */
export function meaningOf(word: string, listed: Words, { statusWords }: Common): Meaning | undefined {
  const told = Object.entries(statusWords).map(([name, meaning]) => [asWord(name), meaning])
  return meaningIn(listed, word) ?? meaningIn(Object.fromEntries(told), word)
}

/** The fields that a connection to either API has. */
export const commonFields = (listed: Words, believed: readonly ('collect' | 'refund')[]) => ({
  baseUrl: z.url().transform(url => url.replace(/\/+$/, '')),
  /** Of the wallets: USD or ZWG. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code, such as USD or ZWG'),
  /** What the wire calls it, if not so: `ZiG` in the portal's samples, `ZWL` of a gateway from before 2024. */
  currencyWord: z
    .string()
    .regex(/^[A-Za-z]{3}$/, 'three letters')
    .optional(),
  /**
   * Of which operations "never heard of it" is believed, so that another attempt may follow. Unverified for all that does
   * not stand in the default: without it such an attempt waits for a person.
   */
  believesNotFound: z.array(z.enum(['collect', 'refund'])).default([...believed]),
  /** Status words beyond the documented ones, as EcoCash tells the lender; any other is `unknown`. */
  statusWords: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z_ ]{3,60}$/, 'a status word')
        .refine(word => meaningIn(listed, word) === undefined, 'a status that has its meaning already'),
      Meaning,
    )
    .default({}),
  callMs: z.int().positive().max(60_000).default(TIMING.callMs),
})
export type Common = z.infer<z.ZodObject<ReturnType<typeof commonFields>>>

export const currencyWordOf = ({ currency, currencyWord }: Common): string => currencyWord ?? currency

/** An amount as a JSON number; undefined where the number would not be exactly the amount. */
export function wireNumber(amount: Money): number | undefined {
  const number = Number(formatMoney(amount))
  const back = parseMoney(String(number), amount.currency)
  return back !== undefined && equal(back, amount) ? number : undefined
}

/** An amount as the wire tells it, number or text; undefined for nothing, for a fraction too fine, and for another currency. */
export function readAmount(value: unknown, currencyTold: unknown, config: Common): Money | undefined {
  const words = [config.currency, currencyWordOf(config)].map(asWord)
  if (typeof currencyTold !== 'string' || !words.includes(asWord(currencyTold))) return undefined
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : ''
  const read = parseMoney(text, config.currency)
  return read === undefined || read.minor === 0n ? undefined : read
}

/** EcoCash's own name for a payment; undefined for what does not look like one. */
export const asReference = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\w.-]{4,64}$/.test(value) ? value : undefined

export function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

export const unknown = (why: string): Outcome => ({ kind: 'unknown', why })
export const ours = (fault: Fault, detail: string): Outcome => ({ kind: 'our-fault', fault, detail })

/** Whether "never heard of it" counts; where it does not, it says nothing. */
export const notFound = (operation: string, { believesNotFound }: Common): Outcome =>
  (believesNotFound as readonly string[]).includes(operation)
    ? { kind: 'not-found' }
    : unknown('not found, which is not believed of this operation')
