import { ensureSchema } from '../kit/database.ts'
import { FATES, TELLINGS } from '../kit/fates.ts'
import { mounted } from '../kit/http.ts'
import { amountOf } from '../kit/money.ts'
import type { WalletSeed } from '../kit/wallets.ts'
import { QUERY_FAULTS, WIRE_FAULTS } from '../kit/wire.ts'
import { accountRoutes } from './accounts.ts'
import { MOUNTS, tokenRoute } from './auth.ts'
import { batchRoutes } from './batches.ts'
import { PAYOUT_FATES } from './fates.ts'
import { CLIENTS, GSMA, type House, STATEMENTS, wallets } from './house.ts'
import { reverse, settle } from './life.ts'
import { orderRoutes } from './orders.ts'
import { readRoutes } from './reads.ts'
import { viewRoutes } from './views.ts'

export type GsmaSeed = {
  readonly clients: readonly GsmaClientSeed[]
  readonly wallets: readonly WalletSeed[]
}

export type GsmaClientSeed = {
  /** The lender's name, as a customer reads it. */
  readonly client: string
  readonly apiKey: string
  /** Beside the key: name and password, or what tokens are given for. */
  readonly basic?: { readonly user: string; readonly password: string }
  readonly oauth?: { readonly clientId: string; readonly clientSecret: string }
  /** How its account is named; default: `organisationid` and the client's own name. */
  readonly account?: { readonly key: string; readonly value: string }
  /** Default: ZMW. */
  readonly currency?: string
  /** What the account opens with, in major units; default: nothing. */
  readonly float?: string
  /** What callbacks to this lender carry. */
  readonly callbackHeaders?: Readonly<Record<string, string>>
  /** Payouts and reversals are done at once, and answered with 201; default: 202, and a second later. */
  readonly atOnce?: boolean
}

/** Brings credentials and terms up to date; an account that is open keeps its balance. */
async function seedClient({ db }: House, seed: GsmaClientSeed): Promise<void> {
  const { client, currency = 'ZMW', account = { key: 'organisationid', value: client } } = seed
  const terms = {
    ...{ client, currency, api_key: seed.apiKey, at_once: seed.atOnce ?? false },
    ...{ user_name: seed.basic?.user ?? null, password: seed.basic?.password ?? null },
    ...{ client_id: seed.oauth?.clientId ?? null, client_secret: seed.oauth?.clientSecret ?? null },
    ...{ account_key: account.key, account_value: account.value },
    callback_headers: JSON.stringify(seed.callbackHeaders ?? {}),
  }
  await db(CLIENTS)
    .insert({ ...terms, balance_minor: amountOf(seed.float ?? '0', currency).toString() })
    .onConflict('client')
    .merge(Object.keys(terms))
}

/** An operator that speaks the GSMA's harmonised Mobile Money API 1.2. */
export async function createGsmaSimulator(house: House) {
  const { db, jobs, handset } = house
  await ensureSchema(db, 'sim_gsma', STATEMENTS)
  jobs.on(GSMA, 'end', async ({ name }) => settle(house, String(name), { kind: 'timeout' }))
  jobs.on(GSMA, 'reverse', async ({ name }) => reverse(house, String(name)))
  handset.on(GSMA, (name, answer) => settle(house, name, answer))
  const api = MOUNTS.flatMap(mount =>
    mounted(`/${GSMA}${mount.path}`, [
      ...orderRoutes(house, mount),
      ...readRoutes(house, mount),
      ...accountRoutes(house, mount),
      ...batchRoutes(house, mount),
    ]),
  )
  return {
    routes: [tokenRoute(house), ...api, ...viewRoutes(house)],
    kinds: [...new Set([...FATES, ...PAYOUT_FATES, ...TELLINGS, ...WIRE_FAULTS, ...QUERY_FAULTS])],
    async seed(seed: GsmaSeed) {
      for (const client of seed.clients) await seedClient(house, client)
      await wallets.seed(db, seed.wallets)
    },
  }
}
