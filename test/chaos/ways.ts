import type { AggregatorSeed } from '../../src/simulators/aggregator/index.ts'
import { SKYBURG_PUBLIC_KEY } from '../../src/simulators/aggregator/index.ts'
import { AIRTEL_PUBLIC_KEY } from '../../src/simulators/airtel/keys.ts'
import type { SimulatorSeed } from '../../src/simulators/index.ts'
import { CERTIFICATE } from '../../src/simulators/mpesa/index.ts'

/** Every adapter and profile as a lender of the campaign has it: one connection, and what the provider knows of her. */

export type Way = {
  /** The adapter, or the aggregator's profile. */
  readonly adapter: string
  readonly country: string
  readonly currency: string
  readonly zone: string
  /** The operator of the wallets, by our name. */
  readonly provider: string
  /** Its name at `/sim/providers/…` and among the faults. */
  readonly simulator: string
  /** A number of its without the last four digits. */
  readonly prefix: string
  /** An aggregator's code for the operator. */
  readonly code?: string
  /** She pays by a link that comes by SMS; `anybody`: whoever opens it pays, and the simulator has one number for all. */
  readonly byLink?: 'her' | 'anybody'
  readonly config: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, unknown>>
  /** Which account the lender fills. */
  readonly account: Readonly<Record<string, string>>
  readonly seed: (known: Known) => SimulatorSeed
}

export type Known = {
  readonly wallets: readonly {
    readonly msisdn: string
    readonly pin: string
    readonly balance: string
    readonly name: string
    readonly currency: string
  }[]
  readonly float: string
  /** Where the connection's callbacks come in, and where the simulators stand. */
  readonly callbackUrl: string
  readonly simUrl: string
}

const daraja = {
  shortcode: '600638',
  consumerKey: 'chaos',
  consumerSecret: 'chaos-secret',
  passkey: 'chaos-passkey',
}
const operator = { initiator: 'chaos', password: 'Chaos-2026!' }
const mpesa: Way = {
  ...{ adapter: 'mpesa', country: 'KE', currency: 'KES', zone: 'Africa/Nairobi' },
  ...{ provider: 'mpesa-ke', simulator: 'mpesa', prefix: '+25470010' },
  config: { baseUrl: 'sim://mpesa', shortcode: daraja.shortcode },
  secrets: {
    consumerKey: daraja.consumerKey,
    consumerSecret: daraja.consumerSecret,
    passkey: daraja.passkey,
    payout: {
      initiator: operator.initiator,
      initiatorPassword: operator.password,
      certificate: CERTIFICATE,
    },
  },
  account: { shortcode: daraja.shortcode },
  seed: ({ wallets, float, callbackUrl }) => ({
    mpesa: {
      apps: [
        {
          ...daraja,
          ...{ environment: 'production', refusesTwins: true, operator, utility: float },
          c2b: { confirmationUrl: callbackUrl },
        },
      ],
      wallets,
    },
  }),
}

const momo = {
  collection: {
    apiUser: '3f0c1d52-6d0e-4a58-9f6b-0c9a5a1f2e77',
    apiKey: 'chaos-mtn-collection-key-000000',
    subscriptionKey: 'chaos-collection',
  },
  disbursement: {
    apiUser: '5a1c1d52-6d0e-4a58-9f6b-0c9a5a1f2e78',
    apiKey: 'chaos-mtn-disbursement-key-0000',
    subscriptionKey: 'chaos-disbursement',
  },
}
const momoUser = { providerCallbackHost: '127.0.0.1', environment: 'mtncameroon' } as const
const mtnMomo: Way = {
  ...{ adapter: 'mtn-momo', country: 'CM', currency: 'XAF', zone: 'Africa/Douala' },
  ...{ provider: 'mtn-cm', simulator: 'mtn-momo', prefix: '+23767000' },
  config: { baseUrl: 'sim://mtn-momo', targetEnvironment: 'mtncameroon', currency: 'XAF' },
  secrets: momo,
  account: { apiUser: momo.disbursement.apiUser },
  seed: ({ wallets, float }) => ({
    mtnMomo: {
      users: [
        { ...momo.collection, ...momoUser, product: 'collection', float: '0' },
        { ...momo.disbursement, ...momoUser, product: 'disbursement', float },
      ],
      wallets,
    },
  }),
}

const orange = {
  ...{ clientId: 'orange-app', clientSecret: 'orange-secret', apiUser: 'api', apiPassword: 'api-password' },
  collection: { channelUserMsisdn: '690000007', pin: '4711' },
  disbursement: { channelUserMsisdn: '690000008', pin: '4712' },
} as const
const orangeMoney: Way = {
  ...{ adapter: 'orange-money', country: 'CM', currency: 'XAF', zone: 'Africa/Douala' },
  ...{ provider: 'orange-cm', simulator: 'orange-money', prefix: '+23769000' },
  config: { baseUrl: 'sim://orange' },
  secrets: orange,
  account: { account: orange.disbursement.channelUserMsisdn },
  seed: ({ wallets, float }) => ({
    orangeMoney: {
      apps: [
        {
          ...orange,
          lines: [
            { ...orange.collection, product: 'mp' },
            { ...orange.disbursement, product: 'cashin', float },
          ],
        },
      ],
      wallets,
    },
  }),
}

