import type { Again, Outcome, Reason } from '../../domain/outcome.ts'
import type { Operation } from '../provider.ts'
import type { Words } from './common.ts'

/**
 * EIP's words as outcomes.
 * Source: EcoCash Payment Gateway API Spec, version 5 (2022); EcoCash's developer portal (statuses, error codes, PIN test
 * matrix) as github.com/67even/ecocash-instant-payment-api copies it; answers measured by MpofuSlim/ticketing-system,
 * docs/api/ecocash-eip.md.
 */
export const EIP_WORDS: Words = {
  COMPLETED: 'confirmed',
  SUCCESS: 'confirmed',
  FAILED: 'declined',
  PENDING: 'pending',
  'PENDING SUBSCRIBER VALIDATION': 'pending',
  'PROCESSING CHARGE': 'pending',
  CHARGED: 'pending',
}

/** Of a refund alone: asked about a charge, it would say that money came and went, which is for a person to look into. */
export const REFUND_DONE: Words = { REFUNDED: 'confirmed' }

type Refusal = Extract<Outcome, { kind: 'declined' | 'our-fault' }>
const declined = (reason: Reason, again: Again): Refusal => ({ kind: 'declined', reason, again })
const misconfigured: Refusal = { kind: 'our-fault', fault: 'configuration' }
/** Of a refund the payer's money is the lender's, and its reference the lender's too. */
const noFloat: Refusal = { kind: 'our-fault', fault: 'no-float' }
const goesNowhere = declined('failed', 'never')

/**
 * Codes and their names. Which field carries the code is not published, so either is looked for, to the letter. E005 (the
 * correlator was used) and E009 (not to be refunded, or refunded already) may be about what we did ourselves: they are
 * asked about, like E014 and E015.
 */
const BY_CODE: Readonly<Record<string, { readonly collect: Refusal; readonly refund: Refusal }>> = {
  E001: { collect: misconfigured, refund: misconfigured },
  E002: { collect: declined('no-account', 'other-wallet'), refund: goesNowhere },
  E003: { collect: misconfigured, refund: misconfigured },
  E004: { collect: misconfigured, refund: misconfigured },
  E010: { collect: declined('insufficient-funds', 'other-wallet'), refund: noFloat },
  E011: { collect: declined('not-allowed', 'other-wallet'), refund: declined('not-allowed', 'other-wallet') },
  E012: { collect: misconfigured, refund: goesNowhere },
  E013: { collect: declined('limit', 'other-wallet'), refund: declined('limit', 'later') },
  PIN: { collect: declined('wrong-pin', 'later'), refund: { kind: 'our-fault', fault: 'credentials' } },
}
/** The first that says something; an invalid PIN has no code. */
const BY_MESSAGE: Readonly<Record<string, string>> = {
  'missing required field': 'E001',
  'invalid msisdn format': 'E002',
  'invalid currency': 'E003',
  'invalid amount': 'E004',
  'insufficient funds': 'E010',
  'insufficient balance': 'E010',
  'barred msisdn': 'E011',
  'refund exceeds original': 'E012',
  'limit exceeded': 'E013',
  'transaction limit exceeded': 'E013',
  'transaction failed - invalid pin': 'PIN',
}

/** Why it was refused, in a code or in words that are documented; undefined where they are not, and no text is passed on. */
export function refusalOf(operation: Operation, texts: readonly unknown[]): Refusal | undefined {
  const side = operation === 'refund' ? 'refund' : 'collect'
  for (const text of texts) {
    if (typeof text !== 'string') continue
    const code = /^E\d{3}$/.test(text) ? text : BY_MESSAGE[text.trim().toLowerCase()]
    const refusal = code !== undefined && Object.hasOwn(BY_CODE, code) ? BY_CODE[code]?.[side] : undefined
    if (refusal === undefined || code === undefined) continue
    return refusal.kind === 'declined' ? { ...refusal, code } : { ...refusal, detail: code }
  }
  return undefined
}
