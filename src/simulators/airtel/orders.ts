import type { FATES } from '../kit/fates.ts'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { fieldOf, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { authorised } from './auth.ts'
import { ASKED, AT_ONCE, type Course, OF_A_COLLECTION, OF_A_PAYOUT, refusal } from './codes.ts'
import { AIRTEL, APPS, type App, type House, type Row, TABLE, wallets } from './house.ts'
import { keep, type Ordered } from './keep.ts'
import { settle } from './life.ts'
import { answer, refused, routed } from './replies.ts'
import { isSigned, pinFault } from './secrets.ts'
import { collectionOf, type Fault, payoutOf, type Wanted } from './validate.ts'

export const COLLECTION_FATES = Object.keys(OF_A_COLLECTION)
export const PAYOUT_FATES = Object.keys(OF_A_PAYOUT)

const isBeyond = (minor: bigint, { min_minor, max_minor }: App): 'below' | 'above' | undefined => {
  if (minor < BigInt(min_minor)) return 'below'
  return max_minor !== null && minor > BigInt(max_minor) ? 'above' : undefined
}

async function collectionCourse({ db, faults }: House, app: App, wanted: Wanted): Promise<Course> {
  const beyond = isBeyond(wanted.minor, app)
  if (beyond !== undefined) return refusal(beyond === 'below' ? '004' : '003')
  const fate = await faults.strike(AIRTEL, COLLECTION_FATES, wanted.msisdn)
  if (fate !== undefined) return OF_A_COLLECTION[fate as (typeof FATES)[number]]
  return (await wallets.find(db, wanted.msisdn, app.currency)) === undefined ? refusal('010') : ASKED
}

async function payoutCourse({ faults }: House, app: App, wanted: Wanted): Promise<Course> {
  if (isBeyond(wanted.minor, app) !== undefined) return refusal('004')
  const fate = await faults.strike(AIRTEL, PAYOUT_FATES, wanted.msisdn)
  return OF_A_PAYOUT[fate ?? ''] ?? AT_ONCE
}

type Order = {
  readonly kind: Ordered
  readonly party: 'subscriber' | 'payee'
  readonly path: string
  readonly read: (request: SimRequest, app: App) => Wanted | Fault
  readonly courseOf: (house: House, app: App, wanted: Wanted) => Promise<Course>
  readonly duplicate: string
  readonly forbidden: string
}

const COLLECTION: Order = {
  kind: 'collect',
  party: 'subscriber',
  path: '/merchant/:version/payments',
  read: collectionOf,
  courseOf: collectionCourse,
  duplicate: 'ESB000041',
  forbidden: 'DP00800001026',
}

const PAYOUT: Order = {
  kind: 'disburse',
  party: 'payee',
  path: '/standard/:version/disbursements',
  read: payoutOf,
  courseOf: payoutCourse,
  duplicate: 'DP00900001017',
  forbidden: 'DP00900001016',
}

/** What a transaction says of itself to whoever ordered it. */
function said(row: Row): SimReply {
  const { kind, reference: id, word: status, code, receipt } = row
  if (status === 'TF') return refused(code, { transaction: { id, status } })
  if (kind === 'collect') return answer(code, { transaction: { id, status: 'Success.' } })
  const names = receipt === null ? {} : { reference_id: row.id.padStart(11, '1'), airtel_money_id: receipt }
  const open = /0(00|14)$/.test(code)
  const transaction = { ...names, id, status }
  return open ? refused(code, { transaction }) : answer(code, { transaction })
}

async function take(house: House, order: Order, request: SimRequest, app: App): Promise<SimReply> {
  if (!isSigned(request, app)) return refused(order.forbidden)
  const wanted = order.read(request, app)
  if ('fault' in wanted)
    return wanted.fault.startsWith('ROUTER') ? routed(wanted.fault) : refused(wanted.fault)
  if ('pin' in wanted) {
    const fault = pinFault(String(wanted.pin), app)
    if (fault !== undefined) return routed(fault)
  }
  const { client_id } = app
  const known = await house.db(TABLE).where({ client_id, reference: wanted.reference }).first('id')
  if (known !== undefined) return refused(order.duplicate)
  const course = await order.courseOf(house, app, wanted)
  const row = await keep(house, order.kind, app, wanted, course)
  if (row === undefined) return refused(order.duplicate)
  if (row.kind === 'collect' && row.tellings.includes('callback-first')) {
    await settle(house, row.id, { kind: 'self' })
    await house.callbacks.sendNow(AIRTEL, row.id)
  }
  return said(row)
}

/** Whom an order is about, with the code of the country that it is for, and without trusting its form. */
async function numberIn({ db }: House, { party }: Order, { headers, body }: SimRequest): Promise<string> {
  const app: App | undefined = await db(APPS)
    .where({ country: headers['x-country'] ?? '' })
    .first()
  return `${app?.calling_code}${fieldOf(body, party, 'msisdn')}`
}

/** `POST /merchant/{version}/payments/` and `POST /standard/{version}/disbursements/`, both versions alike. */
export const orderRoutes = (house: House): Route[] =>
  [COLLECTION, PAYOUT].map(order =>
    spoilable(
      house.faults,
      {
        simulator: AIRTEL,
        kinds: WIRE_FAULTS,
        about: request => numberIn(house, order, request),
      },
      authorised(house, 'POST', order.path, (request, app) => take(house, order, request, app)),
    ),
  )
