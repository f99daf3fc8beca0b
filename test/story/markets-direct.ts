import { AIRTEL_PUBLIC_KEY } from '../../src/simulators/airtel/keys.ts'
import type { Stall } from './markets.ts'

/** Markets whose operator the lender has an account at. */

const wallets = (currency: string, ...phones: readonly string[]) =>
  phones.map(msisdn => ({ msisdn, pin: '1111', balance: '500000', name: 'Amina Mwangi', currency }))

const orange = {
  ...{ clientId: 'orange-app', clientSecret: 'orange-secret', apiUser: 'api', apiPassword: 'api-password' },
  collection: { channelUserMsisdn: '690000007', pin: '4711' },
  disbursement: { channelUserMsisdn: '690000008', pin: '4712' },
} as const
const orangeCm: Stall = {
  ...{ tenant: 'orange-cm', country: 'CM', currency: 'XAF', zone: 'Africa/Douala', language: 'fr' },
  ...{
    operator: 'orange-cm',
    adapter: 'orange-money',
    provider: 'orange-money',
    code: '*321#',
    paysOut: true,
  },
  ...{ own: '+237690000001', payer: '+237690000002', dialled: { own: '690000001', payer: '690000002' } },
  config: { baseUrl: 'sim://orange' },
  secrets: orange,
  simulators: () => ({
    orangeMoney: {
      apps: [
        {
          ...orange,
          lines: [
            { ...orange.collection, product: 'mp' },
            { ...orange.disbursement, product: 'cashin', float: '900000' },
          ],
        },
      ],
      wallets: wallets('XAF', '+237690000001', '+237690000002'),
    },
  }),
}

const waveSn: Stall = {
  ...{ tenant: 'wave-sn', country: 'SN', currency: 'XOF', zone: 'Africa/Dakar', language: 'fr' },
  ...{ operator: 'wave-sn', adapter: 'wave', provider: 'wave', code: '*321#', paysOut: true, byLink: true },
  ...{ own: '+221771000001', payer: '+221771000002', dialled: { own: '771000001', payer: '771000002' } },
  config: {
    ...{ baseUrl: 'sim://wave', currency: 'XOF' },
    ...{ successUrl: 'https://lender.example/merci', errorUrl: 'https://lender.example/encore' },
  },
  secrets: { apiKey: 'wave-key', signingSecret: 'wave-hook' },
  simulators: url => ({
    wave: {
      businesses: [
        {
          ...{ business: 'Lender', apiKeys: [{ apiKey: 'wave-key' }], float: '900000' },
          launchUrl: `${url}/sim/wave`,
          hook: { url: `${url}/providers/wave-sn-way/callback`, secret: 'wave-hook' },
        },
      ],
      wallets: wallets('XOF', '+221771000001', '+221771000002'),
    },
  }),
}

const merchant = { merchantCode: '08003', merchantNumber: '789111401', merchantName: 'Lender' } as const
const ecocashZw: Stall = {
  ...{ tenant: 'eco-zw', country: 'ZW', currency: 'USD', zone: 'Africa/Harare', language: 'en' },
  ...{ operator: 'ecocash-zw', adapter: 'ecocash-eip', provider: 'ecocash', code: '*321#', paysOut: false },
  ...{ own: '+263772000001', payer: '+263772000002', dialled: { own: '0772000001', payer: '0772000002' } },
  config: {
    ...{ baseUrl: 'sim://ecocash/ecocashGateway', currency: 'USD', username: 'lender', terminalId: 'T1' },
    ...merchant,
  },
  secrets: { password: 'eip-password', merchantPin: '7350' },
  simulators: () => ({
    ecocash: {
      merchants: [
        {
          ...{ ...merchant, merchantPin: '7350', username: 'lender', password: 'eip-password' },
          ...{ apiKey: 'eco-key', floats: { USD: '0.00' } },
        },
      ],
      wallets: wallets('USD', '+263772000001', '+263772000002'),
    },
  }),
}

const gsma = {
  ...{ apiKey: 'gsma-key', oauth: { clientId: 'gsma-id', clientSecret: 'gsma-secret' } },
  callbackHeaders: { 'x-api-key': 'gsma-calls' },
}
const mobileMoneyZm: Stall = {
  ...{ tenant: 'mm-zm', country: 'ZM', currency: 'ZMW', zone: 'Africa/Lusaka', language: 'en' },
  ...{ operator: 'mm-zm', adapter: 'gsma', provider: 'gsma', code: '*321#', paysOut: true },
  ...{ own: '+260971000001', payer: '+260971000002', dialled: { own: '0971000001', payer: '0971000002' } },
  config: {
    ...{ baseUrl: 'sim://gsma/2/oauth/simulator/v1.2/mm', currency: 'ZMW' },
    account: [{ key: 'organisationid', value: 'Lender' }],
  },
  secrets: { ...gsma, oauth: { ...gsma.oauth, tokenUrl: 'sim://gsma/v1/oauth/accesstoken' } },
  simulators: () => ({
    gsma: {
      clients: [{ ...gsma, client: 'Lender', float: '900000' }],
      wallets: wallets('ZMW', '+260971000001', '+260971000002'),
    },
  }),
}

const airtelZm: Stall = {
  ...{ tenant: 'airtel-zm', country: 'ZM', currency: 'ZMW', zone: 'Africa/Lusaka', language: 'en' },
  ...{ operator: 'airtel-zm', adapter: 'airtel', provider: 'airtel', code: '*321#', paysOut: true },
  ...{ own: '+260971000001', payer: '+260971000002', dialled: { own: '0971000001', payer: '0971000002' } },
  config: { baseUrl: 'sim://airtel', country: 'ZM', currency: 'ZMW' },
  secrets: {
    ...{ clientId: 'airtel-app', clientSecret: 'airtel-secret', callback: { key: 'airtel-hash' } },
    disbursement: { pin: '4713', publicKey: AIRTEL_PUBLIC_KEY },
  },
  simulators: url => ({
    airtel: {
      apps: [
        {
          ...{ clientId: 'airtel-app', clientSecret: 'airtel-secret', business: 'Lender', pin: '4713' },
          ...{ country: 'ZM', currency: 'ZMW', callingCode: '260', float: '900000' },
          callback: { url: `${url}/providers/airtel-zm-way/callback`, key: 'airtel-hash' },
        },
      ],
      wallets: wallets('ZMW', '+260971000001', '+260971000002'),
    },
  }),
}

export const DIRECT: readonly Stall[] = [orangeCm, waveSn, ecocashZw, mobileMoneyZm, airtelZm]
