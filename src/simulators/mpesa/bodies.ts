import { formatAmount } from '../kit/money.ts'
import type { PushRow } from './house.ts'
import { RESULTS } from './results.ts'

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

/** The C2B confirmation (portal, "Customer to Business"): all strings, the customer's number masked. */
export function c2bConfirmation(push: PushRow, { receipt, minor, at }: Paid, name: string): string {
  const [first = '', ...rest] = name.split(' ')
  return JSON.stringify({
    TransactionType: 'Pay Bill',
    TransID: receipt,
    TransTime: nairobiTime(at),
    TransAmount: formatAmount(minor, push.currency),
    BusinessShortCode: push.shortcode,
    BillRefNumber: push.account_reference,
    InvoiceNumber: '',
    OrgAccountBalance: '100000.00',
    ThirdPartyTransID: '',
    MSISDN: `${push.msisdn.slice(0, 5)}****${push.msisdn.slice(-3)}`,
    FirstName: first,
    MiddleName: '',
    LastName: rest.join(' '),
  })
}
