import type { Fate } from '../kit/fates.ts'

/** Stays PENDING for ever. */
export const NEVER = 'never'
export const SUCCESSFUL = 'SUCCESSFUL'

export type Scenario =
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'ends'; readonly as: string; readonly afterMs: number }

/** What is decided without a person takes this long. */
export const SOON_MS = 1_000
/** Measured by users of the sandbox: a delayed request succeeds after about 25 s. */
const DELAYED_MS = 25_000

const ends = (as: string, afterMs = SOON_MS): Scenario => ({ kind: 'ends', as, afterMs })
const refused = (code: string): Scenario => ({ kind: 'refused', code })

/** What a request, a transfer and a refund can do alike. */
const FAILS = ends('INTERNAL_PROCESSING_ERROR')
const REJECTED = ends('APPROVAL_REJECTED')
const EXPIRES = ends('EXPIRED')
const ONGOING = ends(NEVER)
const DELAYED = ends(SUCCESSFUL, DELAYED_MS)
const COULD_NOT = ends('COULD_NOT_PERFORM_TRANSACTION')
const REFUSALS = [
  'NOT_ALLOWED',
  'NOT_ALLOWED_TARGET_ENVIRONMENT',
  'INVALID_CALLBACK_URL_HOST',
  'INVALID_CURRENCY',
  'INTERNAL_PROCESSING_ERROR',
  'SERVICE_UNAVAILABLE',
].map(refused)

type Scenarios = Readonly<Record<string, Scenario>>

const numbered = (first: number, scenarios: readonly Scenario[]): Scenarios =>
  Object.fromEntries(scenarios.map((scenario, at) => [String(first + at), scenario]))

/** The sandbox's payers 46733123xxx (MoMo developer portal, "Test numbers and scenarios"). */
const PAYERS = numbered(450, [
  ...[FAILS, REJECTED, EXPIRES, ONGOING, DELAYED],
  ...[ends('PAYER_NOT_FOUND'), ends('PAYEE_NOT_ALLOWED_TO_RECEIVE')],
  ...REFUSALS,
  COULD_NOT,
])
/** Its payees of a transfer, 46733123xxx. */
const PAYEES = numbered(450, [
  ...[FAILS, REJECTED, EXPIRES, ONGOING, DELAYED],
  ...[ends('NOT_ENOUGH_FUNDS'), ends('PAYER_LIMIT_REACHED'), ends('PAYEE_NOT_FOUND')],
  ...REFUSALS,
])
/** Its `referenceIdToRefund`, 1 to 13. */
const REFUNDS = numbered(1, [
  ...[refused('RESOURCE_NOT_FOUND'), FAILS, REJECTED, EXPIRES, ONGOING, DELAYED],
  ...REFUSALS,
  COULD_NOT,
])
/** Its account holders 46733123xxx, asked whether they are active; any other number is. */
const HOLDERS = numbered(450, [
  ...[refused('RESOURCE_NOT_FOUND'), ends('inactive'), refused('NOT_ALLOWED')],
  ...[refused('NOT_ALLOWED_TARGET_ENVIRONMENT'), refused('INTERNAL_PROCESSING_ERROR')],
  refused('SERVICE_UNAVAILABLE'),
])

const byNumber =
  (scenarios: Scenarios) =>
  (msisdn: string): Scenario | undefined =>
    scenarios[/^46733123(\d{3})$/.exec(msisdn)?.[1] ?? '']

const payer = byNumber(PAYERS)
const payee = byNumber(PAYEES)

/** What the sandbox does with a payer it has no wallet for: its scenario, and success for any other number. */
export const scenarioOfPayer = (msisdn: string): Scenario => payer(msisdn) ?? ends(SUCCESSFUL)
export const scenarioOfPayee = (msisdn: string): Scenario => payee(msisdn) ?? ends(SUCCESSFUL)
export const scenarioOfRefund = (original: string): Scenario | undefined =>
  Object.hasOwn(REFUNDS, original) ? REFUNDS[original] : undefined
export const scenarioOfHolder = byNumber(HOLDERS)

/** What a scripted fault means for a request to pay: the reason on FAILED. */
export const SCRIPTED: Readonly<Record<Fate, string>> = {
  'insufficient-funds': 'NOT_ENOUGH_FUNDS',
  'wrong-pin': 'PAYMENT_NOT_APPROVED',
  cancelled: 'APPROVAL_REJECTED',
  expired: 'EXPIRED',
  unreachable: 'COULD_NOT_PERFORM_TRANSACTION',
  'no-float': 'PAYEE_NOT_ALLOWED_TO_RECEIVE',
  'no-answer-ever': NEVER,
}

/** And for a transfer or a refund, where nobody is asked: a fault of a customer's own answer waits for her next prompt. */
export const SCRIPTED_PAYOUT: Readonly<Record<string, string>> = {
  'no-float': 'NOT_ENOUGH_FUNDS',
  'payer-limit': 'PAYER_LIMIT_REACHED',
  'payee-refused': 'PAYEE_NOT_ALLOWED_TO_RECEIVE',
  unreachable: 'COULD_NOT_PERFORM_TRANSACTION',
  'no-answer-ever': NEVER,
}
export const PAYOUT_FATES: readonly string[] = Object.keys(SCRIPTED_PAYOUT)

const WORDS: Readonly<Record<string, string>> = {
  PAYER_NOT_FOUND: 'Payer not found.',
  PAYEE_NOT_FOUND: 'Payee does not exist.',
  NOT_ENOUGH_FUNDS: 'The payer does not have enough funds.',
  PAYER_LIMIT_REACHED: "The payer's limit has been breached.",
  APPROVAL_REJECTED: 'Approval rejected.',
}

/**
 * The published schema of `reason` is `{code, message}`, the SDK's a plain string, and answers in the wild carry either:
 * here the first digit of the reference decides, so that both are met.
 */
export function reasonBody(reason: string, reference: string): string | object {
  return Number.parseInt(reference.slice(0, 1), 16) % 2 === 0
    ? reason
    : { code: reason, message: WORDS[reason] ?? 'The transaction could not be performed.' }
}
