import type { Again, Fault, Outcome, Reason } from '../../domain/outcome.ts'
import type { Operation } from '../provider.ts'

/**
 * Airtel's words: the status of a transaction, and the codes of an answer.
 * Source: Airtel developer portal, error codes of Collection and Disbursement, "Common Error Codes" and "Product Specific
 * Error Codes"; github mtvbrianking/laravel-airtel-money, github global-121/121-platform.
 */

/** Success, failed, expired: final. In progress, ambiguous: not. */
const STATUSES: ReadonlySet<string> = new Set(['TS', 'TF', 'TE', 'TIP', 'TA'])
export const isListed = (status: string): boolean => STATUSES.has(status)

export type Refusal = Extract<Outcome, { kind: 'declined' | 'our-fault' }>

/**
 * `done`: the money moved. `taken`: so much was the request a success. `open`: ambiguous, timed out, or a reference that
 * was used before: to be asked. `no`: about the transaction; `refused`: about the request, whatever it asked.
 */
export type Meaning =
  | { readonly kind: 'done' | 'taken' | 'pending' | 'open' | 'not-found' }
  | { readonly kind: 'no'; readonly refusal: Refusal }
  | { readonly kind: 'refused'; readonly refusal: Extract<Refusal, { kind: 'our-fault' }> }

const done: Meaning = { kind: 'done' }
const pending: Meaning = { kind: 'pending' }
const open: Meaning = { kind: 'open' }
const notFound: Meaning = { kind: 'not-found' }
const no = (reason: Reason, again: Again): Meaning => ({
  kind: 'no',
  refusal: { kind: 'declined', reason, again },
})
const ours = (fault: Fault): Meaning => ({ kind: 'no', refusal: { kind: 'our-fault', fault } })
const refused = (fault: Fault): Meaning => ({ kind: 'refused', refusal: { kind: 'our-fault', fault } })

type Codes = Readonly<Record<string, Meaning>>

const named = (codes: readonly string[], meaning: Meaning): Codes =>
  Object.fromEntries(codes.map(code => [code, meaning]))

/** Before the product, and of the older layer behind it: that one calls most of its own errors ambiguous. */
const COMMON: Codes = {
  ...named(['ROUTER001', 'ROUTER003', 'ROUTER005', 'ROUTER006', 'ROUTER007'], refused('configuration')),
  ...named(['ROUTER110', 'ROUTER112', 'ROUTER119'], refused('configuration')),
  ...named(['ROUTER114', 'ROUTER115', 'ROUTER116'], refused('credentials')),
  ...named(['ESB000034', 'ESB000035', 'ESB000039'], refused('configuration')),
  ...named(['ESB000033', 'ESB000036'], no('no-account', 'other-wallet')),
  ...named(['ROUTER117', '0000900', 'ESB000001', 'ESB000004', 'ESB000008', 'ESB000011', 'ESB000014'], open),
  ESB000010: { kind: 'taken' },
  ESB000041: open,
  ESB000045: notFound,
}

/** She pays. */
const COLLECTION: Codes = {
  ...COMMON,
  DP00800001000: open,
  DP00800001001: done,
  DP00800001002: no('wrong-pin', 'later'),
  DP00800001003: no('limit', 'other-wallet'),
  DP00800001004: no('below-minimum', 'never'),
  DP00800001005: no('expired', 'later'),
  DP00800001006: pending,
  DP00800001007: no('insufficient-funds', 'other-wallet'),
  DP00800001008: no('failed', 'later'),
  DP00800001009: no('failed', 'later'),
  DP00800001010: no('not-allowed', 'other-wallet'),
  DP00800001024: open,
  DP00800001025: notFound,
  DP00800001026: refused('configuration'),
  DP00800001029: no('expired', 'later'),
}

/** The lender pays, and she is asked nothing. */
const DISBURSEMENT: Codes = {
  ...COMMON,
  DP00900001000: open,
  DP00900001001: done,
  DP00900001003: no('limit', 'later'),
  DP00900001004: no('limit', 'never'),
  DP00900001005: no('failed', 'later'),
  DP00900001006: pending,
  DP00900001007: ours('no-float'),
  DP00900001009: no('no-account', 'other-wallet'),
  DP00900001010: no('not-allowed', 'other-wallet'),
  DP00900001011: open,
  DP00900001012: no('no-account', 'other-wallet'),
  DP00900001013: no('failed', 'later'),
  DP00900001014: open,
  DP00900001015: notFound,
  DP00900001016: refused('configuration'),
  DP00900001017: open,
}

/** A collection goes back out of the lender's own wallet. It has the collection's codes, and she is asked nothing. */
const REFUND: Codes = {
  ...COLLECTION,
  ...named(['DP00800001002', 'DP00800001004', 'DP00800001005'], no('failed', 'later')),
  DP00800001003: no('limit', 'later'),
  DP00800001007: ours('no-float'),
  DP00800001029: no('failed', 'later'),
}

const CODES: Readonly<Record<Operation, Codes>> = {
  collect: COLLECTION,
  disburse: DISBURSEMENT,
  refund: REFUND,
}

/** Undefined for a code that is not listed. */
export const meaningOf = (operation: Operation, code: string | undefined): Meaning | undefined =>
  code !== undefined && Object.hasOwn(CODES[operation], code) ? CODES[operation][code] : undefined

/** The refusal, with the code that it was said by. */
export function withCode(refusal: Refusal, code: string | undefined): Refusal {
  if (code === undefined) return refusal
  return refusal.kind === 'declined' ? { ...refusal, code } : { ...refusal, detail: code }
}

/** What is wrong on the lender's side, whatever was asked. */
export function faultOf(code: string | undefined): Fault | undefined {
  const meaning = meaningOf('collect', code)
  return meaning?.kind === 'refused' ? meaning.refusal.fault : undefined
}
