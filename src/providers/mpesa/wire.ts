import * as z from 'zod'
import { parseMoney } from '../../domain/money.ts'
import type { Again, Outcome, Reason } from '../../domain/outcome.ts'

/**
 * The shapes and words of Safaricom's Daraja: M-Pesa Express (STK push), its query and its callback.
 * Source: developer.safaricom.co.ke, APIs "M-PESA Express" and "Error codes"; result codes as answered by its FAQ.
 */

/** M-Pesa Kenya moves shillings only. */
export const CURRENCY = 'KES'

/** `expires_in` is a string on this wire. */
export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
})
/** Codes come as text or as a number, by page and by mood. */
export const Text = z.union([z.string(), z.number()]).transform(String)
export const Refusal = z.object({ errorCode: z.string(), errorMessage: z.string().default('') })
/** How the operator's calls are answered: taken, the result comes later. Source: portal, "Business To Customer (B2C)". */
export const Taken = z.object({ ResponseCode: z.literal(['0', 0]), ConversationID: z.string().min(1) })
export const PushAnswer = z.object({ ResponseCode: Text, CheckoutRequestID: z.string().min(1) })
/** The result code is a string in the query's answer and a number in the callback: compared as a string. */
export const QueryAnswer = z.object({
  ResponseCode: z.literal(['0', 0]),
  ResultCode: Text,
  CheckoutRequestID: z.string().optional(),
})

const Item = z.object({ Name: z.string(), Value: z.union([z.string(), z.number()]).nullish() })
export const Callback = z
  .object({
    Body: z.object({
      stkCallback: z.object({
        CheckoutRequestID: z.string().min(1),
        ResultCode: Text,
        CallbackMetadata: z.object({ Item: z.array(Item) }).nullish(),
      }),
    }),
  })
  .transform(({ Body }) => Body.stkCallback)
export type Callback = z.infer<typeof Callback>

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const RESULTS: Readonly<Record<string, readonly [Reason, Again]>> = {
  '1': ['insufficient-funds', 'other-wallet'],
  '2': ['below-minimum', 'never'],
  '3': ['limit', 'other-wallet'],
  '4': ['limit', 'later'],
  '8': ['failed', 'later'],
  '17': ['busy', 'later'],
  '26': ['busy', 'later'],
  '1001': ['busy', 'later'],
  '1019': ['expired', 'later'],
  '1025': ['failed', 'later'],
  '1032': ['cancelled', 'later'],
  '1037': ['unreachable', 'later'],
  '2001': ['wrong-pin', 'later'],
  '2028': ['not-allowed', 'never'],
  '8006': ['not-allowed', 'other-wallet'],
  '9999': ['failed', 'later'],
  SFC_IC0003: ['not-allowed', 'never'],
}
/** "Still under processing", an interim result of the query. */
const INTERIM = '4999'

/** A result other than success: final for this push where it is listed, `unknown` where it is not. */
export function readResult(code: string): Outcome {
  if (code === INTERIM) return { kind: 'accepted' }
  const listed = Object.hasOwn(RESULTS, code) ? RESULTS[code] : undefined
  if (listed === undefined) return { kind: 'unknown', why: 'a result code that is not listed' }
  return { kind: 'declined', reason: listed[0], again: listed[1], code }
}

/** A callback's outcome. Success needs its amount; the balance and the phone beside it are not read. */
export function readPaid({ ResultCode, CallbackMetadata }: Callback): Outcome {
  if (ResultCode !== '0') return readResult(ResultCode)
  const items = new Map(CallbackMetadata?.Item.map(item => [item.Name, item.Value]))
  const amount = readAmount(items.get('Amount'))
  if (amount === undefined) return { kind: 'unknown', why: 'success without a readable amount' }
  const receipt = items.get('MpesaReceiptNumber')
  const at = readTime(String(items.get('TransactionDate') ?? ''))
  return {
    kind: 'confirmed',
    amount,
    ...(receipt == null || receipt === '' ? {} : { receipt: String(receipt) }),
    ...(at === undefined ? {} : { at }),
  }
}

/** A JSON number of up to 15 digits prints as it was written (ECMA-262, Number::toString), so no cent is lost. */
export const readAmount = (value: string | number | null | undefined) =>
  value == null ? undefined : parseMoney(String(value), CURRENCY)

/** Kenya keeps UTC+3 all year. */
const NAIROBI_MS = 3 * 3_600_000

/** The clock in Nairobi as Daraja writes it, `YYYYMMDDHHmmss`. */
export const writeTime = (at: Date): string =>
  new Date(at.getTime() + NAIROBI_MS).toISOString().replace(/\D/g, '').slice(0, 14)

/** The clock in Nairobi as a statement is asked for, `YYYY-MM-DD HH:mm:ss`. */
export const writeClock = (at: Date): string =>
  new Date(at.getTime() + NAIROBI_MS).toISOString().slice(0, 19).replace('T', ' ')

/** Reads that form, and the `dd.MM.yyyy HH:mm:ss` of results, both by the clock in Nairobi. */
export function readTime(text: string): Date | undefined {
  const digits = text.replace(/^(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)$/, '$3$2$1$4$5$6')
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second] = match
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}+03:00`)
  return Number.isNaN(at.getTime()) ? undefined : at
}
