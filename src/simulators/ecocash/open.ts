import { mounted, type Route, type SimReply, type SimRequest } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { after } from '../kit/numbers.ts'
import { fieldOf, QUERY_FAULTS, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { FIREWALL } from './eip-bodies.ts'
import { ACCOUNTS, ECOCASH, type House, MERCHANTS, type Merchant, type Row, rowOf } from './house.ts'
import { place } from './life.ts'

/** The Open API (developers.ecocash.co.zw: Payments, Refunds, Transactions Lookup); its error bodies are this simulator's. */

const error = (status: number, message: string): SimReply => ({ status, body: { message } })

type Fields = Readonly<Record<string, unknown>>
type Known = { readonly merchant: Merchant; readonly fields: Fields }

/** The local currency as the portal writes it. */
const CURRENCIES: Readonly<Record<string, string>> = { USD: 'USD', ZiG: 'ZWG' }
const wordOf = (currency: string): string =>
  Object.keys(CURRENCIES).find(word => CURRENCIES[word] === currency) ?? currency

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const NUMBER = /^2637[78]\d{7}$/

function parsed(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined
  } catch {
    return undefined
  }
}

/** The key says which environment it is for, and the path must say the same. */
async function known({ db }: House, request: SimRequest): Promise<Known | SimReply> {
  const key = request.headers['x-api-key']
  const merchant: Merchant | undefined =
    key === undefined ? undefined : await db(MERCHANTS).where({ api_key: key }).first()
  if (merchant === undefined) return error(401, 'No valid API key provided')
  const mode = merchant.environment === 'sandbox' ? 'sandbox' : 'live'
  if (request.params.mode !== mode) return error(403, 'The API key has no permission for this')
  const fields = parsed(request.body)
  const isJson = /^application\/json\b/.test(request.headers['content-type'] ?? '')
  return fields === undefined || !isJson ? error(400, 'a JSON object') : { merchant, fields }
}
const isKnown = (answer: Known | SimReply): answer is Known =>
  typeof answer === 'object' && 'fields' in answer

type Money = { readonly minor: bigint; readonly currency: string }

async function moneyOf({ db }: House, { merchant, fields }: Known): Promise<Money | undefined> {
  const currency = CURRENCIES[String(fields.currency)]
  if (currency === undefined || typeof fields.amount !== 'number') return undefined
  const account = await db(ACCOUNTS).where({ merchant_code: merchant.merchant_code, currency }).first()
  const minor = parseAmount(String(fields.amount), currency)
  return account === undefined || minor === undefined || minor === 0n ? undefined : { minor, currency }
}

const text = (fields: Fields, name: string): string => (typeof fields[name] === 'string' ? fields[name] : '')

/** `POST /api/v2/payment/instant/c2b/{mode}`: taken without a word. */
async function pay(house: House, request: SimRequest): Promise<SimReply> {
  const answer = await known(house, request)
  if (!isKnown(answer)) return answer
  const { merchant, fields } = answer
  const [msisdn, reference] = [text(fields, 'customerMsisdn'), text(fields, 'sourceReference')]
  const money = await moneyOf(house, answer)
  if (!NUMBER.test(msisdn) || !UUID.test(reference) || text(fields, 'reason') === '' || money === undefined)
    return error(400, 'customerMsisdn, amount, reason, currency and sourceReference (a UUID), please')
  const row = await place(house, {
    ...{
      kind: 'collect',
      edition: 'open',
      merchant,
      msisdn,
      reference,
      reference_code: text(fields, 'reason'),
    },
    ...money,
  })
  return row === undefined ? error(409, 'sourceReference was used before') : { status: 200 }
}

/** Zimbabwe's time, without a zone, as the portal shows it. */
const localTime = (at: Date): string => after(at, 7_200_000).toISOString().slice(0, 19).replace('T', ' ')

const STATUSES = { pending: 'PENDING_VALIDATION', succeeded: 'SUCCESS', failed: 'FAILED', reversed: 'FAILED' }

