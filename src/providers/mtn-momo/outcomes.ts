import { type Currency, parseMoney } from '../../domain/money.ts'
import type { Again, Fault, Outcome, Reason } from '../../domain/outcome.ts'
import type { Operation } from '../provider.ts'
import { asCode, type StatusObject } from './wire.ts'

/**
 * MTN's words as outcomes.
 * Source: MoMo developer portal, "Common error codes" and the enumeration of `ErrorReason`; community pages on failures.
 */

type Refusal = Extract<Outcome, { kind: 'declined' | 'our-fault' }>
const declined = (reason: Reason, again: Again): Refusal => ({ kind: 'declined', reason, again })
const ours = (fault: Fault): Refusal => ({ kind: 'our-fault', fault })

const PENDING: ReadonlySet<string> = new Set(['PENDING', 'CREATED', 'ONGOING', 'DELAYED'])
const FAILED: ReadonlySet<string> = new Set(['FAILED', 'REJECTED', 'TIMEOUT', 'EXPIRED'])
const SUCCESSFUL = 'SUCCESSFUL'

/** True of a status that MTN documents: it cannot be made to mean a reversal. */
export const isListed = (status: string): boolean =>
  status === SUCCESSFUL || PENDING.has(status) || FAILED.has(status)

/** Configuration faults that MTN answers with 500 (or 400); the request was not taken. */
export const OUR_FAULTS: ReadonlySet<string> = new Set([
  'NOT_ALLOWED',
  'NOT_ALLOWED_TARGET_ENVIRONMENT',
  'INVALID_CALLBACK_URL_HOST',
  'INVALID_CURRENCY',
])

/** The customer pays: what FAILED says of her, her wallet, and her answer to the prompt. */
const OF_A_PAYER: Readonly<Record<string, Refusal>> = {
  PAYER_NOT_FOUND: declined('no-account', 'other-wallet'),
  PAYEE_NOT_FOUND: declined('not-allowed', 'later'),
  NOT_ENOUGH_FUNDS: declined('insufficient-funds', 'other-wallet'),
  PAYER_LIMIT_REACHED: declined('limit', 'other-wallet'),
  PAYEE_NOT_ALLOWED_TO_RECEIVE: declined('not-allowed', 'later'),
  PAYMENT_NOT_APPROVED: declined('cancelled', 'later'),
  APPROVAL_REJECTED: declined('cancelled', 'later'),
  TRANSACTION_CANCELED: declined('cancelled', 'later'),
  EXPIRED: declined('expired', 'later'),
  COULD_NOT_PERFORM_TRANSACTION: declined('failed', 'later'),
  INTERNAL_PROCESSING_ERROR: declined('failed', 'later'),
  SERVICE_UNAVAILABLE: declined('busy', 'later'),
}

/**
 * The lender pays, and she is asked nothing: funds and the payer's limit are the lender's own, and no word means that she
 * cancelled or let it expire. The sandbox was seen to say PAYER_NOT_FOUND of a payee.
 */
const OF_A_PAYEE: Readonly<Record<string, Refusal>> = {
  NOT_ENOUGH_FUNDS: ours('no-float'),
  PAYER_LIMIT_REACHED: ours('quota'),
  ...Object.fromEntries([...OUR_FAULTS].map(code => [code, ours('configuration')])),
  PAYEE_NOT_FOUND: declined('no-account', 'other-wallet'),
  PAYER_NOT_FOUND: declined('no-account', 'other-wallet'),
  PAYEE_NOT_ALLOWED_TO_RECEIVE: declined('not-allowed', 'other-wallet'),
  PAYEE_LIMIT_REACHED: declined('limit', 'other-wallet'),
  SERVICE_UNAVAILABLE: declined('busy', 'later'),
}

const wordsOf = (operation: Operation) => (operation === 'collect' ? OF_A_PAYER : OF_A_PAYEE)

/** What the status itself says of a request to pay, where no reason that we know stands beside it. */
const BY_STATUS: Readonly<Record<string, Refusal>> = {
  REJECTED: declined('cancelled', 'later'),
  TIMEOUT: declined('expired', 'later'),
  EXPIRED: declined('expired', 'later'),
}

const withCode = (refusal: Refusal, code: string | undefined): Refusal => {
  if (code === undefined) return refusal
  return refusal.kind === 'declined' ? { ...refusal, code } : { ...refusal, detail: code }
}

/** FAILED is final whatever its reason, also one that nobody has seen before. */
function refusalOf({ status, reason }: StatusObject, operation: Operation): Refusal {
  const code = reason == null ? undefined : asCode(reason)
  const byStatus = operation === 'collect' ? BY_STATUS[status] : undefined
  const refusal = withCode(wordsOf(operation)[code ?? ''] ?? byStatus ?? declined('failed', 'later'), code)
  return refusal.kind === 'our-fault' ? { ...refusal, ended: true } : refusal
}

/** A status object as an outcome; a status that is neither listed nor a word for a reversal is `unknown`. */
export function toOutcome(
  body: StatusObject,
  operation: Operation,
  reversedWords: readonly string[],
): Outcome {
  if (PENDING.has(body.status)) return { kind: 'accepted' }
  if (FAILED.has(body.status)) return refusalOf(body, operation)
  const reversed = reversedWords.includes(body.status)
  if (body.status !== SUCCESSFUL && !reversed) return { kind: 'unknown', why: 'a status that is not listed' }
  const amount =
    body.amount === undefined || body.currency === undefined
      ? undefined
      : parseMoney(String(body.amount), body.currency as Currency)
  if (amount === undefined) return { kind: 'unknown', why: `${body.status} without a readable amount` }
  if (reversed) return { kind: 'reversed', amount }
  const receipt = body.financialTransactionId
  return { kind: 'confirmed', amount, ...(receipt == null ? {} : { receipt: String(receipt) }) }
}

/** Refusals of a request, at once, that are about one party or the float: none of them is a fault of the configuration. */
const PAYOUT_AT_ONCE = [
  'PAYEE_NOT_FOUND',
  'PAYEE_NOT_ALLOWED_TO_RECEIVE',
  'PAYEE_LIMIT_REACHED',
  'NOT_ENOUGH_FUNDS',
  'PAYER_LIMIT_REACHED',
]
const AT_ONCE: Readonly<Record<Operation, readonly string[]>> = {
  collect: ['PAYER_NOT_FOUND'],
  disburse: PAYOUT_AT_ONCE,
  refund: PAYOUT_AT_ONCE,
}

/** The answer to a request that asks for money to move, by its status and MTN's own code; 202 is only an acceptance. */
export function readSent(operation: Operation, status: number, code: string | undefined): Outcome {
  if (status === 202) return { kind: 'accepted' }
  if (status === 409) return { kind: 'unknown', why: 'MTN knows this reference already: to be asked' }
  const known = code === undefined ? undefined : wordsOf(operation)[code]
  if (status === 400 && known !== undefined && AT_ONCE[operation].includes(code ?? ''))
    return withCode(known, code)
  // The collection that should go back is not there: nothing can have moved, and asking again will not find it.
  if (operation === 'refund' && status === 404 && code === 'RESOURCE_NOT_FOUND')
    return withCode(declined('failed', 'never'), code)
  if (status === 400 || (status === 500 && code !== undefined && OUR_FAULTS.has(code)))
    return { kind: 'our-fault', fault: 'configuration', detail: code ?? 'refused as a bad request' }
  return { kind: 'unknown', why: `answer ${status}${code === undefined ? '' : ` ${code}`}` }
}
