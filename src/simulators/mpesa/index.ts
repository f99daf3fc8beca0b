import { ensureSchema } from '../kit/database.ts'
import { FATES, TELLINGS } from '../kit/fates.ts'
import { mounted, type Route } from '../kit/http.ts'
import { digitsOnly } from '../kit/numbers.ts'
import { page, transactionView } from '../kit/views.ts'
import type { WalletSeed } from '../kit/wallets.ts'
import { QUERY_FAULTS, WIRE_FAULTS } from '../kit/wire.ts'
import { registerRoutes } from './c2b.ts'
import { type House, MPESA, type PushRow, STATEMENTS, wallets } from './house.ts'
import { reverse, settle } from './life.ts'
import { tokenRoute } from './oauth.ts'
import { pushRoute } from './push.ts'
import { queryRoute } from './query.ts'

export type MpesaSeed = {
  readonly apps: readonly {
    readonly consumerKey: string
    readonly consumerSecret: string
    readonly shortcode: string
    readonly passkey: string
    readonly environment: 'production' | 'sandbox'
    /** False: the organisation has no rule against the same payment twice within two minutes. */
    readonly refusesTwins?: boolean
  }[]
  readonly wallets: readonly WalletSeed[]
}

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

function viewRoutes({ db }: House): Route[] {
  return [
    {
      method: 'GET',
      path: '/providers/mpesa/transactions',
      handle: ({ query }) =>
        page<PushRow>(db('sim_mpesa.transactions'), query, row => ({
          reference: row.checkout_request_id,
          merchantRequestId: row.merchant_request_id,
          ...transactionView(row),
          ...(row.result_code === null ? {} : { resultCode: row.result_code }),
          shortcode: row.shortcode,
          accountReference: row.account_reference,
        })),
    },
    {
      method: 'GET',
      path: '/providers/mpesa/wallets',
      handle: async ({ query }) => {
        const data = await wallets.list(db, digitsOnly(query.get('msisdn') ?? ''))
        return { status: 200, body: { data, next: null } }
      },
    },
  ]
}

/** Safaricom's Daraja: tokens, STK push and its query, and the C2B twin of a push. */
export async function createMpesaSimulator(house: House) {
  const { db, jobs, handset } = house
  await ensureSchema(db, 'sim_mpesa', STATEMENTS)
  jobs.on(MPESA, 'end', async ({ reference }) => settle(house, String(reference), { kind: 'timeout' }))
  jobs.on(MPESA, 'reverse', async ({ reference }) => reverse(house, String(reference)))
  handset.on(MPESA, (reference, answer) => settle(house, reference, answer))
  const api = [tokenRoute(house), pushRoute(house), queryRoute(house), ...registerRoutes(house)]
  return {
    routes: [...mounted('/mpesa', [...api, ...wrongMethods(api)]), ...viewRoutes(house)],
    kinds: [...FATES, ...TELLINGS, 'c2b-twin', ...WIRE_FAULTS, ...QUERY_FAULTS],
    async seed(seed: MpesaSeed) {
      for (const { consumerKey, consumerSecret, refusesTwins = true, ...app } of seed.apps)
        await db('sim_mpesa.apps')
          .insert({
            ...app,
            consumer_key: consumerKey,
            consumer_secret: consumerSecret,
            refuses_twins: refusesTwins,
          })
          .onConflict('consumer_key')
          .merge()
      await wallets.seed(db, seed.wallets)
    },
  }
}
