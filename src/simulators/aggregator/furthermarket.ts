import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { parseAmount } from '../kit/money.ts'
import { randomDigits } from '../kit/numbers.ts'
import { QUERY_FAULTS, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { accountOf, type House, type Row, TABLE, type Why } from './house.ts'
import { place, type Vendor } from './life.ts'

/**
 * Furthermarket's Mobile Money Cash Collector: GET, clear text, `1` or `0`, the payment's number and a text, with commas
 * between (furthermarket.com, Developers). Names of parameters differ between its pages and its clients, so their case
 * does not matter here, and `MyAccountID` is known by all its spellings. The texts are this simulator's own.
 */
export const furthermarket: Vendor = {
  name: 'furthermarket',
  promptMs: 300_000,
  prompt: (_, amount) => `Payment of ${amount} to FURTHER MARKET. Enter MoMo PIN to approve`,
  receipt: () => `FM${randomDigits(9)}`,
}

const ACCOUNT_NAMES = ['accountid', 'myaccountid', 'myacountid']
const MAX_XAF = 1_000_000n

const say = (done: 0 | 1, payment: string, text: string): SimReply => ({
  status: 200,
  headers: { 'content-type': 'text/plain' },
  body: `${done},${payment},${text}`,
})

/** By name, whatever its case. */
function reading({ query }: SimRequest): (...names: readonly string[]) => string {
  const fields = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]))
  return (...names) => names.map(name => fields.get(name)).find(value => value !== undefined) ?? ''
}

const TEXTS: Readonly<Record<Why, string>> = {
  'no-account': 'no such phone number',
  'insufficient-funds': 'insufficient funds',
  'wrong-pin': 'rejected by the customer',
  cancelled: 'rejected by the customer',
  expired: 'expired',
  unreachable: 'error on the network',
  'no-float': 'error',
  'payee-refused': 'error',
  'payer-limit': 'error',
  'cannot-go-back': 'error',
}

async function placePayment(house: House, request: SimRequest): Promise<SimReply> {
  const field = reading(request)
  const account = await accountOf(house.db, 'furthermarket', field(...ACCOUNT_NAMES))
  if (account === undefined) return say(0, '0', 'error: account unknown')
  const msisdn = field('phonenumber', 'customerphonenumber')
  if (!/^237[26]\d{8}$/.test(msisdn)) return say(0, '0', 'error: phone number')
  const minor = parseAmount(field('amount'), 'XAF')
  if (minor === undefined || minor === 0n || minor > MAX_XAF) return say(0, '0', 'error: amount')
  const payment = `${8}${randomDigits(8)}`
  await place(house, furthermarket, {
    ...{ account: account.account, kind: 'collect', msisdn, minor, currency: 'XAF' },
    ...{ provider_reference: payment, provider: request.params.operator ?? '' },
  })
  return say(1, payment, 'placed')
}

const find = ({ db }: House, payment: string): Promise<Row | undefined> =>
  db(TABLE).where({ vendor: 'furthermarket', provider_reference: payment }).first()

async function checkPayment(house: House, request: SimRequest): Promise<SimReply> {
  const field = reading(request)
  const account = await accountOf(house.db, 'furthermarket', field(...ACCOUNT_NAMES))
  if (account === undefined) return say(0, '0', 'error: account unknown')
  const payment = field('paymentid')
  const row = await find(house, payment)
  // visible only to payer and receiver: to anybody else it is not there
  if (row === undefined || row.account !== account.account) return say(0, '0', 'error: payment')
  if (row.status === 'succeeded') return say(1, payment, 'ok')
  if (row.status === 'reversed') return say(0, payment, 'error')
  return row.status === 'pending'
    ? say(0, payment, 'pending')
    : say(0, payment, TEXTS[row.reason ?? 'unreachable'])
}

/** Only MTN's half of the path is documented. */
export function furthermarketRoutes(house: House): Route[] {
  const base = '/furthermarket/FM/MTN/MoMo'
  const { faults } = house
  const simulator = furthermarket.name
  return [
    spoilable(
      faults,
      { simulator, kinds: WIRE_FAULTS, about: request => reading(request)('phonenumber') },
      {
        method: 'GET',
        path: `${base}/placepayment`,
        handle: request => placePayment(house, { ...request, params: { operator: 'MTN' } }),
      },
    ),
    spoilable(
      faults,
      {
        simulator,
        kinds: QUERY_FAULTS,
        about: async request => (await find(house, reading(request)('paymentid')))?.msisdn,
      },
      { method: 'GET', path: `${base}/checkpayment`, handle: request => checkPayment(house, request) },
    ),
  ]
}
