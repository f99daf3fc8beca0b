import type { AggregatorSeed } from '../../src/simulators/aggregator/index.ts'
import { SKYBURG_PUBLIC_KEY } from '../../src/simulators/aggregator/index.ts'
import type { SimulatorSeed } from '../../src/simulators/index.ts'
import type { Market } from '../support/market.ts'

/** Every market of ours: who plays, what the lender has of its provider, and what the provider knows of the lender. */

export type Stall = Market & {
  /** `url`: where the stage stands. */
  readonly simulators: (url: string) => SimulatorSeed
  /** She pays by a link that comes by SMS. */
  readonly byLink?: true
  readonly paysOut: boolean
}

type Vendor = Pick<Market, 'tenant' | 'provider' | 'currency' | 'own' | 'payer'> & {
  readonly account: string
  readonly secrets: Readonly<Record<string, string>>
}

/** An aggregator's simulator: the lender's account there, and two wallets behind it. */
const behind =
  ({ provider: vendor, currency, own, payer, account, secrets }: Vendor) =>
  (): SimulatorSeed => ({
    aggregators: {
      accounts: [{ vendor, account, currency, float: '500000', secrets }],
      wallets: [own, payer].map(msisdn => ({
        msisdn,
        pin: '1111',
        balance: '500000',
        name: 'Amina Mwangi',
        currency,
      })),
    } satisfies AggregatorSeed,
  })

const market = <const Given extends Omit<Market, 'code' | 'provider' | 'adapter'>>(
  given: Given,
  vendor: string,
) => ({
  ...given,
  provider: vendor,
  adapter: vendor,
  code: '*321#',
})

const furthermarket = market(
  {
    ...{
      tenant: 'fm-cm',
      country: 'CM',
      currency: 'XAF',
      zone: 'Africa/Douala',
      language: 'fr',
      operator: 'mtn-cm',
    },
    ...{ own: '+237671000001', payer: '+237671000002', dialled: { own: '671000001', payer: '671000002' } },
    ...{ aggregator: 'furthermarket', aggregatorCode: 'MTN' },
    config: { baseUrl: 'sim://furthermarket' },
    secrets: { accountId: 'FM-1' },
  },
  'furthermarket',
)
const waveMm = market(
  {
    ...{
      tenant: 'wave-mm',
      country: 'MM',
      currency: 'MMK',
      zone: 'Asia/Yangon',
      language: 'en',
      operator: 'wave-mm',
    },
    ...{
      own: '+959790000001',
      payer: '+959790000002',
      dialled: { own: '09790000001', payer: '09790000002' },
    },
    config: { baseUrl: 'sim://wave-mm', merchantId: 'M7', resultUrl: 'https://lender.example/done' },
    secrets: { secret: 'hush-7' },
  },
  'wave-mm',
)
const waveSoap = market(
  {
    ...{
      tenant: 'soap-mm',
      country: 'MM',
      currency: 'MMK',
      zone: 'Asia/Yangon',
      language: 'en',
      operator: 'wave-mm',
    },
    ...{
      own: '+959791000001',
      payer: '+959791000002',
      dialled: { own: '09791000001', payer: '09791000002' },
    },
    config: { baseUrl: 'sim://wave-soap', merchantId: 'M8', user: 'bank' },
    secrets: { password: 'soap-password' },
  },
  'wave-soap',
)
const kodo = market(
  {
    ...{
      tenant: 'kodo-zm',
      country: 'ZM',
      currency: 'ZMW',
      zone: 'Africa/Lusaka',
      language: 'en',
      operator: 'kodo-zm',
    },
    ...{ own: '+260763456701', payer: '+260763456702', dialled: { own: '0763456701', payer: '0763456702' } },
    config: { baseUrl: 'sim://kodo' },
    secrets: { apiKey: 'kodo-key', callbackToken: 'kodo-token' },
  },
  'kodo',
)
const skyburg = market(
  {
    ...{
      tenant: 'sky-zw',
      country: 'ZW',
      currency: 'USD',
      zone: 'Africa/Harare',
      language: 'en',
      operator: 'ecocash-zw',
    },
    ...{ own: '+263771000001', payer: '+263771000002', dialled: { own: '0771000001', payer: '0771000002' } },
    ...{ aggregator: 'skyburg', aggregatorCode: 'ECOCASH' },
    config: {
      baseUrl: 'sim://skyburg',
      user: 'bank',
      merchantCode: 'M9',
      currency: 'USD',
      publicKey: SKYBURG_PUBLIC_KEY,
    },
    secrets: { password: 'secret-9', merchantPin: '7391', signingSecret: 'hush-9' },
  },
  'skyburg',
)

export const MARKETS: readonly Stall[] = [
  {
    ...furthermarket,
    ...{ paysOut: false },
    simulators: behind({ ...furthermarket, account: 'FM-1', secrets: {} }),
  },
  {
    ...waveMm,
    ...{ paysOut: false, byLink: true },
    simulators: behind({ ...waveMm, account: 'M7', secrets: { secret: 'hush-7', payer: '959790000001' } }),
  },
  {
    ...waveSoap,
    ...{ paysOut: true },
    simulators: behind({ ...waveSoap, account: 'M8', secrets: { user: 'bank', password: 'soap-password' } }),
  },
  {
    ...kodo,
    ...{ paysOut: true },
    simulators: behind({
      ...kodo,
      account: 'bank',
      secrets: { apiKey: 'kodo-key', callbackToken: 'kodo-token' },
    }),
  },
  {
    ...skyburg,
    ...{ paysOut: true },
    simulators: behind({
      ...skyburg,
      account: 'bank',
      secrets: { password: 'secret-9', merchantCode: 'M9', merchantPin: '7391', signingSecret: 'hush-9' },
    }),
  },
]
