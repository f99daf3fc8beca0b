import * as z from 'zod'
import { exponentOf, formatMoney, isWhole, type Money, parseMoney } from '../../domain/money.ts'

/**
 * The shapes of Wave's Business API: checkout sessions, payouts, balance and transactions.
 * Source: docs.wave.com, pages "Checkout API", "Payout API", "Balance & Reconciliation API" and "Webhooks".
 */

/** Amounts are text on this wire; a number that came all the same prints as it was written. */
const Amount = z.union([z.string(), z.number()]).transform(String)

export const Session = z.object({
  id: z.string().min(1).max(100),
  amount: Amount,
  currency: z.string(),
  checkout_status: z.string(),
  payment_status: z.string(),
  client_reference: z.string().nullish(),
  last_payment_error: z.object({ code: z.string() }).nullish(),
  transaction_id: z.string().nullish(),
  wave_launch_url: z.string().nullish(),
  when_completed: z.string().nullish(),
})
export type Session = z.infer<typeof Session>

export const Payout = z.object({
  id: z.string().min(1).max(100),
  status: z.string(),
  receive_amount: Amount,
  currency: z.string(),
  fee: Amount.nullish(),
  client_reference: z.string().nullish(),
  payout_error: z.object({ error_code: z.string() }).nullish(),
  timestamp: z.string().nullish(),
})
export type Payout = z.infer<typeof Payout>

/** What a search by our reference answers: everything that carries it, which is nothing or one. */
export const found = <Item>(item: z.ZodType<Item>) =>
  z.object({ result: z.array(item) }).transform(({ result }) => result)

export const Balance = z.object({ amount: Amount, currency: z.string() })

/** A line of the day's list. `amount` is by how much the balance changed, fee included; both may be negative. */
export const Line = z.object({
  timestamp: z.string(),
  transaction_id: z.string().min(1),
  transaction_type: z.string().nullish(),
  amount: Amount,
  fee: Amount.nullish(),
  currency: z.string(),
  is_reversal: z.boolean().nullish(),
  counterparty_mobile: z.string().nullish(),
  client_reference: z.string().nullish(),
  checkout_api_session_id: z.string().nullish(),
})
export type Line = z.infer<typeof Line>
export const Page = z.object({
  page_info: z.object({ end_cursor: z.string().nullish(), has_next_page: z.boolean() }),
  items: z.array(Line),
})

export const Verified = z.object({ name_match: z.string().nullish() })

const WebHook = z.object({ type: z.string(), data: z.unknown() })
export function readWebHook(body: string): z.infer<typeof WebHook> | undefined {
  const parsed = WebHook.safeParse(parseJson(body))
  return parsed.success ? parsed.data : undefined
}

/** An error answer: its code, and which fields were refused. Older pages wrap it in `error`. */
const Refusal = z.object({
  code: z.string(),
  details: z
    .array(z.object({ loc: z.array(z.union([z.string(), z.number()])) }))
    .nullish()
    .catch(null),
})
const AnyRefusal = z.union([Refusal, z.object({ error: Refusal }).transform(({ error }) => error)])

export type Refused = {
  readonly status: number
  readonly code: string | undefined
  readonly fields: readonly string[]
}
export function readRefusal(status: number, body: string): Refused {
  const parsed = AnyRefusal.safeParse(parseJson(body))
  if (!parsed.success) return { status, code: undefined, fields: [] }
  const { code, details } = parsed.data
  return { status, code: asCode(code), fields: (details ?? []).flatMap(({ loc }) => loc.map(String)) }
}

/** Only a code's own letters, so that nothing else is ever logged. */
export const asCode = (word: string): string | undefined =>
  /^[a-z0-9-]{2,60}$/.test(word) ? word : undefined

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Whole major units, without a point; undefined where there is a fraction, or nothing at all. */
export function writeAmount(amount: Money): string | undefined {
  if (amount.minor <= 0n || !isWhole(amount)) return undefined
  const digits = exponentOf(amount.currency)
  return digits === 0 ? formatMoney(amount) : formatMoney(amount).slice(0, -digits - 1)
}

/** Money that moved: nothing is not an amount. */
export function readAmount(text: string, currency: string): Money | undefined {
  const amount = /^[A-Z]{3}$/.test(currency) ? parseMoney(text, currency) : undefined
  return amount === undefined || amount.minor <= 0n ? undefined : amount
}

/** An amount that may be less than nothing. */
export function readSigned(text: string, currency: string): Money | undefined {
  const less = text.startsWith('-')
  const amount = parseMoney(less ? text.slice(1) : text, currency)
  return amount && less ? { ...amount, minor: -amount.minor } : amount
}

export function readTime(text: string | null | undefined): Date | undefined {
  const at = new Date(/^\d{4}-\d\d-\d\dT/.test(text ?? '') ? (text ?? '') : Number.NaN)
  return Number.isNaN(at.getTime()) ? undefined : at
}
