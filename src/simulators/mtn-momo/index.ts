import { ensureSchema } from '../kit/database.ts'
import { FATES, TELLINGS } from '../kit/fates.ts'
import { mounted, type Route } from '../kit/http.ts'
import { digitsOnly } from '../kit/numbers.ts'
import { page, transactionView } from '../kit/views.ts'
import type { WalletSeed } from '../kit/wallets.ts'
import { QUERY_FAULTS, WIRE_FAULTS } from '../kit/wire.ts'
import { tokenRoute } from './auth.ts'
import { type Environment, type House, MTN, type RequestRow, STATEMENTS, wallets } from './house.ts'
import { reverse, settle } from './life.ts'
import { readRoutes } from './reads.ts'
import { requestToPayRoute } from './request-to-pay.ts'

export type MtnMomoSeed = {
  readonly users: readonly {
    readonly apiUser: string
    readonly apiKey: string
    readonly subscriptionKey: string
    readonly providerCallbackHost: string
    readonly environment: Environment
  }[]
  readonly wallets: readonly WalletSeed[]
}

function viewRoutes({ db }: House): Route[] {
  return [
    {
      method: 'GET',
      path: '/providers/mtn-momo/transactions',
      handle: ({ query }) =>
        page<RequestRow>(db('sim_mtn_momo.transactions'), query, row => ({
          reference: row.reference,
          ...transactionView(row),
          ...(row.reason === null ? {} : { reason: row.reason }),
          externalId: row.external_id,
        })),
    },
    {
      method: 'GET',
      path: '/providers/mtn-momo/wallets',
      handle: async ({ query }) => {
        const data = await wallets.list(db, digitsOnly(query.get('msisdn') ?? ''))
        return { status: 200, body: { data, next: null } }
      },
    },
  ]
}

/** MTN MoMo's Collections product, in the country's production environment and in the sandbox. */
export async function createMtnMomoSimulator(house: House) {
  const { db, jobs, handset } = house
  await ensureSchema(db, 'sim_mtn_momo', STATEMENTS)
  jobs.on(MTN, 'end', async ({ reference }) => settle(house, String(reference), { kind: 'timeout' }))
  jobs.on(MTN, 'reverse', async ({ reference }) => reverse(house, String(reference)))
  handset.on(MTN, (reference, answer) => settle(house, reference, answer))
  const api = [tokenRoute(house), requestToPayRoute(house), ...readRoutes(house)]
  return {
    routes: [...mounted('/mtn-momo', api), ...viewRoutes(house)],
    kinds: [...FATES, ...TELLINGS, ...WIRE_FAULTS, ...QUERY_FAULTS],
    async seed(seed: MtnMomoSeed) {
      for (const user of seed.users)
        await db('sim_mtn_momo.api_users')
          .insert({
            api_user: user.apiUser,
            api_key: user.apiKey,
            subscription_key: user.subscriptionKey,
            product: 'collection',
            provider_callback_host: user.providerCallbackHost,
            environment: user.environment,
          })
          .onConflict('api_user')
          .merge()
      await wallets.seed(db, seed.wallets)
    },
  }
}
