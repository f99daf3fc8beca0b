import { randomUUID } from 'node:crypto'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { randomDigits } from '../kit/numbers.ts'
import { fieldOf } from '../kit/wire.ts'
import type { Account, House, Row } from './house.ts'
import { place, type Vendor } from './life.ts'
import {
  bearer,
  type Fields,
  inside,
  moneyRoute,
  objectOf,
  queryRoute,
  rowBy,
  textOf,
  tokenRoute,
} from './wire.ts'

/** Y-Note (Paynote) as its open clients know it: a queue, and a status by the queue's MessageId. */

const NAME = 'y-note'
const METHODS: Readonly<Record<string, RegExp>> = {
  OM_CMR: /^(69\d{7}|65[5-9]\d{6}|68[6-9]\d{6})$/,
  MTN_CMR: /^(67\d{7}|65[0-4]\d{6}|68[0-3]\d{6})$/,
}

/** Orange's own word for a payment that was made has two Ls; MTN's has one. */
const paidWord = ({ provider, kind }: Row): string =>
  provider === 'OM_CMR' || kind === 'disburse' ? 'SUCCESSFULL' : 'SUCCESSFUL'

function wordOf(row: Row): string {
  if (row.status === 'pending') return 'PENDING'
  if (row.status === 'succeeded') return paidWord(row)
  return row.reason === 'expired' ? 'EXPIRED' : row.reason === 'cancelled' ? 'CANCELLED' : 'FAILED'
}

const view = (row: Row, minor: bigint = BigInt(row.amount_minor)) => ({
  status: wordOf(row),
  MessageId: row.provider_reference,
  order_id: row.reference,
  amount: formatAmount(minor, row.currency),
  currency: row.currency,
  subscriberMsisdn: row.msisdn.slice(3),
  ...(row.receipt === null ? {} : { txnid: row.receipt }),
})

export const yNote: Vendor = {
  name: NAME,
  promptMs: 300_000,
  prompt: (_, amount) => `Paiement de ${amount} a PAYNOTE. Tapez votre code secret`,
  receipt: () => `MP${randomDigits(6)}.${randomDigits(4)}`,
  tell: async (row, minor) => ({
    method: 'POST',
    contentType: 'application/json',
    body: JSON.stringify({ ErrorCode: 200, status: wordOf(row), parameters: view(row, minor) }),
  }),
}

const fault: SimReply = {
  status: 401,
  body: { fault: { code: '900901', message: 'Invalid Credentials', description: 'Access failure' } },
}
const bad = (message: string): SimReply => ({ status: 400, body: { ErrorCode: 400, ErrorMessage: message } })

const isHer = ({ secrets }: Account, fields: Fields): boolean =>
  fields.customerkey === secrets.customerKey && fields.customersecret === secrets.customerSecret

/** Amounts are text of whole francs. */
const amountOf = (value: unknown): bigint | undefined => {
  const minor = typeof value === 'string' ? parseAmount(value, 'XAF') : undefined
  return minor === 0n ? undefined : minor
}

const queued = (row: Row): SimReply => ({
  status: 200,
  body: {
    StatusCode: 200,
    body: 'Pay Request Accepted',
    ErrorMessage: '',
    parameters: { ...row.details, MessageId: row.provider_reference },
  },
})

async function collect(house: House, request: SimRequest): Promise<SimReply> {
  const account = await bearer(house, NAME, request.headers.authorization)
  if (account === undefined) return fault
  const fields = inside(objectOf(request.body) ?? {}, 'API_MUT')
  if (!isHer(account, fields)) return bad('customerkey')
  const [method, number, order, url] = [
    fields.PaiementMethod,
    fields.subscriberMsisdn,
    fields.order_id,
    fields.notifUrl,
  ].map(value => textOf(value) ?? '')
  if (!METHODS[method ?? '']?.test(number ?? '')) return bad('subscriberMsisdn')
  const minor = amountOf(fields.amount)
  if (minor === undefined) return bad('amount')
  if (!order || !URL.canParse(url ?? '')) return bad('order_id, notifUrl')
  const row = await place(house, yNote, {
    ...{
      account: account.account,
      kind: 'collect',
      msisdn: `237${number}`,
      minor,
      currency: 'XAF',
      reference: order,
    },
    ...{
      provider_reference: randomUUID(),
      provider: String(method),
      callbackUrl: String(url),
      details: { operation: `${method} collection`, order_id: order },
    },
  })
  return row === undefined ? bad('order_id was used') : queued(row)
}

