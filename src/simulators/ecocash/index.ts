import { ensureSchema } from '../kit/database.ts'
import { amountOf } from '../kit/money.ts'
import type { WalletSeed } from '../kit/wallets.ts'
import { QUERY_FAULTS, WIRE_FAULTS } from '../kit/wire.ts'
import { eipRoutes } from './eip.ts'
import { ACCOUNTS, ECOCASH, type Environment, type House, MERCHANTS, STATEMENTS, wallets } from './house.ts'
import { LIFE_FAULTS, settle } from './life.ts'
import { openRoutes } from './open.ts'
import { viewRoutes } from './views.ts'

export type EcoCashSeed = {
  readonly merchants: readonly EcoCashMerchantSeed[]
  /** In US dollars where they name no currency. */
  readonly wallets: readonly WalletSeed[]
}

export type EcoCashMerchantSeed = {
  readonly merchantCode: string
  readonly merchantPin: string
  readonly merchantNumber: string
  readonly merchantName: string
  /** Of EIP, for all its editions. */
  readonly username: string
  readonly password: string
  /** Of the Open API, for the environment of this merchant. */
  readonly apiKey: string
  readonly environment?: Environment
  /** The merchant's accounts by currency, and what each opens with in major units. */
  readonly floats: Readonly<Record<string, string>>
}

/** Brings credentials up to date; an account that is open keeps its balance. */
async function seedMerchant({ db }: House, { floats, ...merchant }: EcoCashMerchantSeed): Promise<void> {
  await db(MERCHANTS)
    .insert({
      ...{ merchant_code: merchant.merchantCode, merchant_pin: merchant.merchantPin },
      ...{ merchant_number: merchant.merchantNumber, merchant_name: merchant.merchantName },
      ...{ username: merchant.username, password: merchant.password, api_key: merchant.apiKey },
      environment: merchant.environment ?? 'production',
    })
    .onConflict('merchant_code')
    .merge()
  for (const [currency, float] of Object.entries(floats))
    await db(ACCOUNTS)
      .insert({
        ...{ merchant_code: merchant.merchantCode, currency },
        balance_minor: amountOf(float, currency).toString(),
      })
      .onConflict(['merchant_code', 'currency'])
      .ignore()
}

/** EcoCash Zimbabwe: Instant Payments (EIP) in both its editions and the Open API, on the same wallets. */
export async function createEcoCashSimulator(house: House) {
  const { db, jobs, handset } = house
  await ensureSchema(db, 'sim_ecocash', STATEMENTS)
  jobs.on(ECOCASH, 'end', async ({ reference }) => settle(house, String(reference), { kind: 'timeout' }))
  jobs.on(ECOCASH, 'refuse', async ({ reference }) => settle(house, String(reference), { kind: 'self' }))
  handset.on(ECOCASH, (reference, answer) => settle(house, reference, answer))
  return {
    routes: [...eipRoutes(house), ...openRoutes(house), ...viewRoutes(house)],
    kinds: [...LIFE_FAULTS, ...WIRE_FAULTS, ...QUERY_FAULTS, 'firewall', 'query-firewall'],
    async seed(seed: EcoCashSeed) {
      for (const merchant of seed.merchants) await seedMerchant(house, merchant)
      await wallets.seed(db, seed.wallets)
    },
  }
}
