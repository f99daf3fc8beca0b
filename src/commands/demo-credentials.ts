/**
 * Secrets of the simulated parties: the same on both sides, drawn for nobody else. The demo tenants' own come first; of
 * the rest there is one lender each, so that whoever has a client of that vendor can try it.
 */
export const simulated = {
  mpesa: {
    consumerKey: 'demo-consumer',
    consumerSecret: 'demo-consumer-secret',
    passkey: 'demo-passkey',
    shortcode: '600638',
  },
  mpesaOperator: { initiator: 'demo-operator', password: 'demo-operator-password' },
  mtn: {
    apiUser: '3f0c1d52-6d0e-4a58-9f6b-0c9a5a1f2e77',
    apiKey: 'demo-mtn-api-key-000000000000000',
    subscriptionKey: 'demo-mtn-subscription',
  },
  mtnPayouts: {
    apiUser: '8b7d2a16-4c0e-4f5b-9a3d-5e1c7f90b214',
    apiKey: 'demo-mtn-payout-key-000000000000',
    subscriptionKey: 'demo-mtn-payout-subscription',
  },
  mtnPaybill: {
    name: 'espoir.sp',
    shows: { username: 'mtn', password: 'demo-mtn-shows' },
    wants: { username: 'espoir', password: 'demo-mtn-wants' },
  },
  orange: {
    clientId: 'demo-orange',
    clientSecret: 'demo-orange-secret',
    apiUser: 'demo-orange-user',
    apiPassword: 'demo-orange-password',
  },
  orangeMerchant: { channelUserMsisdn: '690000008', pin: '2222' },
  orangeAgent: { channelUserMsisdn: '690000009', pin: '3333' },
  furthermarket: { accountId: 'ESPOIR-DEMO' },
  fineract: { username: 'hatua', password: 'demo-fineract-password' },
  sms: (tenant: string) => ({ username: tenant, apiKey: `${tenant}-sms-key` }),

  wave: { apiKey: 'demo-wave-key' },
  airtel: { clientId: 'demo-airtel', clientSecret: 'demo-airtel-secret' },
  airtelPayouts: { pin: '4444' },
  ecocash: { username: 'demo-ecocash', password: 'demo-ecocash-password' },
  ecocashMerchant: { merchantCode: '08003', merchantPin: '555555', merchantNumber: '789000001' },
  ecocashOpen: { apiKey: 'demo-ecocash-key' },
  gsma: { apiKey: 'demo-gsma-key' },
  gsmaBasic: { user: 'demo-gsma', password: 'demo-gsma-password' },
  gsmaOauth: { clientId: 'demo-gsma-client', clientSecret: 'demo-gsma-secret' },
  pawapay: { apiToken: 'demo-pawapay-token' },
  yNote: {
    clientId: 'demo-y-note',
    clientSecret: 'demo-y-note-secret',
    customerKey: 'demo-y-note-key',
    customerSecret: 'demo-y-note-customer-secret',
    channelMsisdn: '690000007',
    pin: '6666',
  },
  waveMm: { merchantId: 'demo-wave-mm', secret: 'demo-wave-mm-secret' },
  waveSoap: {
    merchantId: 'demo-wave-soap',
    user: 'demo-wave-soap-user',
    password: 'demo-wave-soap-password',
  },
  mosambee: { merchantId: 'demo-mosambee', apiKey: 'demo-mosambee-key' },
  twilio: { accountSid: 'AC00000000000000000000000000000001', authToken: 'demo-twilio-token' },
  smsc: { systemId: 'hatua', password: 'demo' },
  kodo: { apiKey: 'demo-kodo-key', callbackToken: 'demo-kodo-callback-token' },
  skyburg: {
    user: 'demo-skyburg',
    password: 'demo-skyburg-password',
    merchantCode: 'DEMO1',
    merchantPin: '7777',
    signingSecret: 'demo-skyburg-signing-secret',
  },
} as const

type Words = Readonly<Record<string, string>>
/** Where a simulated vendor stands, below `/sim`, and what a lender shows there: of each product its own. */
export type Credential = { readonly at: string; readonly shown: readonly (readonly [string, Words])[] }

/** Every vendor's, by the simulator's name. The banner prints them, and docs/simulators.md lists them. */
export const CREDENTIALS: Readonly<Record<string, Credential>> = {
  mpesa: {
    at: '/mpesa',
    shown: [
      ['app', simulated.mpesa],
      ['operator', simulated.mpesaOperator],
    ],
  },
  'mtn-momo': {
    at: '/mtn-momo',
    shown: [
      ['collection', simulated.mtn],
      ['disbursement', simulated.mtnPayouts],
      ['paybill', simulated.mtnPaybill.wants],
    ],
  },
  'orange-money': {
    at: '/orange',
    shown: [
      ['app', simulated.orange],
      ['merchant', simulated.orangeMerchant],
      ['agent', simulated.orangeAgent],
    ],
  },
  wave: { at: '/wave', shown: [['business', simulated.wave]] },
  airtel: {
    at: '/airtel',
    shown: [
      ['app', simulated.airtel],
      ['disbursement', simulated.airtelPayouts],
    ],
  },
  ecocash: {
    at: '/ecocash',
    shown: [
      ['eip', simulated.ecocash],
      ['merchant', simulated.ecocashMerchant],
      ['open', simulated.ecocashOpen],
    ],
  },
  gsma: {
    at: '/gsma',
    shown: [
      ['client', simulated.gsma],
      ['basic', simulated.gsmaBasic],
      ['oauth', simulated.gsmaOauth],
    ],
  },
  furthermarket: { at: '/furthermarket', shown: [['account', simulated.furthermarket]] },
  pawapay: { at: '/pawapay', shown: [['account', simulated.pawapay]] },
  'y-note': { at: '/y-note', shown: [['account', simulated.yNote]] },
  'wave-mm': { at: '/wave-mm', shown: [['merchant', simulated.waveMm]] },
  'wave-soap': { at: '/wave-soap', shown: [['merchant', simulated.waveSoap]] },
  mosambee: { at: '/mosambee', shown: [['merchant', simulated.mosambee]] },
  kodo: { at: '/kodo', shown: [['account', simulated.kodo]] },
  skyburg: { at: '/skyburg', shown: [['account', simulated.skyburg]] },
  fineract: { at: '/fineract-provider/api', shown: [['user', simulated.fineract]] },
  twilio: { at: '/twilio', shown: [['account', simulated.twilio]] },
  smsc: { at: '/smsc', shown: [['account', simulated.smsc]] },
  'sms demo-ke': { at: '/africastalking', shown: [['account', simulated.sms('demo-ke')]] },
  'sms demo-cm': { at: '/africastalking', shown: [['account', simulated.sms('demo-cm')]] },
}
