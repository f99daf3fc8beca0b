import { ensureSchema } from '../kit/database.ts'
import { amountOf } from '../kit/money.ts'
import type { WalletSeed } from '../kit/wallets.ts'
import { KINDS } from './faults.ts'
import { BUSINESSES, type House, KEYS, RIGHTS, type Right, STATEMENTS, WAVE, wallets } from './house.ts'
import { answer, expire, reverse } from './life.ts'
import { pageRoute } from './page.ts'
import { decide, payoutRoutes } from './payouts.ts'
import { readRoutes } from './reads.ts'
import { returnRoutes } from './returns.ts'
import { sessionRoutes } from './sessions.ts'
import { viewRoutes } from './views.ts'

export type WaveSeed = {
  readonly businesses: readonly WaveBusinessSeed[]
  readonly wallets: readonly WalletSeed[]
}

export type WaveBusinessSeed = {
  /** The lender's name, as a customer reads it. */
  readonly business: string
  readonly apiKeys: readonly WaveKeySeed[]
  /** Where this simulator stands for a browser, such as `http://localhost:8080/sim/wave`: links begin so. */
  readonly launchUrl: string
  /** What the wallet opens with, in major units; default: nothing. */
  readonly float?: string
  /** Default: XOF. */
  readonly currency?: string
  /** Calling code of the country whose customers can be paid; default: 221, Senegal. */
  readonly country?: string
  /** What Wave takes of each payment, in hundredths of a percent; default: 100. */
  readonly feeBasisPoints?: number
  readonly aggregator?: boolean
  readonly disabled?: boolean
  readonly hook?: {
    readonly url: string
    readonly secret: string
    readonly strategy?: 'signature' | 'shared-secret'
  }
}

export type WaveKeySeed = {
  readonly apiKey: string
  /** Default: all of them. */
  readonly rights?: readonly Right[]
  readonly revoked?: boolean
}

/** Brings a wallet's terms and keys up to date; what it holds stays. */
async function seedBusiness({ db }: House, seed: WaveBusinessSeed): Promise<void> {
  const { business, apiKeys, launchUrl, float = '0', currency = 'XOF', country = '221', hook } = seed
  const terms = {
    ...{ business, currency, country },
    fee_basis_points: seed.feeBasisPoints ?? 100,
    aggregator: seed.aggregator ?? false,
    disabled: seed.disabled ?? false,
    hook_url: hook?.url ?? null,
    hook_secret: hook?.secret ?? null,
    strategy: hook?.strategy ?? 'signature',
    launch_url: launchUrl,
  }
  await db(BUSINESSES)
    .insert({ ...terms, balance_minor: amountOf(float, currency).toString() })
    .onConflict('business')
    .merge(Object.keys(terms))
  for (const { apiKey, rights = RIGHTS, revoked = false } of apiKeys)
    await db(KEYS)
      .insert({ api_key: apiKey, business, rights: [...rights], revoked })
      .onConflict('api_key')
      .merge()
}

/** Wave's Checkout, Payout and Balance APIs under `/sim/wave`, with the page that a link opens. */
export async function createWaveSimulator(house: House) {
  const { db, jobs, handset } = house
  await ensureSchema(db, 'sim_wave', STATEMENTS)
  jobs.on(WAVE, 'expire', async ({ reference }) => void (await expire(house, String(reference))))
  jobs.on(WAVE, 'reverse', async ({ reference }) => reverse(house, String(reference)))
  jobs.on(WAVE, 'decide', async ({ reference }) => decide(house, String(reference)))
  handset.on(WAVE, (prompt, said) => answer(house, prompt, said))
  return {
    routes: [
      ...sessionRoutes(house),
      ...payoutRoutes(house),
      ...returnRoutes(house),
      ...readRoutes(house),
      pageRoute(house),
      ...viewRoutes(house),
    ],
    kinds: KINDS,
    async seed(seed: WaveSeed) {
      for (const business of seed.businesses) await seedBusiness(house, business)
      await wallets.seed(db, seed.wallets)
    },
  }
}
