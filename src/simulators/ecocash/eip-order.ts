import type { SimReply, SimRequest } from '../kit/http.ts'
import { parseAmount } from '../kit/money.ts'
import { type Code, refusal } from './eip-bodies.ts'
import { ACCOUNTS, type Edition, type House, MERCHANTS, type Merchant } from './house.ts'

/** An order to EIP, read field by field as its documents have it. */

export type EipOrder = {
  readonly reference: string
  readonly referenceCode: string
  readonly msisdn: string
  readonly minor: bigint
  readonly currency: string
  readonly notifyUrl: string | undefined
  readonly original: string | undefined
}
export type Refused = { readonly refused: SimReply }

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Who calls: HTTP Basic on every request. */
export async function merchantOf(
  { db }: House,
  { headers }: SimRequest,
  edition: Edition,
): Promise<Merchant | Refused> {
  const [, encoded = ''] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(headers.authorization ?? '') ?? []
  const [username = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  const merchant: Merchant | undefined = await db(MERCHANTS)
    .where({ username, password: password.join(':') })
    .first()
  return merchant ?? { refused: refusal(edition, 'E006', 'credentials') }
}

/** Every key that both documents require, in their own spelling. */
const REQUIRED = ['clientCorrelator', 'referenceCode', 'tranType', 'endUserId', 'merchantCode', 'merchantPin']
const ALSO_REQUIRED = [
  'merchantNumber',
  'countryCode',
  'terminalID',
  'location',
  'superMerchantName',
  'merchantName',
]

const TRAN_TYPES = { amount: ['MER'], refund: ['REF', 'REV'] }

/** EcoCash is Econet's: 077 and 078. */
const NUMBER = /^2637[78]\d{7}$/

/** Payonline takes a number, the portal's edition a text with two decimals. */
function amountOf(value: unknown, edition: Edition, currency: string): bigint | undefined {
  const text =
    edition === 'portal'
      ? typeof value === 'string' && /\.\d\d$/.test(value)
        ? value
        : ''
      : typeof value === 'number'
        ? String(value)
        : ''
  const minor = parseAmount(text, currency)
  return minor === 0n ? undefined : minor
}

const missing = (fields: Fields, names: readonly string[]): string | undefined =>
  names.find(name => typeof fields[name] !== 'string' || fields[name] === '')

/** What is wrong with the fields that name no money. */
function faultOf(fields: Fields, what: 'amount' | 'refund', merchant: Merchant): [Code, string] | undefined {
  const lack = missing(fields, [...REQUIRED, ...ALSO_REQUIRED])
  if (lack !== undefined) return ['E001', lack]
  if (!TRAN_TYPES[what].includes(String(fields.tranType))) return ['E001', 'tranType']
  if (what === 'amount' && fields.transactionOperationStatus !== 'Charged')
    return ['E001', 'transactionOperationStatus']
  const remark = what === 'amount' ? 'remarks' : 'remark'
  if (missing(fields, [remark]) !== undefined) return ['E001', remark]
  if (what === 'refund' && missing(fields, ['originalEcocashReference']) !== undefined)
    return ['E001', 'originalEcocashReference']
  if (fields.countryCode !== 'ZW') return ['E001', 'countryCode']
  if (fields.merchantCode !== merchant.merchant_code || fields.merchantNumber !== merchant.merchant_number)
    return ['E001', 'merchantCode and merchantNumber']
  if (fields.merchantPin !== merchant.merchant_pin) return ['E001', 'the PIN of the merchant']
  return NUMBER.test(String(fields.endUserId)) ? undefined : ['E002', 'endUserId']
}

/** Reads an order; the correlator, the merchant and the money are right where nothing is refused. */
export async function readOrder(
  { db }: House,
  request: SimRequest,
  edition: Edition,
  what: 'amount' | 'refund',
  merchant: Merchant,
): Promise<EipOrder | Refused> {
  const refuse = (code: Code, why: string): Refused => ({ refused: refusal(edition, code, why) })
  const fields = parsed(request.body)
  if (fields === undefined || !/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    return refuse('E001', 'a JSON object')
  const fault = faultOf(fields, what, merchant)
  if (fault !== undefined) return refuse(...fault)
  const { notifyUrl = '' } = fields
  const isUrl = typeof notifyUrl === 'string' && URL.canParse(notifyUrl)
  if (!isUrl && (edition === 'payonline' || notifyUrl !== '')) return refuse('E001', 'notifyUrl')
  const payment = isObject(fields.paymentAmount) ? fields.paymentAmount : {}
  const { charginginformation: info, chargeMetaData: meta } = payment
  if (!isObject(info) || !isObject(meta)) return refuse('E001', 'paymentAmount')
  if (missing(meta, ['channel']) !== undefined || missing(info, ['description']) !== undefined)
    return refuse('E001', 'channel or description')
  const currency = String(info.currency)
  const account = await db(ACCOUNTS).where({ merchant_code: merchant.merchant_code, currency }).first()
  if (account === undefined || (fields.currencyCode ?? currency) !== currency) return refuse('E003', currency)
  const minor = amountOf(info.amount, edition, currency)
  if (minor === undefined) return refuse('E004', 'amount')
  return {
    reference: String(fields.clientCorrelator),
    referenceCode: String(fields.referenceCode),
    msisdn: String(fields.endUserId),
    minor,
    currency,
    notifyUrl: isUrl ? String(notifyUrl) : undefined,
    original: what === 'refund' ? String(fields.originalEcocashReference) : undefined,
  }
}
