import { mounted, type Route, type SimReply, type SimRequest } from '../kit/http.ts'
import { fieldOf, QUERY_FAULTS, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { type Code, FIREWALL, NOBODY, refusal, transactionObject } from './eip-bodies.ts'
import { type EipOrder, merchantOf, readOrder } from './eip-order.ts'
import { ECOCASH, type Edition, type House, type Merchant, type Row, rowOf, TABLE } from './house.ts'
import { place } from './life.ts'

const LIST = 100

type What = 'amount' | 'refund'

/** The portal's paths of orders end with a slash, and without it nothing is there. */
const LOST: SimReply = {
  status: 404,
  headers: { 'content-type': 'text/html' },
  body: '<html>404 Not Found</html>',
}

/** Refunds of the portal are refused at once; payonline keeps them, and says FAILED. */
function refundCode(order: EipOrder, original: Row | undefined): Code | undefined {
  if (original === undefined || original.msisdn !== order.msisdn) return 'E008'
  if (original.status !== 'succeeded' || original.refunded_by !== null) return 'E009'
  return order.minor > BigInt(original.amount_minor) ? 'E012' : undefined
}

async function take(house: House, edition: Edition, what: What, request: SimRequest): Promise<SimReply> {
  if (edition === 'portal' && !request.path.endsWith('/')) return LOST
  const merchant = await merchantOf(house, request, edition)
  if ('refused' in merchant) return merchant.refused
  const order = await readOrder(house, request, edition, what, merchant)
  if ('refused' in order) return order.refused
  const { reference, referenceCode, notifyUrl } = order
  const duplicate = refusal(edition, 'E005', 'clientCorrelator')
  if ((await rowOf(house.db, merchant, { reference })) !== undefined) return duplicate
  const original =
    order.original === undefined
      ? undefined
      : await rowOf(house.db, merchant, { receipt: order.original, kind: 'collect' })
  const code = what === 'refund' && edition === 'portal' ? refundCode(order, original) : undefined
  if (code !== undefined) return refusal(edition, code, 'originalEcocashReference')
  const row = await place(house, {
    ...{ kind: what === 'refund' ? 'refund' : 'collect', edition, merchant, reference, notifyUrl },
    ...{ msisdn: order.msisdn, currency: order.currency, minor: order.minor, reference_code: referenceCode },
    original: original?.id,
  })
  if (row === undefined) return duplicate
  return { status: 200, body: transactionObject(row, merchant) }
}

/** Her transactions with this merchant, or one of them by its correlator. */
async function tellOf(house: House, edition: Edition, request: SimRequest): Promise<SimReply> {
  const merchant = await merchantOf(house, request, edition)
  if ('refused' in merchant) return merchant.refused
  const { endUserId: msisdn = '', correlator } = request.params
  if (correlator === undefined) return list(house, merchant, msisdn)
  const row = await rowOf(house.db, merchant, { msisdn, reference: correlator })
  if (row !== undefined) return { status: 200, body: transactionObject({ ...row, edition }, merchant) }
  return edition === 'portal' ? refusal(edition, 'E008', 'clientCorrelator') : NOBODY
}

async function list({ db }: House, merchant: Merchant, msisdn: string): Promise<SimReply> {
  const rows: Row[] = await db(TABLE)
    .where({ merchant_code: merchant.merchant_code, msisdn })
    .orderBy('id', 'desc')
    .limit(LIST)
  return { status: 200, body: rows.map(row => transactionObject(row, merchant)) }
}

/** A route whose line can be spoilt, and in front of which the firewall stands. */
function guarded(house: House, isQuery: boolean, route: Route): Route {
  const about = ({ body, params }: SimRequest) => params.endUserId ?? fieldOf(body, 'endUserId')
  const kinds = isQuery ? QUERY_FAULTS : WIRE_FAULTS
  const spoilt = spoilable(house.faults, { simulator: ECOCASH, kinds, about }, route)
  return {
    ...spoilt,
    async handle(request) {
      const kind = isQuery ? 'query-firewall' : 'firewall'
      const struck = await house.faults.strike(ECOCASH, [kind], about(request))
      return struck === undefined ? spoilt.handle(request) : FIREWALL
    },
  }
}

const routesOf = (house: House, edition: Edition): Route[] => [
  ...(['amount', 'refund'] as const).map(what =>
    guarded(house, false, {
      method: 'POST',
      path: `/transactions/${what}`,
      handle: request => take(house, edition, what, request),
    }),
  ),
  ...['/:endUserId/transactions/amount/:correlator', '/:endUserId/transactions'].map(path =>
    guarded(house, true, { method: 'GET', path, handle: request => tellOf(house, edition, request) }),
  ),
]

/** EIP at the vendor's own paths: the gateway, its preproduction, and the developer portal's sandbox. */
export const eipRoutes = (house: House): Route[] => [
  ...mounted('/ecocash/ecocashGateway/payment/v1', routesOf(house, 'payonline')),
  ...mounted('/ecocash/ecocashGateway-preprod/payment/v1', routesOf(house, 'payonline')),
  ...mounted('/ecocash/sandbox/payment/v1', routesOf(house, 'portal')),
]
