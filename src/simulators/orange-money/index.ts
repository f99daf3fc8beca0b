import { ensureSchema } from '../kit/database.ts'
import { FATES, TELLINGS } from '../kit/fates.ts'
import { mounted } from '../kit/http.ts'
import { amountOf } from '../kit/money.ts'
import type { WalletSeed } from '../kit/wallets.ts'
import { QUERY_FAULTS, WIRE_FAULTS } from '../kit/wire.ts'
import { tokenRoute } from './auth.ts'
import { FATES_OF } from './codes.ts'
import { holderRoute } from './holder.ts'
import { CURRENCY, type House, ORANGE, PRODUCTS, type Product, STATEMENTS, wallets } from './house.ts'
import { reverse, settle } from './life.ts'
import { payRoute } from './pay.ts'
import { INIT_FAULTS, initRoute, pushRoute, statusRoute } from './tokens.ts'
import { viewRoutes } from './views.ts'

export type OrangeMoneySeed = {
  readonly apps: readonly OrangeAppSeed[]
  readonly wallets: readonly WalletSeed[]
}

export type OrangeAppSeed = {
  readonly clientId: string
  readonly clientSecret: string
  readonly apiUser: string
  readonly apiPassword: string
  readonly lines: readonly OrangeLineSeed[]
}

/** A line of the lender's, and what Orange agreed with it: bounds and step of one payment, in major units. */
export type OrangeLineSeed = {
  /** Nine digits, without 237. */
  readonly channelUserMsisdn: string
  readonly pin: string
  readonly product: Product
  /** What it opens with; default: nothing. */
  readonly float?: string
  /** Default: 1 to 500,000 francs, and payouts in steps of five. */
  readonly min?: string
  readonly max?: string
  readonly multiple?: string
}

const MAX = '500000'
const STEPS = { mp: '1', cashin: '5' } as const

const minorOf = (text: string): string => amountOf(text, CURRENCY).toString()

/** Brings credentials and limits up to date; a line that is open keeps its balance. */
async function seedApp({ db }: House, { lines, ...app }: OrangeAppSeed): Promise<void> {
  await db('sim_orange_money.apps')
    .insert({
      client_id: app.clientId,
      client_secret: app.clientSecret,
      api_user: app.apiUser,
      api_password: app.apiPassword,
    })
    .onConflict('client_id')
    .merge()
  for (const line of lines)
    await db('sim_orange_money.lines')
      .insert({
        msisdn: line.channelUserMsisdn,
        client_id: app.clientId,
        product: line.product,
        pin: line.pin,
        balance_minor: minorOf(line.float ?? '0'),
        min_minor: minorOf(line.min ?? '1'),
        max_minor: minorOf(line.max ?? MAX),
        multiple_minor: minorOf(line.multiple ?? STEPS[line.product]),
      })
      .onConflict('msisdn')
      .merge(['client_id', 'product', 'pin', 'min_minor', 'max_minor', 'multiple_minor'])
}

/** Orange Money Cameroon's core API: merchant payment and cash-in. */
export async function createOrangeMoneySimulator(house: House) {
  const { db, jobs, handset } = house
  await ensureSchema(db, 'sim_orange_money', STATEMENTS)
  jobs.on(ORANGE, 'end', async ({ payToken }) => settle(house, String(payToken), { kind: 'timeout' }))
  jobs.on(ORANGE, 'reverse', async ({ payToken }) => reverse(house, String(payToken)))
  handset.on(ORANGE, (payToken, answer) => settle(house, payToken, answer))
  const api = [
    ...PRODUCTS.flatMap(product =>
      [initRoute, payRoute, pushRoute, statusRoute].map(route => route(house, product)),
    ),
    holderRoute(house),
  ]
  return {
    routes: [
      ...mounted('/orange', [tokenRoute(house), ...mounted('/omcoreapis/1.0.2', api)]),
      ...viewRoutes(house),
    ],
    kinds: [
      ...new Set([
        ...FATES,
        ...FATES_OF.cashin,
        ...TELLINGS,
        ...WIRE_FAULTS,
        ...QUERY_FAULTS,
        ...INIT_FAULTS,
      ]),
    ],
    async seed(seed: OrangeMoneySeed) {
      for (const app of seed.apps) await seedApp(house, app)
      await wallets.seed(db, seed.wallets)
    },
  }
}
