import { ensureSchema } from '../kit/database.ts'
import { FATES, TELLINGS } from '../kit/fates.ts'
import { mounted } from '../kit/http.ts'
import { amountOf } from '../kit/money.ts'
import type { WalletSeed } from '../kit/wallets.ts'
import { QUERY_FAULTS, WIRE_FAULTS } from '../kit/wire.ts'
import { openAccount } from './accounts.ts'
import { tokenRoute } from './auth.ts'
import { COMPLETED_FAULTS, completedRoute } from './completed.ts'
import { CURRENCIES, type Environment, type House, MTN, type Product, STATEMENTS, wallets } from './house.ts'
import { reverse, settle } from './life.ts'
import { moneyRoute } from './money-call.ts'
import { customerRoute, OFFER_FAULTS, onPaybillJobs } from './paybill.ts'
import { refund, transfer } from './payouts.ts'
import { provisioningRoutes } from './provisioning.ts'
import { readRoutes } from './reads.ts'
import { requestToPay } from './request-to-pay.ts'
import { PAYOUT_FATES } from './scenarios.ts'
import { viewRoutes } from './views.ts'

export type MtnMomoSeed = {
  readonly users: readonly MtnUserSeed[]
  /** Keys of who may make API users of a product in the sandbox. */
  readonly subscriptions?: readonly { readonly key: string; readonly product: Product }[]
  /** Lenders that customers pay from MTN's own menu. */
  readonly serviceProviders?: readonly ServiceProviderSeed[]
  readonly wallets: readonly WalletSeed[]
}

type Basic = { readonly username: string; readonly password: string }

export type ServiceProviderSeed = {
  readonly name: string
  /** Whose account is paid. */
  readonly apiUser: string
  readonly informationUrl: string
  readonly paymentUrl: string
  /** What MTN shows the lender; default: nothing. */
  readonly shows?: Basic
  /** What the lender must show MTN. */
  readonly wants: Basic
}

export type MtnUserSeed = {
  /** One of its own for each product, as at MTN. */
  readonly apiUser: string
  readonly apiKey: string
  readonly subscriptionKey: string
  readonly providerCallbackHost: string
  readonly environment: Environment
  /** Default: collection. */
  readonly product?: Product
  /** What the account opens with, in major units; default: nothing. */
  readonly float?: string
  /** The business: it refunds only what its own users collected. Users without one are one business. */
  readonly partner?: string
}

/** Brings credentials up to date; an account that is open keeps its balance. */
async function seedUser({ db }: House, user: MtnUserSeed): Promise<void> {
  const currency = CURRENCIES[user.environment]
  await db('sim_mtn_momo.api_users')
    .insert({
      api_user: user.apiUser,
      api_key: user.apiKey,
      subscription_key: user.subscriptionKey,
      product: user.product ?? 'collection',
      provider_callback_host: user.providerCallbackHost,
      environment: user.environment,
      partner: user.partner ?? '',
    })
    .onConflict('api_user')
    .merge()
  await openAccount(db, { api_user: user.apiUser, currency }, amountOf(user.float ?? '0', currency))
}

const headerOf = ({ username, password }: Basic): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

const seedServiceProvider = ({ db }: House, lender: ServiceProviderSeed): Promise<unknown> =>
  db('sim_mtn_momo.service_providers')
    .insert({
      name: lender.name,
      api_user: lender.apiUser,
      information_url: lender.informationUrl,
      payment_url: lender.paymentUrl,
      shows: lender.shows === undefined ? null : headerOf(lender.shows),
      wants: headerOf(lender.wants),
    })
    .onConflict('name')
    .merge()

/** MTN MoMo's products Collections and Disbursements, in the country's production environment and in the sandbox. */
export async function createMtnMomoSimulator(house: House) {
  const { db, jobs, handset } = house
  await ensureSchema(db, 'sim_mtn_momo', STATEMENTS)
  jobs.on(MTN, 'end', async ({ reference }) => settle(house, String(reference), { kind: 'timeout' }))
  jobs.on(MTN, 'reverse', async ({ reference }) => reverse(house, String(reference)))
  onPaybillJobs(house)
  handset.on(MTN, (reference, answer) => settle(house, reference, answer))
  const api = [
    tokenRoute(house, 'collection'),
    tokenRoute(house, 'disbursement'),
    ...[requestToPay, transfer, refund].map(call => moneyRoute(house, call(house))),
    ...readRoutes(house),
    ...provisioningRoutes(house),
    completedRoute(house),
  ]
  return {
    routes: [...mounted('/mtn-momo', api), ...viewRoutes(house), customerRoute(house)],
    kinds: [
      ...new Set([...FATES, ...PAYOUT_FATES, ...TELLINGS, ...WIRE_FAULTS, ...QUERY_FAULTS]),
      ...OFFER_FAULTS,
      ...COMPLETED_FAULTS,
    ],
    async seed(seed: MtnMomoSeed) {
      for (const user of seed.users) await seedUser(house, user)
      for (const { key, product } of seed.subscriptions ?? [])
        await db('sim_mtn_momo.subscriptions')
          .insert({ subscription_key: key, product })
          .onConflict('subscription_key')
          .merge()
      for (const lender of seed.serviceProviders ?? []) await seedServiceProvider(house, lender)
      await wallets.seed(db, seed.wallets)
    },
  }
}