/** `POST /api/v1/transaction/c2b/status/{mode}`: payments only, for nothing is published about asking for refunds. */
async function status(house: House, request: SimRequest): Promise<SimReply> {
  const answer = await known(house, request)
  if (!isKnown(answer)) return answer
  const [msisdn, reference] = [
    text(answer.fields, 'sourceMobileNumber'),
    text(answer.fields, 'sourceReference'),
  ]
  if (!UUID.test(reference)) return error(400, 'sourceReference: a UUID')
  const row = await rowOf(house.db, answer.merchant, { msisdn, reference, kind: 'collect' })
  if (row === undefined) return error(404, 'Transaction not found')
  const amount = Number(formatAmount(BigInt(row.amount_minor), row.currency))
  return {
    status: 200,
    body: {
      amount: { amount, currency: wordOf(row.currency) },
      customerMsisdn: row.msisdn,
      reference: row.reference,
      ecocashReference: row.receipt,
      status: STATUSES[row.status],
      transactionDateTime: localTime(row.completed_at ?? row.created_at),
    },
  }
}

/** Its references are the payment's and the merchant's own, as in the portal's sample: a refund has none. */
function refundObject(row: Row, original: Row, merchant: Merchant): object {
  const amount = Number(formatAmount(BigInt(row.amount_minor), row.currency))
  const word = row.status === 'succeeded' ? 'COMPLETED' : 'FAILED'
  return {
    sourceReference: original.reference,
    callbackUrl: '',
    destinationReferenceCode: original.receipt,
    sourceMobileNumber: row.msisdn,
    transactionStatus: word,
    amount,
    destinationEcocashReference: original.receipt,
    clientMerchantCode: merchant.merchant_code,
    clientMerchantNumber: merchant.merchant_number,
    description: '',
    responseMessage: word,
    currency: wordOf(row.currency),
    paymentAmount: amount,
    ecocashReference: row.reference,
  }
}

/** `POST /api/v2/refund/instant/c2b/{mode}`, in the portal's own spelling. */
async function refund(house: House, request: SimRequest): Promise<SimReply> {
  const answer = await known(house, request)
  if (!isKnown(answer)) return answer
  const { merchant, fields } = answer
  const [msisdn, reference] = [text(fields, 'sourceMobileNumber'), text(fields, 'refundCorelator')]
  const wanted = text(fields, 'origionalEcocashTransactionReference')
  const money = await moneyOf(house, answer)
  const words = text(fields, 'clientName') !== '' && text(fields, 'reasonForRefund') !== ''
  if (!UUID.test(wanted) || reference === '' || !words || money === undefined || !NUMBER.test(msisdn))
    return error(400, 'a field is missing, or origionalEcocashTransactionReference is no UUID')
  const original = await rowOf(house.db, merchant, { reference: wanted, kind: 'collect' })
  if (original === undefined) return error(404, 'Transaction not found')
  const row = await place(house, {
    ...{ kind: 'refund', edition: 'open', merchant, msisdn, reference, original: original.id, ...money },
    reference_code: text(fields, 'reasonForRefund'),
  })
  if (row === undefined) return error(409, 'refundCorelator was used before')
  return { status: 200, body: refundObject(row, original, merchant) }
}

/** The acceptance of a payment has no body to cut. */
function guarded(house: House, kinds: readonly string[], path: string, handle: Route['handle']): Route {
  const about = ({ body }: SimRequest) =>
    fieldOf(body, 'customerMsisdn') ?? fieldOf(body, 'sourceMobileNumber')
  const firewall = kinds.some(kind => kind.startsWith('query-')) ? 'query-firewall' : 'firewall'
  return spoilable(
    house.faults,
    { simulator: ECOCASH, kinds, about },
    {
      method: 'POST',
      path,
      async handle(request) {
        const struck = await house.faults.strike(ECOCASH, [firewall], about(request))
        return struck === undefined ? handle(request) : FIREWALL
      },
    },
  )
}

export const openRoutes = (house: House): Route[] =>
  mounted('/ecocash/api/ecocash_pay/api', [
    guarded(
      house,
      WIRE_FAULTS.filter(kind => kind !== 'cut-json'),
      '/v2/payment/instant/c2b/:mode',
      request => pay(house, request),
    ),
    guarded(house, WIRE_FAULTS, '/v2/refund/instant/c2b/:mode', request => refund(house, request)),
    guarded(house, QUERY_FAULTS, '/v1/transaction/c2b/status/:mode', request => status(house, request)),
  ])
