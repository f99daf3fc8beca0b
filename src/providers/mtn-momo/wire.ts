import * as z from 'zod'
import { type Currency, parseMoney } from '../../domain/money.ts'
import type { Again, Outcome, Reason } from '../../domain/outcome.ts'

/**
 * The shapes and words of the MTN MoMo Open API, collection product.
 * Source: momodeveloper.mtn.com/api-documentation (collection, common error codes, callback) and MTN's npm package.
 */

export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
})

/** An error, or the `reason` of a failed request: a bare word in most answers, an object in the published schema. */
const Code = z.union([z.string(), z.object({ code: z.string() }).transform(({ code }) => code)])

/** The status object: answer to an inquiry, and body of a callback. */
const StatusObject = z.object({
  status: z.string(),
  amount: z.union([z.string(), z.number()]).optional(),
  currency: z.string().optional(),
  externalId: z.string().optional(),
  financialTransactionId: z.union([z.string(), z.number()]).nullish(),
  reason: Code.nullish(),
})
export type StatusObject = z.infer<typeof StatusObject>

/** Undefined for HTML, cut JSON, and anything without a status. */
export function readStatus(body: string): StatusObject | undefined {
  const parsed = StatusObject.safeParse(parseJson(body))
  return parsed.success ? parsed.data : undefined
}

/** The code of an error answer, if the body is one; only a code's own letters, so that nothing else is ever logged. */
export function readCode(body: string): string | undefined {
  const parsed = Code.safeParse(parseJson(body))
  return parsed.success ? asCode(parsed.data) : undefined
}

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const asCode = (word: string): string | undefined => (/^[A-Z0-9_]{2,60}$/.test(word) ? word : undefined)

/** Configuration faults that MTN answers with 500 (or 400); the request was not taken. */
export const OUR_FAULTS: ReadonlySet<string> = new Set([
  'NOT_ALLOWED',
  'NOT_ALLOWED_TARGET_ENVIRONMENT',
  'INVALID_CALLBACK_URL_HOST',
  'INVALID_CURRENCY',
])

const PENDING: ReadonlySet<string> = new Set(['PENDING', 'CREATED', 'ONGOING', 'DELAYED'])
const FAILED: ReadonlySet<string> = new Set(['FAILED', 'REJECTED', 'TIMEOUT', 'EXPIRED'])

type Decline = readonly [Reason, Again]
const REASONS: Readonly<Record<string, Decline>> = {
  PAYER_NOT_FOUND: ['no-account', 'other-wallet'],
  PAYEE_NOT_FOUND: ['not-allowed', 'later'],
  NOT_ENOUGH_FUNDS: ['insufficient-funds', 'other-wallet'],
  PAYER_LIMIT_REACHED: ['limit', 'other-wallet'],
  PAYEE_NOT_ALLOWED_TO_RECEIVE: ['not-allowed', 'later'],
  PAYMENT_NOT_APPROVED: ['cancelled', 'later'],
  APPROVAL_REJECTED: ['cancelled', 'later'],
  TRANSACTION_CANCELED: ['cancelled', 'later'],
  EXPIRED: ['expired', 'later'],
  COULD_NOT_PERFORM_TRANSACTION: ['failed', 'later'],
  INTERNAL_PROCESSING_ERROR: ['failed', 'later'],
  SERVICE_UNAVAILABLE: ['busy', 'later'],
}
/** What the status itself says where no reason that we know stands beside it. */
const BY_STATUS: Readonly<Record<string, Decline>> = {
  REJECTED: ['cancelled', 'later'],
  TIMEOUT: ['expired', 'later'],
  EXPIRED: ['expired', 'later'],
}

/** A status object as an outcome. FAILED is final whatever its reason; a status that is not listed is `unknown`. */
export function toOutcome(body: StatusObject): Outcome {
  if (PENDING.has(body.status)) return { kind: 'accepted' }
  if (FAILED.has(body.status)) {
    const code = body.reason == null ? undefined : asCode(body.reason)
    const [reason, again] = REASONS[code ?? ''] ?? BY_STATUS[body.status] ?? ['failed', 'later']
    return { kind: 'declined', reason, again, ...(code === undefined ? {} : { code }) }
  }
  if (body.status !== 'SUCCESSFUL') return { kind: 'unknown', why: 'a status that is not listed' }
  const amount =
    body.amount === undefined || body.currency === undefined
      ? undefined
      : parseMoney(String(body.amount), body.currency as Currency)
  if (amount === undefined) return { kind: 'unknown', why: 'success without a readable amount' }
  const receipt = body.financialTransactionId
  return { kind: 'confirmed', amount, ...(receipt == null ? {} : { receipt: String(receipt) }) }
}

/** MTN refuses apostrophes and other signs in texts with a 400; what it takes is kept, the rest dropped. */
export const plainText = (text: string): string => text.replace(/[^A-Za-z0-9 .,-]/g, '').slice(0, 160)
