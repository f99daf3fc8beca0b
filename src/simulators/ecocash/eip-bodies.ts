import type { SimReply } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import type { Merchant, Row, Why } from './house.ts'

/** The transaction object in both editions of EIP, and their errors. */

const WORDS: Readonly<Record<Why, string>> = {
  'insufficient-funds': 'Insufficient Balance',
  'wrong-pin': 'Transaction Failed - Invalid PIN',
  limit: 'Transaction Limit Exceeded',
  'no-float': 'Insufficient Balance',
  // the portal knows no more; these are this simulator's
  cancelled: 'Transaction rejected by subscriber',
  expired: 'Request timed out',
  unreachable: 'Subscriber not reachable',
  'no-account': 'Subscriber not registered',
  'cannot-go-back': 'Refund not eligible',
}

const done = (row: Row): string => (row.kind === 'refund' ? 'REFUNDED' : 'COMPLETED')

/** Numbers, as payonline writes them: money of two decimals fits them in these amounts. */
const numberOf = (minor: bigint, currency: string): number => Number(formatAmount(minor, currency))

/**
 * Payonline's, as its document and measured answers have it: the country code dropped, the merchant's PIN echoed, nought
 * charged until it is, and once it is, the two parties the wrong way round.
 */
function payonlineObject(row: Row, merchant: Merchant, minor: bigint): object {
  const paid = row.status === 'succeeded'
  const status = {
    pending: 'PENDING SUBSCRIBER VALIDATION',
    succeeded: done(row),
    failed: 'FAILED',
    reversed: 'FAILED',
  }
  return {
    id: Number(row.id),
    version: 0,
    clientCorrelator: row.reference,
    endTime: 0,
    startTime: row.created_at.getTime(),
    notifyUrl: row.notify_url,
    referenceCode: row.reference_code,
    endUserId: paid ? merchant.merchant_code : row.msisdn.slice(3),
    serverReferenceCode: row.receipt ?? row.server_reference,
    transactionOperationStatus: status[row.status],
    paymentAmount: {
      totalAmountCharged: paid ? numberOf(minor, row.currency) : 0,
      charginginformation: {
        amount: numberOf(minor, row.currency),
        currency: row.currency,
        description: null,
      },
    },
    ecocashReference: row.receipt,
    merchantCode: merchant.merchant_code,
    merchantPin: merchant.merchant_pin,
    merchantNumber: paid ? row.msisdn : merchant.merchant_number,
    ecocashResponseCode: row.status === 'pending' ? null : paid ? 'SUCCEEDED' : 'FAILED',
    responseMessage: row.reason === null ? null : WORDS[row.reason],
    responseCode: null,
  }
}

/** The developer portal's: flat, without the PIN, its message saying success while nothing is decided. */
function portalObject(row: Row, merchant: Merchant, minor: bigint): object {
  const status = { pending: 'PENDING', succeeded: 'SUCCESS', failed: 'FAILED', reversed: 'FAILED' }
  return {
    transactionId: row.receipt ?? row.server_reference,
    clientCorrelator: row.reference,
    status: status[row.status],
    statusCode: '200',
    statusMessage: row.reason === null ? 'Transaction Successful' : WORDS[row.reason],
    amount: numberOf(minor, row.currency),
    currency: row.currency,
    endUserId: row.msisdn.slice(3),
    merchantCode: merchant.merchant_code,
    merchantName: merchant.merchant_name,
    referenceCode: row.reference_code,
    timestamp: row.created_at.toISOString(),
  }
}

export const transactionObject = (
  row: Row,
  merchant: Merchant,
  minor: bigint = BigInt(row.amount_minor),
): object => (row.edition === 'portal' ? portalObject : payonlineObject)(row, merchant, minor)

/** What payonline says of a correlator that it never heard of: 200, and nothing. */
export const NOBODY: SimReply = {
  status: 200,
  body: {
    ...{ id: null, version: 0, clientCorrelator: null, endTime: null, startTime: null, notifyUrl: null },
    ...{ referenceCode: null, endUserId: null, serverReferenceCode: null, transactionOperationStatus: null },
    ...{ paymentAmount: null, ecocashReference: null, merchantCode: null, merchantPin: null },
    ...{ merchantNumber: null, remarks: null, ecocashResponseCode: null, responseMessage: null },
  },
}

/** The portal's error codes, with their HTTP status and name (Error Reference). */
const ERRORS = {
  E001: [400, 'Missing required field'],
  E002: [400, 'Invalid MSISDN format'],
  E003: [400, 'Invalid currency'],
  E004: [400, 'Invalid amount'],
  E005: [400, 'Duplicate correlator'],
  E006: [401, 'Invalid credentials'],
  E008: [404, 'Transaction not found'],
  E009: [409, 'Refund not eligible'],
  E012: [422, 'Refund exceeds original'],
} as const
export type Code = keyof typeof ERRORS

/** An error in the words of an edition: the portal's by its code, payonline's as a ServiceError that says what it was. */
export function refusal(edition: Row['edition'], code: Code, what: string): SimReply {
  const [status, name] = ERRORS[code]
  if (edition === 'portal') return { status, body: { statusCode: code, statusMessage: name } }
  if (status === 401) return { status }
  return { status: 400, body: { status: 400, exception: 'ProcessingException', message: `${name}: ${what}` } }
}

/** What F5's application firewall says in EcoCash's name, and with 200. */
export const FIREWALL: SimReply = {
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<html><head><title>Request Rejected</title></head><body>The requested URL was rejected.</body></html>',
}
