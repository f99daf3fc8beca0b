import * as z from 'zod'
import { type Currency, exponentOf, formatMoney, type Money, parseMoney } from '../../domain/money.ts'

/**
 * The shapes of Airtel's Open API: one envelope around every answer, and the callback.
 * Source: Airtel developer portal (Authorization, Collection, Disbursement, Account, KYC); recorded answers in github
 * mtvbrianking/laravel-airtel-money `tests/Products`.
 */

/** Some three minutes; the number is a text. */
export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
})
export const TokenRefusal = z.object({ error: z.string() })

/** Digits in most answers, quoted or not; a number that has lost digits is no name. */
const Name = z.union([z.string(), z.int().transform(String)])

/** `id` was seen as `false`. */
const Transaction = z.object({
  id: z.unknown().optional(),
  status: z.string().nullish(),
  airtel_money_id: Name.nullish(),
})
const Envelope = z.object({
  data: z.unknown().optional(),
  status: z.object({
    response_code: z.string().nullish(),
    result_code: z.string().nullish(),
    success: z.boolean().nullish(),
  }),
})

export type Said = {
  /** The product's own code, else that of the older layer behind it. */
  readonly code: string | undefined
  readonly success: boolean | undefined
  readonly transaction: { readonly id?: string; readonly status?: string; readonly receipt?: string }
  readonly data: unknown
}

/** Undefined for HTML, cut JSON, and anything but an envelope. */
export function readSaid(body: unknown): Said | undefined {
  const envelope = Envelope.safeParse(body)
  if (!envelope.success) return undefined
  const { data, status } = envelope.data
  const held = z.object({ transaction: z.unknown().optional() }).safeParse(data)
  const transaction = Transaction.safeParse((held.success ? held.data.transaction : undefined) ?? {})
  if (!transaction.success) return undefined
  const { id, status: word, airtel_money_id: receipt } = transaction.data
  return {
    code: asCode(status.response_code) ?? asCode(status.result_code),
    success: status.success ?? undefined,
    transaction: {
      ...(typeof id === 'string' ? { id } : {}),
      ...(word ? { status: word } : {}),
      ...(receipt ? { receipt } : {}),
    },
    data,
  }
}

/** Only a code's own letters, so that nothing else is ever logged. */
const asCode = (word: string | null | undefined): string | undefined =>
  word != null && /^[A-Z0-9]{3,20}$/.test(word) ? word : undefined

const Callback = z.object({
  transaction: z.object({
    id: z.string().min(1),
    status_code: z.string().min(1),
    message: z.string().nullish(),
    airtel_money_id: Name.nullish(),
  }),
  hash: z.string().nullish(),
})
export type Callback = z.infer<typeof Callback>

export function readTold(body: string): Callback | undefined {
  const parsed = Callback.safeParse(parseJson(body))
  return parsed.success ? parsed.data : undefined
}

/**
 * How much was paid, out of a callback's message ("Paid UGX 5,000 to …"): the one place where Airtel tells an amount.
 * Undefined where the words are others.
 */
export function amountIn(message: string | null | undefined, currency: Currency): Money | undefined {
  const [, code, digits = ''] = /^paid ([A-Z]{3}) ?(\d[\d,]*(?:\.\d+)?)(?=\s|$)/i.exec(message ?? '') ?? []
  if (code?.toUpperCase() !== currency) return undefined
  const amount = parseMoney(digits.replaceAll(',', ''), currency)
  return amount === undefined || amount.minor <= 0n ? undefined : amount
}

const User = z.object({
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
  is_barred: z.boolean().nullish(),
})
const MAX_NAME = 100

/** The holder's name on one line, at most 100 characters, and whether the wallet is barred. */
export function readUser(data: unknown): { readonly name?: string; readonly barred: boolean } | undefined {
  const parsed = User.safeParse(data)
  if (!parsed.success) return undefined
  const { first_name, last_name, is_barred } = parsed.data
  const name = [first_name, last_name].join(' ').replace(/[\s\p{Cc}]+/gu, ' ')
  const short = name.trim().slice(0, MAX_NAME)
  return { ...(short === '' ? {} : { name: short }), barred: is_barred === true }
}

const Balance = z.object({
  balance: z.union([z.string(), z.number()]).transform(String),
  currency: z.string(),
})

/** What a wallet holds: hundredths stand there for shillings too, and sometimes commas between the thousands. */
export function readBalance(data: unknown): Money | undefined {
  const parsed = Balance.safeParse(data)
  if (!parsed.success || !/^[A-Z]{3}$/.test(parsed.data.currency)) return undefined
  const { balance, currency } = parsed.data
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(balance.replaceAll(',', '')) ?? []
  const kept = fraction.slice(0, exponentOf(currency))
  return whole === undefined ? undefined : parseMoney(kept === '' ? whole : `${whole}.${kept}`, currency)
}

/** `JSON.rawJSON` of ES2026: a number is written with the digits that it has, and no float ever holds it. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object }

/** A JSON number, exact to the last digit: `50`, `50.5`. */
export const writeAmount = (amount: Money): object => {
  const text = formatMoney(amount)
  return rawJSON(text.includes('.') ? text.replace(/\.?0+$/, '') : text)
}

const MIN_SHOWN = 4
/** What she reads: four letters and digits at least. */
export const writeShown = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '').padStart(MIN_SHOWN, '0')

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
