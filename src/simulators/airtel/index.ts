import { ensureSchema } from '../kit/database.ts'
import { TELLINGS } from '../kit/fates.ts'
import { mounted } from '../kit/http.ts'
import { amountOf } from '../kit/money.ts'
import type { WalletSeed } from '../kit/wallets.ts'
import { QUERY_FAULTS, WIRE_FAULTS } from '../kit/wire.ts'
import { tokenRoute } from './auth.ts'
import { AIRTEL, APPS, type App, type House, STATEMENTS, wallets } from './house.ts'
import { reverse, settle } from './life.ts'
import { COLLECTION_FATES, orderRoutes, PAYOUT_FATES } from './orders.ts'
import { readRoutes } from './reads.ts'
import { refundRoute } from './refund.ts'
import { viewRoutes } from './views.ts'

export type AirtelSeed = {
  readonly apps: readonly AirtelAppSeed[]
  readonly wallets: readonly WalletSeed[]
}

export type AirtelAppSeed = {
  readonly clientId: string
  readonly clientSecret: string
  /** The lender's name, as a customer reads it. */
  readonly business: string
  /** Two letters, and the country's calling code without a plus. */
  readonly country: string
  readonly callingCode: string
  readonly currency: string
  /** Of four digits; without it nothing is paid out. It comes sealed under `AIRTEL_PUBLIC_KEY`. */
  readonly pin?: string
  /** Of PIN and message keys; default: pkcs1. OAEP is with SHA-1. */
  readonly padding?: App['padding']
  /** Message signing is switched on; default: off. */
  readonly signed?: boolean
  readonly callback?: {
    readonly url: string
    /** With it callbacks are hashed. */
    readonly key?: string
    /** Default: body. */
    readonly over?: App['hash_over']
  }
  /** What the wallet opens with; default: nothing. */
  readonly float?: string
  /** Bounds of one transaction, in major units; default: 1, and none. */
  readonly min?: string
  readonly max?: string
}

/** Brings an application's terms up to date; what its wallet holds stays. */
async function seedApp({ db }: House, seed: AirtelAppSeed): Promise<void> {
  const { currency, callback, max } = seed
  const minor = (text: string): string => amountOf(text, currency).toString()
  const terms = {
    client_id: seed.clientId,
    client_secret: seed.clientSecret,
    business: seed.business,
    country: seed.country,
    calling_code: seed.callingCode,
    currency,
    pin: seed.pin ?? null,
    padding: seed.padding ?? 'pkcs1',
    signed: seed.signed ?? false,
    callback_url: callback?.url ?? null,
    callback_key: callback?.key ?? null,
    hash_over: callback?.over ?? 'body',
    min_minor: minor(seed.min ?? '1'),
    max_minor: max === undefined ? null : minor(max),
  }
  await db(APPS)
    .insert({ ...terms, balance_minor: minor(seed.float ?? '0') })
    .onConflict('client_id')
    .merge(Object.keys(terms))
}

/** Airtel Money's Open API under `/sim/airtel`: collection, disbursement, refund, balance and user enquiry. */
export async function createAirtelSimulator(house: House) {
  const { db, jobs, handset } = house
  await ensureSchema(db, 'sim_airtel', STATEMENTS)
  jobs.on(AIRTEL, 'end', async ({ id }) => settle(house, String(id), { kind: 'timeout' }))
  jobs.on(AIRTEL, 'reverse', async ({ id }) => reverse(house, String(id)))
  handset.on(AIRTEL, (id, answer) => settle(house, id, answer))
  const api = [tokenRoute(house), ...orderRoutes(house), refundRoute(house), ...readRoutes(house)]
  return {
    routes: [...mounted(`/${AIRTEL}`, api), ...viewRoutes(house)],
    kinds: [
      ...new Set([
        ...COLLECTION_FATES,
        ...PAYOUT_FATES,
        ...TELLINGS,
        ...WIRE_FAULTS,
        ...QUERY_FAULTS,
        'barred',
      ]),
    ],
    async seed(seed: AirtelSeed) {
      for (const app of seed.apps) await seedApp(house, app)
      await wallets.seed(db, seed.wallets)
    },
  }
}
