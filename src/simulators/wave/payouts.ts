import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import type { Route, SimReply } from '../kit/http.ts'
import { after } from '../kit/numbers.ts'
import { fieldOf, QUERY_FAULTS, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { type Answer, fieldsOf, keyed } from './auth.ts'
import { DELAY_MS, LATER, NEVER, OF_A_PAYOUT, UNREACHABLE } from './faults.ts'
import { type Business, type House, lockRow, type Row, rowBy, TABLE, WAVE, wallets } from './house.ts'
import { planReversal } from './life.ts'
import { feeOf, lockBusiness, newId, payOut, transactionId } from './moves.ts'
import { invalid, refusal } from './replies.ts'
import { payoutView } from './session-view.ts'
import { createReader } from './validate.ts'

/** `/v1/payout`: decided at once, but for a fault. Source: docs.wave.com, "Payout API". */

const MESSAGES: Readonly<Record<string, string>> = {
  'insufficient-funds': 'The wallet has not enough money for the amount and the fee',
  'recipient-account-inactive': 'The recipient has no active account',
}
const refused = (code: string): SimReply =>
  refusal(422, code, MESSAGES[code] ?? 'The recipient may not be paid')

type Wanted = Partial<Row> & {
  readonly idempotency_key: string
  readonly digest: string
  readonly msisdn: string
}

const order =
  (house: House): Answer =>
  async (request, business) => {
    const read = fieldsOf(request)
    if ('reply' in read) return read.reply
    const idempotency_key = request.headers['idempotency-key']
    if (!idempotency_key) return refusal(400, 'request-validation-error', 'Idempotency-Key is missing')
    const reader = createReader(read.fields, business)
    reader.terms()
    const minor = reader.amount('receive_amount', true)
    const msisdn = reader.mobile('mobile')
    const name = reader.text('name', 255)
    const reference = reader.text('client_reference', 255)
    for (const [field, max] of [
      ['national_id', 255],
      ['payment_reason', 40],
    ] as const)
      reader.text(field, max)
    const wrong = reader.refused()
    if (wrong !== undefined) return wrong
    if (!msisdn.startsWith(business.country))
      return refusal(400, 'country-mismatch', 'The recipient is in another country')
    const digest = createHash('sha256').update(request.body).digest('hex')
    return take(house, business, {
      ...{ idempotency_key, digest, msisdn, name, reference },
      kind: 'disburse',
      status: 'pending',
      business: business.business,
      provider_reference: newId('pt'),
      amount_minor: minor.toString(),
      currency: business.currency,
      fee_minor: feeOf(business, minor).toString(),
      created_at: house.clock.now(),
    })
  }

/** The same key and body have the same answer, and pay once; what was refused has left nothing behind. */
async function take(house: House, business: Business, wanted: Wanted): Promise<SimReply> {
  const { idempotency_key, digest, msisdn } = wanted
  const known = () =>
    house.db(TABLE).where({ business: business.business, idempotency_key }).first() as Promise<
      Row | undefined
    >
  const again = (row: Row): SimReply =>
    row.digest === digest
      ? { status: 200, body: payoutView(row) }
      : refusal(409, 'idempotency-mismatch', 'The key was used with another body')
  const before = await known()
  if (before !== undefined) return again(before)
  const fate = await house.faults.strike(WAVE, [...Object.keys(OF_A_PAYOUT), ...LATER], msisdn)
  const code = OF_A_PAYOUT[fate ?? '']
  if (code !== undefined) return refused(code)
  const tellings = await house.faults.strikeEach(WAVE, ['reversed-later'], msisdn)
  const kept = { ...wanted, scripted: fate ?? null, tellings: tellings.map(({ kind }) => kind) }
  return house.db.transaction(async trx => {
    // one after the other for one wallet: two requests with one key are one payout
    await lockBusiness(trx, business.business)
    const [row]: Row[] = await trx(TABLE).insert(kept).onConflict().ignore().returning('*')
    if (row === undefined) return again((await known()) as Row)
    if (row.scripted !== null) {
      await decideLater(house, row, trx)
      return { status: 200, body: payoutView(row) }
    }
    const ended = await settle(house, row, trx)
    if (typeof ended !== 'string') return { status: 200, body: payoutView(ended) }
    await trx(TABLE).where({ id: row.id }).delete()
    return refused(ended)
  })
}

async function decideLater({ jobs }: House, row: Row, trx: Knex.Transaction): Promise<void> {
  if (row.scripted === NEVER) return
  const payload = { reference: row.provider_reference }
  await jobs.plan({ simulator: WAVE, kind: 'decide', payload, dueAt: after(row.created_at, DELAY_MS) }, trx)
}

/** Pays, or says why not. */
async function settle(house: House, row: Row, trx: Knex.Transaction): Promise<Row | string> {
  if (row.scripted === UNREACHABLE || (await wallets.find(trx, row.msisdn, row.currency)) === undefined)
    return 'recipient-account-inactive'
  const when = { at: house.clock.now(), transactionId: transactionId() }
  if (!(await payOut(trx, row, when))) return 'insufficient-funds'
  const [paid]: Row[] = await trx(TABLE)
    .where({ id: row.id })
    .update({ status: 'succeeded', receipt: when.transactionId, completed_at: when.at })
    .returning('*')
  if (paid === undefined) throw new Error('a payout was not kept')
  await planReversal(house, paid, trx)
  return paid
}

/** What was taken and not decided at once. */
export async function decide(house: House, reference: string): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lockRow(trx, reference)
    if (row?.status !== 'pending') return
    const ended = await settle(house, row, trx)
    if (typeof ended === 'string')
      await trx(TABLE)
        .where({ id: row.id })
        .update({ status: 'failed', reason: ended, completed_at: house.clock.now() })
  })
}

export function payoutRoutes(house: House): Route[] {
  const own = ({ business }: Business, where: Partial<Row>): Promise<Row[]> =>
    house
      .db(TABLE)
      .where({ kind: 'disburse', business, ...where })
      .orderBy('id', 'desc')
      .limit(100)
  const numberOf = async (id: string): Promise<string | undefined> => (await rowBy(house.db, id))?.msisdn
  const asked = (route: Route): Route =>
    spoilable(
      house.faults,
      { simulator: WAVE, kinds: QUERY_FAULTS, about: ({ params }) => numberOf(params.id ?? '') },
      route,
    )
  return [
    spoilable(
      house.faults,
      { simulator: WAVE, kinds: WIRE_FAULTS, about: ({ body }) => fieldOf(body, 'mobile') },
      keyed(house, 'payout', 'POST', '/v1/payout', order(house)),
    ),
    asked(
      keyed(house, 'payout', 'GET', '/v1/payouts/search', async ({ query }, business) => {
        const reference = query.get('client_reference')
        if (!reference) return invalid('client_reference', 'is missing')
        return { status: 200, body: { result: (await own(business, { reference })).map(payoutView) } }
      }),
    ),
    asked(
      keyed(house, 'payout', 'GET', '/v1/payout/:id', async ({ params }, business) => {
        const [row] = await own(business, { provider_reference: params.id ?? '' })
        return row === undefined
          ? refusal(404, 'not-found', 'There is no such payout')
          : { status: 200, body: payoutView(row) }
      }),
    ),
  ]
}
