import { randomUUID } from 'node:crypto'
import type { Route, SimRequest } from '../kit/http.ts'
import { after } from '../kit/numbers.ts'
import { QUERY_FAULTS, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { appOf, isApp } from './auth.ts'
import { type House, ORANGE, type Payment, type PayToken, type Product } from './house.ts'
import { answer, dataOf, plain, refusal, unusedData } from './replies.ts'

/** Orange's pay tokens: how they are made, and what is asked by them. */

/** Nobody says how long an unused token lives; the web page's lives seven to ten minutes. */
const TOKEN_LIFE_MS = 600_000
const PREFIXES = { mp: 'MP', cashin: 'CI' } as const

/** The faults of the line, for `init`: `init-lost-answer`, `init-slow`… */
export const INIT_FAULTS: readonly string[] = WIRE_FAULTS.map(kind => `init-${kind}`)

const isOver = ({ clock }: House, { made_at }: PayToken): boolean =>
  after(made_at, TOKEN_LIFE_MS) <= clock.now()

const tokenBy = ({ db }: House, pay_token: string): Promise<PayToken | undefined> =>
  db('sim_orange_money.pay_tokens').where({ pay_token }).first()
const paymentBy = ({ db }: House, pay_token: string): Promise<Payment | undefined> =>
  db('sim_orange_money.transactions').where({ pay_token }).first()

/** Whether a token can pay: made for this product by this application, still alive, and never used. */
export async function isUsable(
  house: House,
  payToken: string,
  clientId: string,
  product: Product,
): Promise<'yes' | 'used' | 'no'> {
  const token = await tokenBy(house, payToken)
  if (token === undefined || token.client_id !== clientId || token.product !== product) return 'no'
  if (token.used_at !== null) return 'used'
  return isOver(house, token) ? 'no' : 'yes'
}

/** `POST …/init`: a token, and nothing else. */
export function initRoute(house: House, product: Product): Route {
  const { db, clock, faults } = house
  const route: Route = {
    method: 'POST',
    path: `/${product}/init`,
    async handle(request) {
      const app = await appOf(house, request)
      if (!isApp(app)) return app
      const made_at = clock.now()
      const day = made_at.toISOString().slice(2, 10).replaceAll('-', '')
      const digits = randomUUID().replaceAll('-', '').slice(0, 20).toUpperCase()
      const payToken = PREFIXES[product] + day + digits
      await db('sim_orange_money.pay_tokens').insert({
        pay_token: payToken,
        client_id: app.client_id,
        product,
        made_at,
      })
      return answer('Payment request successfully initiated', { payToken })
    },
  }
  return spoilable(faults, { simulator: ORANGE, kinds: INIT_FAULTS, about: () => undefined }, route)
}

const tokenOf = ({ params }: SimRequest): string => params.payToken ?? ''

/** A read by a token of the caller's own; what is not there, or is another's, is refused alike. */
function byToken(
  house: House,
  product: Product,
  path: string,
  read: (token: PayToken, row: Payment | undefined) => ReturnType<typeof answer>,
): Route {
  return {
    method: 'GET',
    path: `/${product}/${path}/:payToken`,
    async handle(request) {
      const app = await appOf(house, request)
      if (!isApp(app)) return app
      const token = await tokenBy(house, tokenOf(request))
      if (token === undefined || token.client_id !== app.client_id || token.product !== product)
        return refusal('90006')
      return read(token, await paymentBy(house, token.pay_token))
    },
  }
}

/** `GET …/paymentstatus/{payToken}`: also of a token that was never used. */
export function statusRoute(house: House, product: Product): Route {
  const about = async (request: SimRequest) => (await paymentBy(house, tokenOf(request)))?.msisdn
  const route = byToken(house, product, 'paymentstatus', (token, row) =>
    answer(
      'Transaction retrieved successfully',
      row === undefined ? unusedData(token, isOver(house, token)) : dataOf(row),
    ),
  )
  return spoilable(house.faults, { simulator: ORANGE, kinds: QUERY_FAULTS, about }, route)
}

/** `GET …/push/{payToken}`: the prompt once more, while it waits. */
export const pushRoute = (house: House, product: Product): Route =>
  byToken(house, product, 'push', (_, row) =>
    row?.status === 'pending'
      ? answer('Push sent to customer', dataOf(row))
      : plain(422, 'nothing to confirm'),
  )
