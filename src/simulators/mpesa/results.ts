import type { Fate } from '../kit/fates.ts'
import { digitsOnly } from '../kit/numbers.ts'

/** Daraja's STK result codes and words (developer portal, "M-Pesa Express", response codes). */
export const RESULTS: Readonly<Record<string, string>> = {
  '0': 'The service request is processed successfully.',
  '1': 'The balance is insufficient for the transaction.',
  '2': 'Less Than Minimum Transaction Value',
  '3': 'More Than Maximum Transaction Value',
  '4': 'Would Exceed Daily Transfer Limit',
  '8': 'Would Exceed Maximum Balance',
  '17': 'Rule limited. Avoid making two similar transactions within 2 minutes.',
  '26': 'System busy. Try again in a short while.',
  '1001': 'Unable to lock subscriber, a transaction is already in process for the current subscriber',
  '1019': 'Transaction has expired',
  '1025': 'An error occurred while sending a push request',
  '1032': 'Request cancelled by user',
  '1037': 'DS timeout user cannot be reached',
  '2001': 'The initiator information is invalid.',
  '2028': 'The request is not permitted according to product assignment',
  '8006': 'The security credential is locked',
  '9999': 'An error occurred while sending a push request',
}

/** Result codes and words of payouts, reversals and status queries (developer portal, "B2C" and "Reversal"). */
export const ORDER_RESULTS: Readonly<Record<string, string>> = {
  '0': 'The service request is processed successfully.',
  '1': 'The balance is insufficient for the transaction.',
  '2': 'Declined due to limit rule: less than the minimum transaction amount.',
  '3': 'Declined due to limit rule: greater than the maximum transaction amount.',
  '4': 'Declined due to limit rule: would exceed daily transfer limit.',
  '8': 'Declined due to limit rule: would exceed the maximum balance.',
  '11': 'The DebitParty is in an invalid state.',
  '15': 'Duplicate detected.',
  '17': 'System internal error.',
  '21': 'The initiator is not allowed to initiate this request.',
  '26': 'System busy. Try again in a short while.',
  '2001': 'The initiator information is invalid.',
  '2006': 'Declined due to account rule: the account status does not allow this transaction.',
  '2028': 'The request is not permitted according to product assignment.',
  '2040':
    'Credit Party customer type (Unregistered or Registered Customer) cannot be supported by the service.',
  '8006': 'The security credential is locked.',
  R000001: 'The transaction has already been reversed.',
  R000002: 'The OriginalTransactionID is invalid.',
  SFC_IC0003: 'The operator does not exist.',
}

/** Stays pending for ever: neither a callback nor an end of its prompt. */
export const NEVER = 'never'

/** Results that come without anything on the customer's screen. */
export const UNPROMPTED: ReadonlySet<string> = new Set([
  NEVER,
  '17',
  '26',
  '1001',
  '1019',
  '1025',
  '1037',
  '9999',
])

/** What a scripted fault means here; a collecting account that may take no more money is what "no float" is to M-Pesa. */
export const SCRIPTED: Readonly<Record<Fate, string>> = {
  'insufficient-funds': '1',
  'wrong-pin': '2001',
  cancelled: '1032',
  expired: '1019',
  unreachable: '1037',
  'no-float': '8',
  'no-answer-ever': NEVER,
}

/** The same for payouts and reversals: nobody is prompted; the organisation's own money may be missing, or she cannot receive. */
export const ORDER_SCRIPTED: Readonly<Record<string, string>> = {
  'no-float': '1',
  'payee-refused': '2040',
  'no-answer-ever': NEVER,
}

/**
 * Magic numbers: Safaricom has none, these are ours. `+2547999` and five more digits that say the result:
 * `+254799901032` is cancelled, `+254799900001` has no money, `+254799901037` cannot be reached; `+254799999998` never
 * ends. A payout reads the same digits in its own table: `+254799902040` is not registered.
 */
export function magicResult(msisdn: string, table = RESULTS): string | undefined {
  const [, digits] = /^2547999(\d{5})$/.exec(digitsOnly(msisdn)) ?? []
  if (digits === undefined) return undefined
  if (digits === '99998') return NEVER
  const code = String(Number(digits))
  return code !== '0' && code in table ? code : undefined
}
