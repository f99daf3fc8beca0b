import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { fieldOf, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { authorised } from './auth.ts'
import { AIRTEL, APPS, type App, type House, type Row, TABLE } from './house.ts'
import { moveBack, newReceipt } from './life.ts'
import { answer, refused, routed } from './replies.ts'
import { isSigned } from './secrets.ts'

/** `POST /standard/{version}/payments/refund`: a whole payment goes back, once, by Airtel's own name for it. */

const receiptIn = ({ body }: SimRequest): string | undefined =>
  fieldOf(body, 'transaction', 'airtel_money_id')

async function giveBack({ db, clock, faults }: House, app: App, receipt: string): Promise<SimReply> {
  const { client_id } = app
  const known: Row | undefined = await db(TABLE).where({ receipt, client_id, kind: 'collect' }).first()
  if (known === undefined) return refused('DP00800001025')
  const isPoor = (await faults.strike(AIRTEL, ['no-float'], known.msisdn)) !== undefined
  return db.transaction(async trx => {
    const row: Row = await trx(TABLE).where({ id: known.id }).forUpdate().first()
    if (row.status !== 'succeeded') return refused('DP00800001008')
    const balance: App = await trx(APPS).where({ client_id }).forUpdate().first()
    if (isPoor || BigInt(balance.balance_minor) < BigInt(row.amount_minor) || !(await moveBack(trx, row)))
      return refused('DP00800001007')
    const at = clock.now()
    const reference = `refund${row.id}`
    await trx(TABLE).insert({
      ...{ kind: 'refund', status: 'succeeded', word: 'TS', code: 'DP00800001001', reference },
      ...{ client_id, msisdn: row.msisdn, amount_minor: row.amount_minor, currency: row.currency },
      ...{
        shown: row.shown,
        receipt: newReceipt({ kind: 'refund', reference }, at),
        original: row.reference,
      },
      ...{ created_at: at, completed_at: at },
    })
    await trx(TABLE)
      .where({ id: row.id })
      .update({ status: 'reversed', word: 'TR', reversed_at: at, refunded_by: reference })
    return answer('DP00800001006', { transaction: { airtel_money_id: receipt, status: 'Success.' } })
  })
}

export function refundRoute(house: House): Route {
  const about = async (request: SimRequest): Promise<string | undefined> =>
    (
      await house
        .db(TABLE)
        .where({ receipt: receiptIn(request) ?? '' })
        .first()
    )?.msisdn
  const route = authorised(house, 'POST', '/standard/:version/payments/refund', (request, app) => {
    if (!isSigned(request, app)) return refused('DP00800001026')
    const receipt = receiptIn(request)
    return receipt === undefined ? routed('ROUTER003') : giveBack(house, app, receipt)
  })
  return spoilable(house.faults, { simulator: AIRTEL, kinds: WIRE_FAULTS, about }, route)
}
