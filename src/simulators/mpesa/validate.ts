import type { SimReply } from '../kit/http.ts'
import type { App } from './house.ts'
import { invalid, isCallbackUrl, refusal } from './replies.ts'

/** A push that Daraja would take. */
export type Push = {
  readonly msisdn: string
  readonly amount: bigint
  readonly accountReference: string
  readonly description: string
  readonly callbackUrl: string
}

export type Body = Readonly<Record<string, unknown>>

const MAX_ACCOUNT_REFERENCE = 12
const MAX_DESCRIPTION = 13
export const SHORTCODE = /^\d{5,7}$/
export const CUSTOMER = /^254[71]\d{8}$/

/** `YYYYMMDDHHmmss`, and a moment that exists. */
function isTimestamp(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{14}$/.test(value)) return false
  const iso = value.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6')
  const at = new Date(`${iso}Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(iso)
}

export const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= max

export const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)

/** Shortcode, time and password, which push and query share: Password = base64(shortcode + passkey + Timestamp). */
export function refuseSignature(body: Body, app: App): SimReply | undefined {
  const shortcode = body.BusinessShortCode
  if ((typeof shortcode !== 'string' && !isWhole(shortcode)) || !SHORTCODE.test(String(shortcode)))
    return invalid('BusinessShortCode')
  if (!isTimestamp(body.Timestamp)) return invalid('Timestamp')
  if (typeof body.Password !== 'string' || body.Password === '') return invalid('Password')
  if (String(shortcode) !== app.shortcode) return refusal('500.001.1001', 'Merchant does not exist')
  const password = Buffer.from(app.shortcode + app.passkey + body.Timestamp).toString('base64')
  return password === body.Password ? undefined : refusal('500.001.1001', 'Wrong credentials')
}

function refuseParties(body: Body, app: App): SimReply | undefined {
  const { TransactionType: type, PartyB: payee } = body
  if (type !== 'CustomerPayBillOnline' && type !== 'CustomerBuyGoodsOnline') return invalid('TransactionType')
  if (!isWhole(body.Amount) || body.Amount < 1) return invalid('Amount')
  if (!isWhole(body.PartyA) || !CUSTOMER.test(String(body.PartyA))) return invalid('PartyA')
  if (!isWhole(payee) || !SHORTCODE.test(String(payee))) return invalid('PartyB')
  if (type === 'CustomerPayBillOnline' && String(payee) !== app.shortcode) return invalid('PartyB')
  return body.PhoneNumber === body.PartyA ? undefined : invalid('PhoneNumber')
}

/** Field by field, as the portal's page "M-Pesa Express" describes them: amounts and numbers are JSON integers. */
export function validatePush(body: Body, app: App): Push | { readonly refused: SimReply } {
  const refused =
    refuseSignature(body, app) ??
    refuseParties(body, app) ??
    (isCallbackUrl(body.CallBackURL) ? undefined : invalid('CallBackURL')) ??
    (isText(body.AccountReference, MAX_ACCOUNT_REFERENCE) ? undefined : invalid('AccountReference')) ??
    (isText(body.TransactionDesc, MAX_DESCRIPTION) ? undefined : invalid('TransactionDesc'))
  if (refused !== undefined) return { refused }
  return {
    msisdn: String(body.PhoneNumber),
    amount: BigInt(String(body.Amount)) * 100n,
    accountReference: String(body.AccountReference),
    description: String(body.TransactionDesc),
    callbackUrl: String(body.CallBackURL),
  }
}
