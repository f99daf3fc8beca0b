import { randomBytes } from 'node:crypto'
import type { TenantSettings } from '../domain/tenant.ts'
import type { SimulatorSeed } from '../simulators/index.ts'
import { API_SCOPES, type TenantPlan } from '../store/tenancy.ts'

/** The two demo tenants: a lender in Kenya on M-Pesa, and one in Cameroon on MTN, each with one borrower. */
export type DemoTenant = { readonly plan: TenantPlan; readonly borrower: DemoBorrower }
export type DemoBorrower = {
  readonly clientId: string
  readonly firstName: string
  readonly lastName: string
  readonly phone: string
  readonly payer: string
  readonly pin: string
  readonly language: 'en' | 'fr'
  readonly loanId: string
  readonly provider: string
}

/** Secrets of the simulated parties: the same on both sides, drawn for nobody else. */
const simulated = {
  mpesa: {
    consumerKey: 'demo-consumer',
    consumerSecret: 'demo-consumer-secret',
    passkey: 'demo-passkey',
    shortcode: '600638',
  },
  mtn: {
    apiUser: '3f0c1d52-6d0e-4a58-9f6b-0c9a5a1f2e77',
    apiKey: 'demo-mtn-api-key-000000000000000',
    subscriptionKey: 'demo-mtn-subscription',
  },
  fineract: { username: 'hatua', password: 'demo-fineract-password' },
  sms: (tenant: string) => ({ username: tenant, apiKey: `${tenant}-sms-key` }),
} as const

const settings = (
  own: Pick<TenantSettings, 'lender' | 'lenderPhone' | 'languages' | 'otherWays'>,
): TenantSettings => ({
  pinFor: { reading: true, paying: true },
  pushDelayMs: 3000,
  later: { hours: 3, until: '20:00' },
  requestDays: 7,
  dueRunAt: '00:00',
  fractions: 'round-up',
  ...own,
})

const channels = (tenant: string, code: string, sender: string): TenantPlan['channels'] => [
  { kind: 'ussd', adapter: 'africastalking', token: tenant, address: code, config: {}, secrets: {} },
  {
    kind: 'sms',
    adapter: 'africastalking',
    token: tenant,
    address: sender,
    config: { baseUrl: 'sim://africastalking' },
    secrets: simulated.sms(tenant),
  },
]

const core = (
  tenant: string,
  zone: string,
  country: string,
  paymentTypes: Record<string, string>,
): TenantPlan['core'] => ({
  adapter: 'fineract',
  config: { baseUrl: 'sim://fineract-provider/api', tenantId: tenant, zone, country, paymentTypes },
  secrets: simulated.fineract,
})

/** `fixedKeys`: the well-known API keys of the embedded demo; elsewhere keys are drawn, and printed once. */
export function demoTenants(fixedKeys: boolean): readonly DemoTenant[] {
  const apiKeys = (tenant: string): TenantPlan['apiKeys'] => [
    {
      name: 'demo',
      key: fixedKeys ? `${tenant}-key` : `${tenant}-${randomBytes(24).toString('base64url')}`,
      scopes: API_SCOPES,
    },
  ]
  return [
    {
      plan: {
        id: 'demo-ke',
        country: 'KE',
        currency: 'KES',
        zone: 'Africa/Nairobi',
        settings: settings({
          lender: 'Umoja Credit',
          lenderPhone: '+254709000111',
          languages: ['en', 'sw'],
          otherWays: { 'mpesa-ke': { kind: 'paybill', number: simulated.mpesa.shortcode } },
        }),
        core: core('demo-ke', 'Africa/Nairobi', 'KE', { 'mpesa-ke': '4' }),
        channels: channels('demo-ke', '*384*100#', 'UMOJA'),
        connections: [
          {
            name: 'daraja',
            adapter: 'mpesa',
            provider: 'mpesa-ke',
            currency: 'KES',
            token: 'demo-ke-daraja',
            config: { baseUrl: 'sim://mpesa', shortcode: simulated.mpesa.shortcode, callbackFrom: LOOPBACK },
            secrets: {
              consumerKey: simulated.mpesa.consumerKey,
              consumerSecret: simulated.mpesa.consumerSecret,
              passkey: simulated.mpesa.passkey,
            },
          },
        ],
        apiKeys: apiKeys('demo-ke'),
      },
      borrower: {
        clientId: '1',
        firstName: 'Wanjiku',
        lastName: 'Mwangi',
        phone: '+254700000001',
        payer: '+254700000002',
        pin: '2580',
        language: 'en',
        loanId: '1',
        provider: 'mpesa-ke',
      },
    },
    {
      plan: {
        id: 'demo-cm',
        country: 'CM',
        currency: 'XAF',
        zone: 'Africa/Douala',
        settings: settings({
          lender: 'Espoir Finance',
          lenderPhone: '+237699000111',
          languages: ['fr', 'en'],
          otherWays: { 'mtn-cm': { kind: 'menu', dial: '*126#' } },
        }),
        core: core('demo-cm', 'Africa/Douala', 'CM', { 'mtn-cm': '4' }),
        channels: channels('demo-cm', '*126*200#', 'ESPOIR'),
        connections: [
          {
            name: 'mtn',
            adapter: 'mtn-momo',
            provider: 'mtn-cm',
            currency: 'XAF',
            token: 'demo-cm-mtn',
            config: {
              baseUrl: 'sim://mtn-momo',
              targetEnvironment: 'mtncameroon',
              currency: 'XAF',
              callbackFrom: LOOPBACK,
            },
            secrets: { collection: simulated.mtn },
          },
        ],
        apiKeys: apiKeys('demo-cm'),
      },
      borrower: {
        clientId: '1',
        firstName: 'Aminata',
        lastName: 'Ngono',
        phone: '+237670000001',
        payer: '+237670000002',
        pin: '2580',
        language: 'fr',
        loanId: '1',
        provider: 'mtn-cm',
      },
    },
  ]
}

