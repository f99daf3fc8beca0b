import { formatAmount } from '../kit/money.ts'
import { KES, type PushRow } from './house.ts'
import { ORDER_RESULTS, RESULTS } from './results.ts'

const NAIROBI = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Africa/Nairobi',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** `YYYYMMDDHHmmss` on Nairobi's clock. */
export const nairobiTime = (at: Date): string => NAIROBI.format(at).replace(/\D/g, '')

/** `1500.00` as a JSON number, written digit by digit: no float has touched it. */
const RAW = /"raw:([\d.]+)"/g

export type Paid = { readonly receipt: string; readonly minor: bigint; readonly at: Date }

/**
 * The STK callback (portal, "M-Pesa Express"): `ResultCode` a number here, metadata only on success, and a `Balance`
 * without `Value`.
 */
export function stkCallback(push: PushRow, resultCode: string, paid?: Paid): string {
  const metadata = paid && {
    CallbackMetadata: {
      Item: [
        { Name: 'Amount', Value: `raw:${formatAmount(paid.minor, push.currency)}` },
        { Name: 'MpesaReceiptNumber', Value: paid.receipt },
        { Name: 'Balance' },
        { Name: 'TransactionDate', Value: `raw:${nairobiTime(paid.at)}` },
        { Name: 'PhoneNumber', Value: `raw:${push.msisdn}` },
      ],
    },
  }
  return JSON.stringify({
    Body: {
      stkCallback: {
        MerchantRequestID: push.merchant_request_id,
        CheckoutRequestID: push.checkout_request_id,
        ResultCode: Number(resultCode),
        ResultDesc: RESULTS[resultCode] ?? 'Failed',
        ...metadata,
      },
    },
  }).replace(RAW, '$1')
}

/** A payment to a paybill as its listeners are told of it: by the customer's own act, or the twin of a push. */
export type C2b = {
  readonly shortcode: string
  readonly billRefNumber: string
  readonly msisdn: string
  readonly name: string
  /** Empty while it is only being validated. */
  readonly orgBalance: string
}

/** The C2B validation and confirmation (portal, "Customer to Business"): all strings, the customer's number masked. */
export function c2bBody(payment: C2b, { receipt, minor, at }: Paid): string {
  const [first = '', ...rest] = payment.name.split(' ')
  return JSON.stringify({
    TransactionType: 'Pay Bill',
    TransID: receipt,
    TransTime: nairobiTime(at),
    TransAmount: formatAmount(minor, KES),
    BusinessShortCode: payment.shortcode,
    BillRefNumber: payment.billRefNumber,
    InvoiceNumber: '',
    OrgAccountBalance: payment.orgBalance,
    ThirdPartyTransID: '',
    MSISDN: `${payment.msisdn.slice(0, 5)}****${payment.msisdn.slice(-3)}`,
    FirstName: first,
    MiddleName: '',
    LastName: rest.join(' '),
  })
}

/** `15.01.2026 10:15:30` on Nairobi's clock. */
export const dottedTime = (at: Date): string =>
  nairobiTime(at).replace(/^(....)(..)(..)(..)(..)(..)$/, '$3.$2.$1 $4:$5:$6')

export const rawAmount = (minor: bigint): string => `raw:${formatAmount(minor, KES)}`
export const rawTime = (at: Date): string => `raw:${nairobiTime(at)}`

export type Told = {
  readonly code: string
  readonly originatorId: string
  readonly conversationId: string
  readonly transactionId: string
  readonly timeoutUrl: string
  /** Only on success. */
  readonly values?: Readonly<Record<string, string>>
}

/** The result of an operator's request (portal, "B2C", "Reversal", "Transaction Status"); no parameters on failure. */
export function resultBody({ code, values, ...told }: Told): string {
  const parameters = values && {
    ResultParameters: { ResultParameter: Object.entries(values).map(([Key, Value]) => ({ Key, Value })) },
  }
  return JSON.stringify({
    Result: {
      ResultType: 0,
      ResultCode: /^\d+$/.test(code) ? Number(code) : code,
      ResultDesc: ORDER_RESULTS[code] ?? 'Failed',
      OriginatorConversationID: told.originatorId,
      ConversationID: told.conversationId,
      TransactionID: told.transactionId,
      ...parameters,
      ReferenceData: { ReferenceItem: { Key: 'QueueTimeoutURL', Value: told.timeoutUrl } },
    },
  }).replace(RAW, '$1')
}
