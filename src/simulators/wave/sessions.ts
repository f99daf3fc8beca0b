import type { Route, SimReply } from '../kit/http.ts'
import { after } from '../kit/numbers.ts'
import { fieldOf, QUERY_FAULTS, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { type Answer, fieldsOf, keyed } from './auth.ts'
import { OF_A_PAYMENT, TELLINGS } from './faults.ts'
import { forge } from './hooks.ts'
import { type Business, type House, type Row, rowBy, TABLE, WAVE } from './house.ts'
import { expire } from './life.ts'
import { feeOf, newId } from './moves.ts'
import { DONE, refusal } from './replies.ts'
import { sessionView } from './session-view.ts'
import { createReader } from './validate.ts'

/** `/v1/checkout/sessions`: a link that a customer opens. Source: docs.wave.com, "Checkout API". */

/** A session lives half an hour. */
const LIFE_MS = 30 * 60_000

const notFound = refusal(404, 'checkout-session-not-found', 'There is no such session')

const openSession =
  (house: House): Answer =>
  async (request, business) => {
    const read = fieldsOf(request)
    if ('reply' in read) return read.reply
    const reader = createReader(read.fields, business)
    reader.terms()
    const minor = reader.amount('amount')
    const [success_url, error_url] = [reader.page('success_url'), reader.page('error_url')]
    const reference = reader.text('client_reference', 255)
    const restricted = read.fields.restrict_payer_mobile != null
    const msisdn = restricted ? reader.mobile('restrict_payer_mobile') : ''
    const refused = reader.refused()
    if (refused !== undefined) return refused
    const at = house.clock.now()
    const fate = await house.faults.strike(WAVE, Object.keys(OF_A_PAYMENT), msisdn)
    const tellings = await house.faults.strikeEach(WAVE, TELLINGS, msisdn)
    const row = await keep(house, business, {
      kind: 'collect',
      status: 'pending',
      business: business.business,
      provider_reference: newId('cos'),
      msisdn,
      amount_minor: minor.toString(),
      currency: business.currency,
      fee_minor: feeOf(business, minor).toString(),
      created_at: at,
      expires_at: after(at, LIFE_MS),
      ...{ reference, restricted, success_url, error_url },
      scripted: fate ?? null,
      tellings: tellings.map(({ kind }) => kind),
    })
    return { status: 200, body: sessionView(row, business) }
  }

/** Nothing is asked of anybody yet: her phone is asked when she opens the link. */
function keep(house: House, business: Business, session: Partial<Row>): Promise<Row> {
  return house.db.transaction(async trx => {
    const [row]: Row[] = await trx(TABLE).insert(session).returning('*')
    if (row === undefined) throw new Error('a session was not kept')
    const payload = { reference: row.provider_reference }
    const dueAt = row.expires_at ?? row.created_at
    await house.jobs.plan({ simulator: WAVE, kind: 'expire', payload, dueAt }, trx)
    if (row.tellings.includes('forged')) await forge(house, business, row, trx)
    return row
  })
}

/** Sessions of this wallet, by whatever Wave or the client calls them. */
const own = ({ db }: House, { business }: Business, where: Partial<Row>): Promise<Row[]> =>
  db(TABLE)
    .where({ kind: 'collect', business, ...where })
    .orderBy('id', 'desc')
    .limit(100)

export function sessionRoutes(house: House): Route[] {
  const path = '/v1/checkout/sessions'
  const numberOf = async (id: string): Promise<string | undefined> => (await rowBy(house.db, id))?.msisdn
  const asked = (route: Route): Route =>
    spoilable(
      house.faults,
      { simulator: WAVE, kinds: QUERY_FAULTS, about: ({ params }) => numberOf(params.id ?? '') },
      route,
    )
  const shown = (business: Business, [row]: readonly Row[]): SimReply =>
    row === undefined ? notFound : { status: 200, body: sessionView(row, business) }
  return [
    spoilable(
      house.faults,
      { simulator: WAVE, kinds: WIRE_FAULTS, about: ({ body }) => fieldOf(body, 'restrict_payer_mobile') },
      keyed(house, 'checkout', 'POST', path, openSession(house)),
    ),
    asked(
      keyed(house, 'checkout', 'GET', `${path}/search`, async ({ query }, business) => {
        const reference = query.get('client_reference')
        if (!reference) return refusal(400, 'request-validation-error', 'client_reference is missing')
        const rows = await own(house, business, { reference })
        return { status: 200, body: { result: rows.map(row => sessionView(row, business)) } }
      }),
    ),
    asked(
      keyed(house, 'checkout', 'GET', path, async ({ query }, business) =>
        shown(business, await own(house, business, { receipt: query.get('transaction_id') ?? '' })),
      ),
    ),
    asked(
      keyed(house, 'checkout', 'GET', `${path}/:id`, async ({ params }, business) =>
        shown(business, await own(house, business, { provider_reference: params.id ?? '' })),
      ),
    ),
    keyed(house, 'checkout', 'POST', `${path}/:id/expire`, async ({ params }, business) => {
      const [row] = await own(house, business, { provider_reference: params.id ?? '' })
      if (row === undefined) return notFound
      return (await expire(house, row.provider_reference))
        ? DONE
        : refusal(409, 'checkout-session-not-open', 'The session is complete or expired')
    }),
  ]
}
