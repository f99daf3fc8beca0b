import { ensureSchema } from '../kit/database.ts'
import { FATES, TELLINGS } from '../kit/fates.ts'
import { mounted, type Route } from '../kit/http.ts'
import { QUERY_FAULTS, WIRE_FAULTS } from '../kit/wire.ts'
import { accountRoutes } from './accounts.ts'
import { answerBalance, balanceRoute } from './balance.ts'
import { registerRoutes } from './c2b.ts'
import { customerRoutes } from './customer.ts'
import { type House, MPESA, STATEMENTS } from './house.ts'
import { reverse, settle } from './life.ts'
import { tokenRoute } from './oauth.ts'
import { QUEUE_TIMEOUT, settleOrder } from './orders.ts'
import { payoutRoute } from './payout.ts'
import { pullRoutes } from './pull.ts'
import { pushRoute } from './push.ts'
import { queryRoute } from './query.ts'
import { reversalRoute } from './reversal.ts'
import { type MpesaSeed, seedMpesa } from './seed.ts'
import { ANSWER_FAULTS, answerStatus, statusRoute } from './status.ts'
import { viewRoutes } from './views.ts'

export { CERTIFICATE } from './keys.ts'
export type { MpesaSeed } from './seed.ts'

const ANY_METHOD_BUT = { GET: ['POST', 'PUT', 'DELETE'], POST: ['GET', 'PUT', 'DELETE'] } as const

/** Daraja answers a wrong verb with its own envelope. */
function wrongMethods(routes: readonly Route[]): Route[] {
  return routes.flatMap(({ method, path }) =>
    (method === 'GET' ? ANY_METHOD_BUT.GET : ANY_METHOD_BUT.POST).map(verb => ({
      method: verb,
      path,
      handle: () => ({
        status: 405,
        body: { requestId: '0', errorCode: '405.001', errorMessage: 'Method Not Allowed' },
      }),
    })),
  )
}

/** Safaricom's Daraja: tokens, STK push and its query, payouts, reversals, status queries, and customers who pay by themselves. */
export async function createMpesaSimulator(house: House) {
  const { db, jobs, handset } = house
  await ensureSchema(db, 'sim_mpesa', STATEMENTS)
  jobs.on(MPESA, 'end', async ({ reference }) => settle(house, String(reference), { kind: 'timeout' }))
  jobs.on(MPESA, 'reverse', async ({ reference }) => reverse(house, String(reference)))
  jobs.on(MPESA, 'order', async ({ originatorId }) => settleOrder(house, String(originatorId)))
  jobs.on(MPESA, 'status', async question => answerStatus(house, question))
  jobs.on(MPESA, 'balance', async question => answerBalance(house, question))
  handset.on(MPESA, (reference, answer) => settle(house, reference, answer))
  const customer = customerRoutes(house)
  const api = [
    tokenRoute(house),
    pushRoute(house),
    queryRoute(house),
    payoutRoute(house, 'v3'),
    payoutRoute(house, 'v1'),
    reversalRoute(house),
    statusRoute(house),
    balanceRoute(house),
    ...pullRoutes(house),
    ...registerRoutes(house),
    ...customer.api,
  ]
  return {
    routes: [
      ...mounted('/mpesa', [...api, ...wrongMethods(api)]),
      ...viewRoutes(house),
      ...accountRoutes(house),
      customer.control,
    ],
    kinds: [
      ...FATES,
      ...TELLINGS,
      'c2b-twin',
      'payee-refused',
      QUEUE_TIMEOUT,
      ...WIRE_FAULTS,
      ...QUERY_FAULTS,
      ...ANSWER_FAULTS,
    ],
    seed: (seed: MpesaSeed) => seedMpesa(house, seed),
  }
}