const wave: Way = {
  ...{ adapter: 'wave', country: 'SN', currency: 'XOF', zone: 'Africa/Dakar', byLink: 'her' },
  ...{ provider: 'wave-sn', simulator: 'wave', prefix: '+22177100' },
  config: {
    ...{ baseUrl: 'sim://wave', currency: 'XOF' },
    ...{ successUrl: 'https://lender.example/merci', errorUrl: 'https://lender.example/encore' },
  },
  secrets: { apiKey: 'wave-key', signingSecret: 'wave-hook' },
  account: { account: 'Lender' },
  seed: ({ wallets, float, callbackUrl, simUrl }) => ({
    wave: {
      businesses: [
        {
          ...{ business: 'Lender', apiKeys: [{ apiKey: 'wave-key' }], float },
          launchUrl: `${simUrl}/wave`,
          hook: { url: callbackUrl, secret: 'wave-hook' },
        },
      ],
      wallets,
    },
  }),
}

const airtel: Way = {
  ...{ adapter: 'airtel', country: 'ZM', currency: 'ZMW', zone: 'Africa/Lusaka' },
  ...{ provider: 'airtel-zm', simulator: 'airtel', prefix: '+26097100' },
  config: { baseUrl: 'sim://airtel', country: 'ZM', currency: 'ZMW' },
  secrets: {
    ...{ clientId: 'airtel-app', clientSecret: 'airtel-secret', callback: { key: 'airtel-hash' } },
    disbursement: { pin: '4713', publicKey: AIRTEL_PUBLIC_KEY },
  },
  account: { account: 'airtel-app' },
  seed: ({ wallets, float, callbackUrl }) => ({
    airtel: {
      apps: [
        {
          ...{ clientId: 'airtel-app', clientSecret: 'airtel-secret', business: 'Lender', pin: '4713' },
          ...{ country: 'ZM', currency: 'ZMW', callingCode: '260', float },
          callback: { url: callbackUrl, key: 'airtel-hash' },
        },
      ],
      wallets,
    },
  }),
}

const merchant = { merchantCode: '08003', merchantNumber: '789111401', merchantName: 'Lender' } as const
const ecocash = {
  ...{ country: 'ZW', currency: 'USD', zone: 'Africa/Harare' },
  ...{ provider: 'ecocash-zw', simulator: 'ecocash', prefix: '+26377200', account: {} },
  seed: ({ wallets }: Known): SimulatorSeed => ({
    ecocash: {
      merchants: [
        {
          ...{ ...merchant, merchantPin: '7350', username: 'lender', password: 'eip-password' },
          ...{ apiKey: 'eco-key', floats: { USD: '0.00' } },
        },
      ],
      wallets,
    },
  }),
}
const ecocashEip: Way = {
  ...{ ...ecocash, adapter: 'ecocash-eip' },
  config: {
    ...{ baseUrl: 'sim://ecocash/ecocashGateway', currency: 'USD', username: 'lender', terminalId: 'T1' },
    ...merchant,
  },
  secrets: { password: 'eip-password', merchantPin: '7350' },
}
const ecocashOpen: Way = {
  ...{ ...ecocash, adapter: 'ecocash-open' },
  config: { baseUrl: 'sim://ecocash/api/ecocash_pay', clientName: 'Lender', currency: 'USD' },
  secrets: { apiKey: 'eco-key' },
}

const gsmaKeys = {
  ...{ apiKey: 'gsma-key', oauth: { clientId: 'gsma-id', clientSecret: 'gsma-secret' } },
  callbackHeaders: { 'x-api-key': 'gsma-calls' },
}
const gsma: Way = {
  ...{ adapter: 'gsma', country: 'ZM', currency: 'ZMW', zone: 'Africa/Lusaka' },
  ...{ provider: 'mm-zm', simulator: 'gsma', prefix: '+26097200' },
  config: {
    ...{ baseUrl: 'sim://gsma/2/oauth/simulator/v1.2/mm', currency: 'ZMW' },
    account: [{ key: 'organisationid', value: 'Lender' }],
  },
  secrets: { ...gsmaKeys, oauth: { ...gsmaKeys.oauth, tokenUrl: 'sim://gsma/v1/oauth/accesstoken' } },
  account: { account: 'Lender' },
  seed: ({ wallets, float }) => ({ gsma: { clients: [{ ...gsmaKeys, client: 'Lender', float }], wallets } }),
}

type Vendor = Pick<Way, 'currency'> & {
  readonly vendor: string
  readonly account: string
  readonly secrets?: Readonly<Record<string, string>>
}