const LOOPBACK = ['127.0.0.1', '::1']

/** The same tenants as the simulated parties know them. */
export function demoSimulators(tenants: readonly DemoTenant[], publicUrl: string): SimulatorSeed {
  const walletsOf = (tenant: string, balance: string) =>
    tenants
      .filter(({ plan }) => plan.id === tenant)
      .flatMap(({ borrower: { phone, payer, firstName, lastName } }) => [
        { msisdn: phone, pin: '1111', balance, name: `${firstName} ${lastName}` },
        { msisdn: payer, pin: '2222', balance, name: 'Payer' },
      ])
  return {
    mpesa: {
      // people pay the demo's instalment again at once: their organisation has no rule against twins
      apps: [{ ...simulated.mpesa, environment: 'production', refusesTwins: false }],
      wallets: walletsOf('demo-ke', '500000'),
    },
    mtnMomo: {
      users: [
        { ...simulated.mtn, providerCallbackHost: new URL(publicUrl).hostname, environment: 'mtncameroon' },
      ],
      wallets: walletsOf('demo-cm', '2500000'),
    },
    sms: {
      accounts: tenants.map(({ plan }) => ({
        ...simulated.sms(plan.id),
        senders: plan.channels.filter(({ kind }) => kind === 'sms').map(({ address }) => address),
        deliveryUrl: `${publicUrl}/sms/${plan.id}/delivery`,
      })),
    },
    fineract: { tenants: tenants.map(simulatedCore) },
  }
}

function simulatedCore({ plan, borrower }: DemoTenant) {
  const { phone, payer, provider } = borrower
  const wallet = (msisdn: string, mayDial: boolean) => ({
    msisdn: msisdn.slice(1),
    provider_code: provider,
    currency_code: plan.currency,
    may_dial: mayDial,
    is_default: mayDial,
  })
  const kenya = plan.currency === 'KES'
  return {
    id: plan.id,
    zone: plan.zone,
    currency: plan.currency,
    users: [{ ...simulated.fineract, permissions: RUNTIME_PERMISSIONS }],
    paymentTypes: [{ id: 4, name: kenya ? 'M-PESA' : 'MTN MoMo' }],
    clients: [
      {
        id: Number(borrower.clientId),
        accountNo: '000000001',
        firstname: borrower.firstName,
        lastname: borrower.lastName,
        mobileNo: phone.slice(1),
        wallets: [wallet(phone, true), wallet(payer, false)],
      },
    ],
    loans: [
      {
        id: Number(borrower.loanId),
        accountNo: '000000011',
        clientId: Number(borrower.clientId),
        product: 'Biashara',
        principal: kenya ? '12000' : '120000',
        interestPerPeriod: kenya ? '300' : '3000',
        instalments: 12,
        dueTodayIndex: 3,
        monthly: true as const,
      },
    ],
  }
}

/** What the gateway's user may do in Fineract, and nothing more. */
const RUNTIME_PERMISSIONS = [
  'READ_CLIENT',
  'READ_LOAN',
  'REPAYMENT_LOAN',
  'ADJUST_LOAN',
  'READ_PAYMENTTYPE',
  'READ_mm_wallets',
  'READ_MM Loans Due',
  'READ_BUSINESS_DATE',
]
