import type { Fate } from '../kit/fates.ts'

/** Stays PENDING for ever. */
export const NEVER = 'never'
export const SUCCESSFUL = 'SUCCESSFUL'

export type Scenario =
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'ends'; readonly as: string; readonly afterMs: number }

const SOON_MS = 1_000
/** Measured by users of the sandbox: a delayed request succeeds after about 25 s. */
const DELAYED_MS = 25_000

const ends = (as: string, afterMs = SOON_MS): Scenario => ({ kind: 'ends', as, afterMs })
const refused = (code: string): Scenario => ({ kind: 'refused', code })

/** The sandbox's payers 46733123xxx (MoMo developer portal, "Test numbers and scenarios"). */
const BY_LAST_DIGITS: Readonly<Record<string, Scenario>> = {
  '450': ends('INTERNAL_PROCESSING_ERROR'),
  '451': ends('APPROVAL_REJECTED'),
  '452': ends('EXPIRED'),
  '453': ends(NEVER),
  '454': ends(SUCCESSFUL, DELAYED_MS),
  '455': ends('PAYER_NOT_FOUND'),
  '456': ends('PAYEE_NOT_ALLOWED_TO_RECEIVE'),
  '457': refused('NOT_ALLOWED'),
  '458': refused('NOT_ALLOWED_TARGET_ENVIRONMENT'),
  '459': refused('INVALID_CALLBACK_URL_HOST'),
  '460': refused('INVALID_CURRENCY'),
  '461': refused('INTERNAL_PROCESSING_ERROR'),
  '462': refused('SERVICE_UNAVAILABLE'),
  '463': ends('COULD_NOT_PERFORM_TRANSACTION'),
}

/** What the sandbox does with a payer it has no wallet for: its scenario, and success for any other number. */
export function scenarioOf(msisdn: string): Scenario {
  const [, digits = ''] = /^46733123(\d{3})$/.exec(msisdn) ?? []
  return BY_LAST_DIGITS[digits] ?? ends(SUCCESSFUL)
}

/** What a scripted fault means here: the reason on FAILED. */
export const SCRIPTED: Readonly<Record<Fate, string>> = {
  'insufficient-funds': 'NOT_ENOUGH_FUNDS',
  'wrong-pin': 'PAYMENT_NOT_APPROVED',
  cancelled: 'APPROVAL_REJECTED',
  expired: 'EXPIRED',
  unreachable: 'COULD_NOT_PERFORM_TRANSACTION',
  'no-float': 'PAYEE_NOT_ALLOWED_TO_RECEIVE',
  'no-answer-ever': NEVER,
}

const WORDS: Readonly<Record<string, string>> = {
  PAYER_NOT_FOUND: 'Payer not found.',
  NOT_ENOUGH_FUNDS: 'The payer does not have enough funds.',
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