/** An aggregator's simulator: the lender's account there, and the wallets behind it. */
const behind = ({ vendor, currency, account, secrets = {} }: Vendor) => ({
  ...{ adapter: vendor, simulator: vendor, currency, account: { account } },
  seed: ({ wallets, float }: Known): SimulatorSeed => ({
    aggregators: {
      accounts: [{ vendor, account, currency, float, secrets: { ...secrets } }],
      wallets: [...wallets],
    } satisfies AggregatorSeed,
  }),
})

const cameroon = { country: 'CM', zone: 'Africa/Douala', provider: 'mtn-cm' } as const
const myanmar = { country: 'MM', zone: 'Asia/Yangon', provider: 'wave-mm' } as const

const AGGREGATORS: readonly Way[] = [
  {
    ...behind({ vendor: 'furthermarket', currency: 'XAF', account: 'FM-1' }),
    ...{ ...cameroon, prefix: '+23767100', code: 'MTN' },
    config: { baseUrl: 'sim://furthermarket' },
    secrets: { accountId: 'FM-1' },
  },
  {
    ...behind({ vendor: 'pawapay', currency: 'XAF', account: 'lender', secrets: { apiToken: 'pawa-token' } }),
    ...{ ...cameroon, prefix: '+23767200', code: 'MTN_MOMO_CMR' },
    config: { baseUrl: 'sim://pawapay', currency: 'XAF' },
    secrets: { apiToken: 'pawa-token' },
  },
  {
    ...behind({
      ...{ vendor: 'y-note', currency: 'XAF', account: 'client-1' },
      secrets: {
        ...{ clientSecret: 'cs', customerKey: 'ck', customerSecret: 'cks' },
        ...{ channelMsisdn: '690000009', pin: '7319' },
      },
    }),
    ...{ ...cameroon, provider: 'orange-cm', prefix: '+23769300', code: 'OM_CMR' },
    config: { baseUrl: 'sim://y-note', tokenUrl: 'sim://y-note/oauth2/token', channelMsisdn: '690000009' },
    secrets: {
      ...{ clientId: 'client-1', clientSecret: 'cs', customerKey: 'ck', customerSecret: 'cks' },
      pin: '7319',
    },
  },
  {
    ...behind({
      ...{ vendor: 'wave-mm', currency: 'MMK', account: 'M7' },
      secrets: { secret: 'hush-7', payer: '959790000001' },
    }),
    ...{ ...myanmar, prefix: '+95979000', byLink: 'anybody' },
    config: { baseUrl: 'sim://wave-mm', merchantId: 'M7', resultUrl: 'https://lender.example/done' },
    secrets: { secret: 'hush-7' },
  },
  {
    ...behind({
      ...{ vendor: 'wave-soap', currency: 'MMK', account: 'M8' },
      secrets: { user: 'bank', password: 'soap-password' },
    }),
    ...{ ...myanmar, prefix: '+95979100' },
    config: { baseUrl: 'sim://wave-soap', merchantId: 'M8', user: 'bank' },
    secrets: { password: 'soap-password' },
  },
  {
    ...behind({ vendor: 'mosambee', currency: 'INR', account: 'M1', secrets: { apiKey: 'mosambee-key' } }),
    ...{ country: 'IN', zone: 'Asia/Kolkata', provider: 'wallet-in', prefix: '+91987654' },
    config: { baseUrl: 'sim://mosambee', merchantId: 'M1' },
    secrets: { apiKey: 'mosambee-key' },
  },
  {
    ...behind({
      ...{ vendor: 'kodo', currency: 'ZMW', account: 'bank' },
      secrets: { apiKey: 'kodo-key', callbackToken: 'kodo-token' },
    }),
    ...{ country: 'ZM', zone: 'Africa/Lusaka', provider: 'kodo-zm', prefix: '+26076345' },
    config: { baseUrl: 'sim://kodo' },
    secrets: { apiKey: 'kodo-key', callbackToken: 'kodo-token' },
  },
  {
    ...behind({
      ...{ vendor: 'skyburg', currency: 'USD', account: 'bank' },
      secrets: { password: 'secret-9', merchantCode: 'M9', merchantPin: '7391', signingSecret: 'hush-9' },
    }),
    ...{ country: 'ZW', zone: 'Africa/Harare', provider: 'ecocash-zw', prefix: '+26377100', code: 'ECOCASH' },
    config: {
      ...{ baseUrl: 'sim://skyburg', user: 'bank', merchantCode: 'M9', currency: 'USD' },
      publicKey: SKYBURG_PUBLIC_KEY,
    },
    secrets: { password: 'secret-9', merchantPin: '7391', signingSecret: 'hush-9' },
  },
]

/** The two that most schedules have, for their faults are known best, and all the others. */
export const USUAL = [mpesa, mtnMomo] as const
export const OTHERS: readonly Way[] = [
  orangeMoney,
  wave,
  airtel,
  ecocashEip,
  ecocashOpen,
  gsma,
  ...AGGREGATORS,
]
