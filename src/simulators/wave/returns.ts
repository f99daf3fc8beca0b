import type { Route, SimReply } from '../kit/http.ts'
import { after } from '../kit/numbers.ts'
import { spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { type Answer, keyed } from './auth.ts'
import { type House, type Kind, lockRow, type Right, type Row, rowBy, TABLE, WAVE, wallets } from './house.ts'
import { giveBack, newId } from './moves.ts'
import { DONE, refusal } from './replies.ts'

/**
 * A session's payment, or a payout, goes back: whole, with its fee, once, however often it is asked for.
 * Source: docs.wave.com, "Checkout API" (refund) and "Payout API" (reverse).
 */

const DAYS_MS = 3 * 24 * 3_600_000

type Return = {
  readonly kind: Kind
  readonly right: Right
  readonly path: string
  readonly notFound: SimReply
  /** Why it cannot go back; undefined where it can be tried. */
  readonly against: (row: Row, at: Date) => SimReply | undefined
  /** Why it could not: one of the two had not got it. */
  readonly failed: (row: Row) => Promise<SimReply>
}

const refund = (): Return => ({
  kind: 'collect',
  right: 'checkout',
  path: '/v1/checkout/sessions/:id/refund',
  notFound: refusal(404, 'checkout-session-not-found', 'There is no such session'),
  against: row =>
    row.status === 'succeeded'
      ? undefined
      : refusal(400, 'checkout-refund-failed', 'Only a payment that succeeded can go back'),
  failed: async () => refusal(422, 'insufficient-funds', 'The wallet has not enough money for the refund'),
})

const reversal = ({ db }: House): Return => ({
  kind: 'disburse',
  right: 'payout',
  path: '/v1/payout/:id/reverse',
  notFound: refusal(404, 'not-found', 'There is no such payout'),
  against(row, at) {
    if (row.status !== 'succeeded') return refusal(409, 'payout-not-reversible', 'The payout did not succeed')
    return at > after(row.created_at, DAYS_MS)
      ? refusal(422, 'payout-reversal-time-limit-exceeded', 'A payout can be reversed for three days')
      : undefined
  },
  failed: async row =>
    (await wallets.find(db, row.msisdn, row.currency)) === undefined
      ? refusal(422, 'payout-reversal-account-terminated', 'The account is no more')
      : refusal(422, 'insufficient-funds', 'The recipient has not got it any more'),
})

const sendBack =
  (house: House, { kind, notFound, against, failed }: Return): Answer =>
  async ({ params }, { business }) => {
    const reply = await house.db.transaction(async (trx): Promise<SimReply | Row> => {
      const row = await lockRow(trx, params.id ?? '')
      if (row === undefined || row.kind !== kind || row.business !== business) return notFound
      if (row.refunded_by !== null) return DONE
      const at = house.clock.now()
      const refused = against(row, at)
      if (refused !== undefined) return refused
      if (!(await giveBack(trx, row, at))) return row
      const provider_reference = newId('rf')
      const done = { status: kind === 'disburse' ? 'reversed' : row.status, refunded_by: provider_reference }
      await trx(TABLE)
        .where({ id: row.id })
        .update({ ...done, reversed_at: kind === 'disburse' ? at : null })
      await trx(TABLE).insert(returnOf(row, provider_reference, at))
      return DONE
    })
    return typeof reply === 'object' && 'kind' in reply ? failed(reply) : reply
  }

/** The truth keeps it as a movement of its own. */
const returnOf = (row: Row, provider_reference: string, at: Date): Partial<Row> => ({
  kind: 'refund',
  status: 'succeeded',
  business: row.business,
  provider_reference,
  msisdn: row.msisdn,
  amount_minor: row.amount_minor,
  currency: row.currency,
  fee_minor: row.fee_minor,
  created_at: at,
  completed_at: at,
  original: row.provider_reference,
})

export const returnRoutes = (house: House): Route[] =>
  [refund(), reversal(house)].map(way =>
    spoilable(
      house.faults,
      {
        simulator: WAVE,
        kinds: WIRE_FAULTS,
        about: async ({ params }) => (await rowBy(house.db, params.id ?? ''))?.msisdn,
      },
      keyed(house, way.right, 'POST', way.path, sendBack(house, way)),
    ),
  )