async function payOut(house: House, request: SimRequest): Promise<SimReply> {
  const account = await bearer(house, NAME, request.headers.authorization)
  if (account === undefined) return fault
  const fields = objectOf(request.body) ?? {}
  if (!isHer(account, fields)) return bad('customerkey')
  if (fields.channelUserMsisdn !== account.secrets.channelMsisdn || fields.pin !== account.secrets.pin)
    return bad('channelUserMsisdn, pin')
  const number = textOf(fields.final_customer_phone) ?? ''
  if (fields.refund_method !== 'OrangeMoney' || !METHODS.OM_CMR?.test(number))
    return bad('refund_method, final_customer_phone')
  if (!textOf(fields.final_customer_name) || !['Yes', 'No'].includes(String(fields.fees_included)))
    return bad('final_customer_name, fees_included')
  const minor = amountOf(fields.amount)
  // in steps of five francs: Orange's rule for payouts
  if (minor === undefined || minor % 5n !== 0n) return bad('amount')
  const row = await place(house, yNote, {
    ...{ account: account.account, kind: 'disburse', msisdn: `237${number}`, minor, currency: 'XAF' },
    ...{
      provider_reference: randomUUID(),
      provider: 'OM_CMR',
      callbackUrl: String(fields.webhook),
      details: { operation: 'refund' },
    },
  })
  return row === undefined
    ? bad('again')
    : { status: 200, body: { ErrorCode: 200, MessageId: row.provider_reference } }
}

async function statusOf(
  house: House,
  request: SimRequest,
  row: Row | undefined,
  method: string,
): Promise<SimReply> {
  const account = await bearer(house, NAME, request.headers.authorization)
  if (account === undefined) return fault
  const fields = objectOf(request.body) ?? {}
  if (!isHer(account, fields)) return bad('customerkey')
  if (method === 'OM_CMR' ? fields.payment_method !== method : fields.payment_method !== undefined)
    return bad('payment_method')
  if (row === undefined || row.account !== account.account || row.provider !== method)
    return { status: 200, body: { ErrorCode: 404, body: 'message_id' } }
  return { status: 200, body: { ErrorCode: 200, body: 'Pay Request Accepted', parameters: view(row) } }
}

/** Step 1: in the queue; step 2: Orange has answered. */
async function payoutStatus(house: House, request: SimRequest, row: Row | undefined): Promise<SimReply> {
  const account = await bearer(house, NAME, request.headers.authorization)
  if (account === undefined) return fault
  if (row === undefined || row.account !== account.account)
    return { status: 200, body: { ErrorCode: 404, body: 'MessageId' } }
  if (row.status === 'pending')
    return { status: 200, body: { RefundStep: '1', MessageId: row.provider_reference } }
  if (row.status === 'failed')
    return {
      status: 200,
      body: { ErrorCode: 5019, body: 'refund failed', MessageId: row.provider_reference },
    }
  return {
    status: 200,
    body: { RefundStep: '2', MessageId: row.provider_reference, result: { data: view(row) } },
  }
}

const queueId = ({ body, params }: SimRequest): string => params.id ?? fieldOf(body, 'message_id') ?? ''
const aboutOf = ({ body }: SimRequest): string | undefined => {
  const number = fieldOf(body, 'API_MUT', 'subscriberMsisdn') ?? fieldOf(body, 'final_customer_phone')
  return number === undefined ? undefined : `237${number}`
}

export function yNoteRoutes(house: House): Route[] {
  const base = `/${NAME}/prod`
  const find = (request: SimRequest) => rowBy(house, NAME, { provider_reference: queueId(request) })
  return [
    tokenRoute(house, NAME, `/${NAME}/oauth2/token`),
    moneyRoute(house, NAME, `${base}/webpayment`, aboutOf, request => collect(house, request)),
    moneyRoute(house, NAME, `${base}/refund`, aboutOf, request => payOut(house, request)),
    queryRoute(house, NAME, 'POST', `${base}/webpayment/status`, find, (request, row) =>
      statusOf(house, request, row, 'OM_CMR'),
    ),
    queryRoute(house, NAME, 'POST', `${base}/webpaymentmtn/status`, find, (request, row) =>
      statusOf(house, request, row, 'MTN_CMR'),
    ),
    queryRoute(house, NAME, 'GET', `${base}/refund/status/:id`, find, (request, row) =>
      payoutStatus(house, request, row),
    ),
  ]
}
