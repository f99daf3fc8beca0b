import type { FATES } from '../kit/fates.ts'

/** Airtel's codes and its words for them: developer portal, error codes of Collection, Disbursement, KYC and Account. */
export const MESSAGES: Readonly<Record<string, string>> = {
  ROUTER003: 'Mandatory parameters are missing either in the header or body.',
  ROUTER006: 'Invalid country code provided.',
  ROUTER007: 'User is not authorized to perform any operations in the provided country.',
  ROUTER112: 'Invalid currency provided.',
  ROUTER115: 'Pin you have entered is incorrect.',
  ROUTER116: 'The encrypted value of the pin is incorrect. Kindly re-check the encryption mechanism.',
  ROUTER119: 'Currency is invalid or missing.',
  ESB000008: 'Field validation error.',
  ESB000033: 'Invalid MSISDN Length. MSISDN Length should be 9.',
  ESB000034: 'Invalid Country Name.',
  ESB000035: 'Invalid Currency Code.',
  ESB000041: 'Transaction with External Transaction ID already exists.',
  DP00800001000: 'The transaction is still processing and is in ambiguous state.',
  DP00800001001: 'Your transaction has been successfully processed',
  DP00800001002: 'Incorrect pin has been entered.',
  DP00800001003: 'The User has exceeded their wallet allowed transaction limit.',
  DP00800001004: 'The amount User is trying to transfer is less than the minimum amount allowed.',
  DP00800001005: "User didn't enter the pin.",
  DP00800001006: 'Success.',
  DP00800001007: 'User wallet does not have enough money to cover the payable amount.',
  DP00800001008: 'The transaction was refused.',
  DP00800001010: 'Payee is already initiated for churn or barred or not registered on Airtel Money platform.',
  DP00800001025: 'The transaction was not found.',
  DP00800001026: 'X-signature and payload did not match.',
  DP00800001029: 'Transaction has been expired.',
  DP00900001000: 'The transaction is still processing and is in ambiguous state.',
  DP00900001001: 'Success',
  DP00900001003: 'Maximum transaction limit reached for the day.',
  DP00900001004: 'Amount entered is out of range with respect to defined limits.',
  DP00900001005: 'Transaction failed.',
  DP00900001006: 'Transaction is in process.',
  DP00900001007: 'Not enough funds in account to complete the transaction.',
  DP00900001009: 'Initiatee of the transaction is invalid.',
  DP00900001010: 'Payer is not an allowed user.',
  DP00900001012: 'Mobile number entered is incorrect.',
  DP00900001013: 'The transaction was refused.',
  DP00900001014: 'The transaction may be processed or failed due to time out.',
  DP00900001015: 'The transaction was not found.',
  DP00900001016: 'X-signature and payload did not match.',
  DP00900001017: 'Duplicate Transaction Id.',
  DP02100000001: 'SUCCESS',
  DP02200000001: 'SUCCESS',
  DP02200000002: 'Invalid MSISDN provided as input.',
}

/** The code of a product with these last digits. */
export const codeOf = (kind: 'collect' | 'disburse', digits: string): string =>
  `${kind === 'collect' ? 'DP008' : 'DP009'}00001${digits}`

/** Stays as it is, for ever. */
export const NEVER = 'never'

/** How a transaction goes: what it says at once (digits of the code, status), and what it ends as (digits; null: as it goes). */
export type Course = {
  readonly says: string
  readonly word: 'TIP' | 'TA' | 'TF' | 'TS'
  readonly ends: string | null
  readonly when: 'now' | 'asked' | 'soon' | 'late'
}

export const refusal = (digits: string): Course => ({ says: digits, word: 'TF', ends: digits, when: 'now' })
const asked = (ends: string | null): Course => ({ says: '006', word: 'TIP', ends, when: 'asked' })

/** She is asked, and answers as she likes. */
export const ASKED = asked(null)
/** A payout is decided at once, by receiver and float. */
export const AT_ONCE: Course = { says: '001', word: 'TS', ends: null, when: 'now' }

type CollectFate = (typeof FATES)[number] | 'ambiguous'

/** What a scripted fault means for a collection. */
export const OF_A_COLLECTION: Readonly<Record<CollectFate, Course>> = {
  'insufficient-funds': asked('007'),
  'wrong-pin': asked('002'),
  cancelled: asked('008'),
  expired: { ...asked('029'), when: 'late' },
  unreachable: { ...asked('005'), when: 'soon' },
  'no-float': refusal('010'),
  'no-answer-ever': asked(NEVER),
  ambiguous: { says: '000', word: 'TA', ends: null, when: 'soon' },
}

/** And for a payout, where nobody is asked: a fault of a customer's own answer waits for her next prompt. */
export const OF_A_PAYOUT: Readonly<Record<string, Course>> = {
  'no-float': refusal('007'),
  'payee-refused': refusal('009'),
  'payee-limit': refusal('003'),
  delayed: { says: '006', word: 'TIP', ends: null, when: 'soon' },
  ambiguous: { says: '000', word: 'TA', ends: null, when: 'soon' },
  'timed-out': { says: '014', word: 'TA', ends: null, when: 'soon' },
  unreachable: { says: '006', word: 'TIP', ends: '005', when: 'soon' },
  'no-answer-ever': { says: '006', word: 'TIP', ends: NEVER, when: 'late' },
}
