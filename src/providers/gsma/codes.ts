import type { Again, Fault, Reason } from '../../domain/outcome.ts'
import type { Operation } from '../provider.ts'

/**
 * The harmonised error codes. A code does not say whose limit, account or consent it is about: the operation tells.
 * Source: GSMA Mobile Money API 1.2, schema `errorObject`, and its table of error codes.
 */

export type No = readonly [Reason, Again] | readonly [Fault]
type Nos = Readonly<Record<string, No>>

const each = (codes: readonly string[], no: No): Nos => Object.fromEntries(codes.map(code => [code, no]))

const LIMITS = [
  'dailyVolumeLimitExceeded',
  'dailyValueLimitExceeded',
  'weeklyVolumeLimitExceeded',
  'weeklyValueLimitExceeded',
  'monthlyVolumeLimitExceeded',
  'monthlyValueLimitExceeded',
  'accountMaxTotalVolumeExceeded',
  'accountMaxTotalValueExceeded',
  'greaterThanTransactionMaxValue',
]
const NOT_ALLOWED = [
  'samePartiesError',
  'noMandateAuthority',
  'linkViolation',
  'countryofOriginNotPermitted',
  'nationalityNotPermitted',
  'idDocumentNotSupported',
  'issuingCountryNotSupported',
]
/** What no order of this connection could pass. */
const CONFIGURATION = [
  'formatError',
  'lengthError',
  'mandatoryValueNotSupplied',
  'negativeValue',
  'currencyNotSupported',
  'invalidOffset',
  'transactionTypeError',
  'quoteHasExpired',
  'servicingPartyAuthorisationError',
]

const ALWAYS: Nos = {
  ...each(LIMITS, ['limit', 'other-wallet']),
  ...each(NOT_ALLOWED, ['not-allowed', 'other-wallet']),
  ...each(CONFIGURATION, ['configuration']),
  ...each(['clientAuthorisationError', 'requestingPartyAuthorisationError'], ['credentials']),
  lessThanTransactionMinValue: ['below-minimum', 'never'],
  underPaymentNotAllowed: ['not-allowed', 'never'],
  overPaymentNotAllowed: ['not-allowed', 'never'],
  rateLimitError: ['busy', 'later'],
}

const OF: Readonly<Record<Operation, Nos>> = {
  collect: {
    ...ALWAYS,
    insufficientFunds: ['insufficient-funds', 'other-wallet'],
    // it is the lender's account that would hold too much
    maxBalanceExceeded: ['quota'],
    identifierError: ['no-account', 'other-wallet'],
    incorrectState: ['not-allowed', 'other-wallet'],
    requestDeclined: ['cancelled', 'later'],
  },
  disburse: {
    ...ALWAYS,
    insufficientFunds: ['no-float'],
    maxBalanceExceeded: ['limit', 'other-wallet'],
    identifierError: ['no-account', 'other-wallet'],
    incorrectState: ['not-allowed', 'other-wallet'],
    requestDeclined: ['not-allowed', 'later'],
  },
  refund: {
    ...ALWAYS,
    insufficientFunds: ['no-float'],
    maxBalanceExceeded: ['limit', 'later'],
    identifierError: ['failed', 'never'],
    // it went back before, or never came
    incorrectState: ['failed', 'never'],
    requestDeclined: ['not-allowed', 'later'],
  },
}

/** Undefined for a code that is not listed. */
export const meaningOf = (operation: Operation, code: string | undefined): No | undefined =>
  code !== undefined && Object.hasOwn(OF[operation], code) ? OF[operation][code] : undefined

/** A repetition's first order may have been done, and something generic may have struck after it was: to be asked. */
export const isOnlyAsked = (code: string): boolean => code === 'duplicateRequest' || code === 'genericError'
