import { createHmac, randomUUID } from 'node:crypto'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { parseAmount } from '../kit/money.ts'
import { accountOf, type House, type Row, type Why } from './house.ts'
import { place, type Vendor } from './life.ts'
import { moneyRoute, rowBy } from './wire.ts'

/**
 * Wave Money Myanmar's payment gateway: a form signed with the merchant's secret, a page for the customer, and a signed
 * callback. Nobody can ask it anything afterwards.
 */

const NAME = 'wave-mm'
const MAX_SECONDS = 600

const sign = (secret: string, fields: readonly unknown[]): string =>
  createHmac('sha256', secret)
    .update(fields.map(field => String(field ?? null)).join(''))
    .digest('hex')

const STATUSES: Readonly<Record<Why, string>> = {
  'no-account': 'BILL_COLLECTION_FAILED',
  // not the end: she may fill her wallet until the link ends
  'insufficient-funds': 'TRANSACTION_TIMED_OUT',
  'wrong-pin': 'ACCOUNT_LOCKED',
  cancelled: 'PAYMENT_REQUEST_CANCELLED',
  expired: 'SCHEDULER_TRANSACTION_TIMED_OUT',
  unreachable: 'BILL_COLLECTION_FAILED',
  'no-float': 'BILL_COLLECTION_FAILED',
  'payee-refused': 'BILL_COLLECTION_FAILED',
  'payer-limit': 'BILL_COLLECTION_FAILED',
  'cannot-go-back': 'BILL_COLLECTION_FAILED',
}

const statusOf = (row: Row): string =>
  row.status === 'failed' ? STATUSES[row.reason ?? 'unreachable'] : 'PAYMENT_CONFIRMED'

/** In the order in which they are signed. */
function signedFields(row: Row, minor: bigint) {
  return {
    status: statusOf(row),
    timeToLiveSeconds: Number(row.details.seconds),
    merchantId: row.account,
    orderId: row.details.order,
    amount: Number(minor / 100n),
    backendResultUrl: row.callback_url,
    merchantReferenceId: row.reference,
    initiatorMsisdn: row.msisdn.slice(2),
    transactionId: row.provider_reference,
    paymentRequestId: row.receipt,
    requestTime: row.created_at.toISOString(),
  }
}

/** What stands in the merchant's name; a forger has another secret. */
const tellerOf =
  (house: House): NonNullable<Vendor['tell']> =>
  async (row, minor) => {
    if (row.status === 'reversed') return undefined
    const account = await accountOf(house.db, NAME, row.account)
    const fields = signedFields(row, minor)
    const body = {
      ...fields,
      frontendResultUrl: row.details.frontend,
      paymentDescription: row.details.description,
      currency: 'MMK',
      additionalField1: null,
    }
    const hashValue = sign(account?.secrets.secret ?? 'a forger', Object.values(fields))
    return { method: 'POST', contentType: 'application/json', body: JSON.stringify({ ...body, hashValue }) }
  }

export const waveMm = (house: House): Vendor => ({
  name: NAME,
  promptMs: MAX_SECONDS * 1000,
  prompt: (row, amount) => `WavePay: ${row.details.description ?? ''}, ${amount}. Enter PIN to pay`,
  receipt: () => randomUUID(),
  tell: tellerOf(house),
})

const REQUIRED = [
  'merchant_id',
  'order_id',
  'merchant_reference_id',
  'frontend_result_url',
  'backend_result_url',
  'amount',
  'time_to_live_in_seconds',
  'payment_description',
  'merchant_name',
  'items',
  'hash',
] as const
type Form = Readonly<Record<(typeof REQUIRED)[number], string>>

const isItems = (text: string): boolean => {
  try {
    const items: unknown = JSON.parse(text)
    return (
      Array.isArray(items) &&
      items.length > 0 &&
      items.every(item => typeof item.name === 'string' && Number.isInteger(item.amount))
    )
  } catch {
    return false
  }
}

/** Field by field: what is wrong with each. */
function faultsOf(form: Form): Record<string, string[]> {
  const wrong = new Map<string, string[]>()
  const check = (name: keyof Form, good: boolean, message: string) => good || wrong.set(name, [message])
  for (const name of REQUIRED) check(name, form[name] !== '', 'is required')
  check('amount', /^[1-9]\d{0,9}$/.test(form.amount), 'must be a positive integer')
  check(
    'time_to_live_in_seconds',
    /^[1-9]\d{0,2}$/.test(form.time_to_live_in_seconds) &&
      Number(form.time_to_live_in_seconds) <= MAX_SECONDS,
    'must be 600 at most',
  )
  check('backend_result_url', URL.canParse(form.backend_result_url), 'must be a URL')
  check('frontend_result_url', URL.canParse(form.frontend_result_url), 'must be a URL')
  check('items', isItems(form.items), 'must be a JSON list of name and amount')
  return Object.fromEntries(wrong)
}

/** Nothing in the request says who will pay: whoever opens the link. Here that is the wallet that a test or the demo names. */
async function pay(house: House, vendor: Vendor, { body, headers }: SimRequest): Promise<SimReply> {
  if (!/^application\/x-www-form-urlencoded/.test(headers['content-type'] ?? ''))
    return { status: 415, body: { message: 'form only' } }
  const sent = new URLSearchParams(body)
  const form = Object.fromEntries(REQUIRED.map(name => [name, sent.get(name) ?? ''])) as Form
  const errors = faultsOf(form)
  if (Object.keys(errors).length > 0) return { status: 422, body: { errors } }
  const account = await accountOf(house.db, NAME, form.merchant_id)
  if (account === undefined) return { status: 404, body: { message: 'no record' } }
  const hash = sign(account.secrets.secret ?? '', [
    form.time_to_live_in_seconds,
    form.merchant_id,
    form.order_id,
    form.amount,
    form.backend_result_url,
    form.merchant_reference_id,
  ])
  if (hash !== form.hash) return { status: 400, body: { message: 'INVALID_HASH' } }
  const row = await place(house, vendor, {
    ...{ account: account.account, kind: 'collect', currency: 'MMK', msisdn: account.secrets.payer ?? '' },
    ...{
      minor: parseAmount(form.amount, 'MMK') ?? 0n,
      reference: form.merchant_reference_id,
      callbackUrl: form.backend_result_url,
    },
    provider_reference: randomUUID(),
    details: {
      order: form.order_id,
      seconds: form.time_to_live_in_seconds,
      frontend: form.frontend_result_url,
      description: form.payment_description,
    },
  })
  return row === undefined
    ? { status: 409, body: { message: 'record exists' } }
    : { status: 200, body: { message: 'success', transaction_id: row.provider_reference } }
}

async function page(house: House, { query }: SimRequest): Promise<SimReply> {
  const row = await rowBy(house, NAME, { provider_reference: query.get('transaction_id') ?? '' })
  if (row === undefined) return { status: 404, body: { message: 'no record' } }
  return {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<!doctype html><title>WavePay</title><p>Open WavePay on your phone and enter your PIN.</p>',
  }
}

export const waveMmRoutes = (house: House, vendor: Vendor): Route[] => [
  moneyRoute(
    house,
    NAME,
    `/${NAME}/payment`,
    () => undefined,
    request => pay(house, vendor, request),
  ),
  { method: 'GET', path: `/${NAME}/authenticate`, handle: request => page(house, request) },
]
