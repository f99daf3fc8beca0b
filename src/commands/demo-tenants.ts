import { randomBytes } from 'node:crypto'
import type { SimulatorSeed } from '../simulators/index.ts'
import { CERTIFICATE } from '../simulators/mpesa/index.ts'
import { API_SCOPES, type TenantPlan } from '../store/tenancy.ts'
import type { SettingsInput } from '../store/tenants.ts'

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
  fineract: { username: 'hatua', password: 'demo-fineract-password' },
  sms: (tenant: string) => ({ username: tenant, apiKey: `${tenant}-sms-key` }),
} as const

const settings = (
  own: Pick<
    SettingsInput,
    'lender' | 'lenderPhone' | 'languages' | 'otherWays' | 'payouts' | 'suspense' | 'books'
  >,
): SettingsInput => ({
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
  // two persons: what one proposes, the other decides
  const apiKeys = (tenant: string): TenantPlan['apiKeys'] =>
    [
      { name: 'demo', known: `${tenant}-key` },
      { name: 'demo-2', known: `${tenant}-key-2` },
    ].map(({ name, known }) => ({
      name,
      key: fixedKeys ? known : `${tenant}-${randomBytes(24).toString('base64url')}`,
      scopes: API_SCOPES,
    }))
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
          payouts: { secondPersonAbove: '20000' },
          suspense: { secondPersonAbove: '1000' },
          books: books('mpesa-ke'),
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
            config: {
              baseUrl: 'sim://mpesa',
              shortcode: simulated.mpesa.shortcode,
              callbackFrom: LOOPBACK,
              // people pay the demo's instalment again at once: their organisation has no rule against twins
              timing: { twinsMs: 0 },
            },
            secrets: {
              consumerKey: simulated.mpesa.consumerKey,
              consumerSecret: simulated.mpesa.consumerSecret,
              passkey: simulated.mpesa.passkey,
              payout: {
                initiator: simulated.mpesaOperator.initiator,
                initiatorPassword: simulated.mpesaOperator.password,
                certificate: CERTIFICATE,
                notFoundCodes: ['R000002'],
              },
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
          payouts: { secondPersonAbove: '200000' },
          suspense: { secondPersonAbove: '10000' },
          books: books('mtn-cm'),
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
            secrets: {
              collection: simulated.mtn,
              disbursement: simulated.mtnPayouts,
              paybill: {
                completedUrl: 'sim://mtn-momo/serviceprovider/paymentcompleted',
                account: simulated.mtnPaybill.wants,
                inbound: simulated.mtnPaybill.shows,
                serviceProvider: simulated.mtnPaybill.name,
                accountName: 'Espoir Finance',
                errorCodes: { TRANSACTION_FAILED: 'let-go' },
              },
            },
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
  const mtnUser = {
    providerCallbackHost: new URL(publicUrl).hostname,
    environment: 'mtncameroon',
    partner: 'espoir',
  } as const
  return {
    mpesa: {
      apps: [
        {
          ...simulated.mpesa,
          environment: 'production',
          refusesTwins: false,
          operator: simulated.mpesaOperator,
          utility: '1000000',
          c2b: { confirmationUrl: `${publicUrl}/providers/demo-ke-daraja/callback` },
        },
      ],
      wallets: walletsOf('demo-ke', '300000'),
    },
    mtnMomo: {
      users: [
        { ...mtnUser, ...simulated.mtn },
        { ...mtnUser, ...simulated.mtnPayouts, product: 'disbursement', float: '10000000' },
      ],
      serviceProviders: [
        {
          ...simulated.mtnPaybill,
          apiUser: simulated.mtn.apiUser,
          informationUrl: `${publicUrl}/providers/demo-cm-mtn/validation`,
          paymentUrl: `${publicUrl}/providers/demo-cm-mtn/callback`,
        },
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

/** A loan of the borrower that waits to be paid out. */
const APPROVED_LOAN = 101

/** Accounts of the simulated Fineract: the office, `MM suspense`, `Write-offs`, and the fund source of payment type 4. */
const books = (provider: string): SettingsInput['books'] => ({
  officeId: '1',
  suspense: '7',
  writeOff: '9',
  floats: { [provider]: '104' },
})

/** Its Fineract: the borrower, a loan with an instalment due today, and one that waits to be paid out. */
export function simulatedCore({ plan, borrower }: DemoTenant) {
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
      {
        id: APPROVED_LOAN,
        accountNo: `000000${APPROVED_LOAN}`,
        clientId: Number(borrower.clientId),
        product: 'Biashara',
        principal: kenya ? '8000' : '80000',
        interestPerPeriod: kenya ? '200' : '2000',
        instalments: 6,
        firstDue: '2030-01-05',
        monthly: true as const,
        status: 'approved' as const,
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
  'DISBURSE_LOAN',
  'DISBURSALUNDO_LOAN',
  'READ_SAVINGSACCOUNT',
  'DEPOSIT_SAVINGSACCOUNT',
  'UNDOTRANSACTION_SAVINGSACCOUNT',
  'READ_JOURNALENTRY',
  'CREATE_JOURNALENTRY',
  'READ_GLACCOUNT',
  'READ_PAYMENTTYPE',
  'READ_mm_wallets',
  'READ_MM Loans Due',
  'READ_BUSINESS_DATE',
]
