import * as z from 'zod'
import { type Money, parseMoney } from '../../domain/money.ts'

/** The shapes of the GSMA Mobile Money API 1.2, as far as they are read here. Source: its OpenAPI document. */

/** Amounts are text on this wire; a number that came all the same prints as it was written. */
const Amount = z.union([z.string(), z.number()]).transform(String)
const Reference = z.string().min(1).max(256)
const Parties = z.array(z.object({ key: z.string(), value: z.string() }))

/** A transaction, or a reversal, of which amount and currency may be left out. */
export const Transaction = z.object({
  transactionReference: Reference,
  transactionStatus: z.string().min(1).max(256),
  type: z.string().nullish(),
  amount: Amount.nullish(),
  currency: z.string().nullish(),
  requestingOrganisationTransactionReference: z.string().nullish(),
  transactionReceipt: z.string().max(256).nullish(),
  creationDate: z.string().nullish(),
  modificationDate: z.string().nullish(),
})
export type Transaction = z.infer<typeof Transaction>

/** The description is not read: it may say anything. */
const Refusal = z.object({ errorCategory: z.string(), errorCode: z.string() })
export type Refused = { readonly status: number; readonly category?: string; readonly code?: string }

export const RequestState = z.object({
  serverCorrelationId: z.guid(),
  status: z.string(),
  objectReference: z.string().max(256).nullish(),
  error: Refusal.nullish().catch(null),
})
export type RequestState = z.infer<typeof RequestState>

export const Response = z.object({ link: Reference })

export const AccountStatus = z.object({ accountStatus: z.string() })
export const AccountName = z.object({
  name: z.object({
    fullName: z.string().nullish(),
    firstName: z.string().nullish(),
    middleName: z.string().nullish(),
    lastName: z.string().nullish(),
  }),
})
export const Balance = z.object({
  availableBalance: Amount.nullish(),
  currentBalance: Amount.nullish(),
  currency: z.string().nullish(),
})
export const Entry = z.object({
  transactionReference: Reference,
  transactionStatus: z.string(),
  amount: Amount,
  currency: z.string(),
  creditParty: Parties,
  debitParty: Parties,
  transactionReceipt: z.string().nullish(),
  creationDate: z.string().nullish(),
  dateCreated: z.string().nullish(),
})
export type Entry = z.infer<typeof Entry>
export const Entries = z.array(Entry)

export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
})

/** Only a code's own letters, so that nothing else is ever logged. */
const asCode = (word: string): string | undefined => (/^[A-Za-z]{3,60}$/.test(word) ? word : undefined)

export function readError(value: unknown, status: number): Refused {
  const parsed = Refusal.safeParse(value)
  const [category, code] = parsed.success
    ? [asCode(parsed.data.errorCategory), asCode(parsed.data.errorCode)]
    : []
  return category === undefined || code === undefined ? { status } : { status, category, code }
}

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Money that moved: nothing is not an amount. */
export function readAmount(
  text: string | null | undefined,
  currency: string | null | undefined,
): Money | undefined {
  const amount =
    text != null && /^[A-Z]{3}$/.test(currency ?? '') ? parseMoney(text, currency ?? '') : undefined
  return amount === undefined || amount.minor <= 0n ? undefined : amount
}

export function readTime(text: string | null | undefined): Date | undefined {
  const at = new Date(/^\d{4}-\d\d-\d\dT/.test(text ?? '') ? (text ?? '') : Number.NaN)
  return Number.isNaN(at.getTime()) ? undefined : at
}
