import { randomBytes } from 'node:crypto'
import type { Msisdn } from '../domain/msisdn.ts'
import type { SHIPPED } from '../providers/aggregator/files.ts'
import { CERTIFICATE } from '../simulators/mpesa/index.ts'
import { API_SCOPES, type TenantPlan } from '../store/tenancy.ts'
import type { SettingsInput } from '../store/tenants.ts'
import { simulated } from './demo-credentials.ts'

/**
 * The two demo tenants: a lender in Kenya on M-Pesa, and one in Cameroon on MTN and Orange, with Furthermarket to fall
 * back on; each with one borrower.
 */
export type DemoTenant = {
  readonly plan: TenantPlan
  readonly borrower: DemoBorrower
  readonly officer: DemoOfficer
  /** Aggregators by their shipped profiles, whose codes become known. */
  readonly aggregators: readonly (typeof SHIPPED)[number][]
  /** Connections that collect from a provider, the first one first; elsewhere the tenant's own serve. */
  readonly collects: Readonly<Record<string, readonly string[]>>
}
export type DemoOfficer = { readonly phone: string; readonly name: string; readonly pin: string }
export type DemoBorrower = {
  readonly clientId: string
  readonly firstName: string
  readonly lastName: string
  readonly phone: string
  readonly payer: string
  /** Her wallets at other operators; nobody dials from them. */
  readonly others: readonly { readonly phone: string; readonly provider: string }[]
  readonly pin: string
  readonly language: 'en' | 'fr'
  readonly loanId: string
  readonly provider: string
}

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
  quiet: 'none',
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

const OFFICERS = {
  'demo-ke': { phone: '+254700000010', name: 'Achieng', pin: '4907' },
  'demo-cm': { phone: '+237670000010', name: 'Mbarga', pin: '4907' },
} as const satisfies Readonly<Record<string, DemoOfficer>>

const staff = ({ phone, name, pin }: DemoOfficer, language: 'en' | 'fr'): TenantPlan['staff'] => [
  { phone: phone as Msisdn, name, pin, pinDrawn: false, language },
]

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
          books: books({ 'mpesa-ke': '104' }),
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
              pull: { nominatedNumber: '254709000111' },
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
        staff: staff(OFFICERS['demo-ke'], 'en'),
      },
      officer: OFFICERS['demo-ke'],
      borrower: {
        clientId: '1',
        firstName: 'Wanjiku',
        lastName: 'Mwangi',
        phone: '+254700000001',
        payer: '+254700000002',
        others: [],
        pin: '2580',
        language: 'en',
        loanId: '1',
        provider: 'mpesa-ke',
      },
      aggregators: [],
      collects: {},
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
          otherWays: {
            'mtn-cm': { kind: 'menu', dial: '*126#' },
            'orange-cm': { kind: 'menu', dial: '#150#' },
          },
          payouts: { secondPersonAbove: '200000' },
          suspense: { secondPersonAbove: '10000' },
          books: books({ 'mtn-cm': '104', 'orange-cm': '105' }),
        }),
        core: core('demo-cm', 'Africa/Douala', 'CM', { 'mtn-cm': '4', 'orange-cm': '5' }),
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
          {
            name: 'orange',
            adapter: 'orange-money',
            provider: 'orange-cm',
            currency: 'XAF',
            token: 'demo-cm-orange',
            config: { baseUrl: 'sim://orange', callbackFrom: LOOPBACK },
            secrets: {
              ...simulated.orange,
              collection: simulated.orangeMerchant,
              disbursement: simulated.orangeAgent,
            },
          },
          {
            name: 'furthermarket',
            adapter: 'furthermarket',
            aggregator: 'furthermarket',
            currency: 'XAF',
            token: 'demo-cm-furthermarket',
            config: { baseUrl: 'sim://furthermarket' },
            secrets: simulated.furthermarket,
          },
        ],
        apiKeys: apiKeys('demo-cm'),
        staff: staff(OFFICERS['demo-cm'], 'fr'),
      },
      officer: OFFICERS['demo-cm'],
      borrower: {
        clientId: '1',
        firstName: 'Aminata',
        lastName: 'Ngono',
        phone: '+237670000001',
        payer: '+237670000002',
        others: [{ phone: '+237690000001', provider: 'orange-cm' }],
        pin: '2580',
        language: 'fr',
        loanId: '1',
        provider: 'mtn-cm',
      },
      aggregators: ['furthermarket'],
      collects: { 'mtn-cm': ['mtn', 'furthermarket'] },
    },
  ]
}

const LOOPBACK = ['127.0.0.1', '::1']

/** Accounts of the simulated Fineract: the office, `MM suspense`, `Write-offs`, and the fund source of each payment type. */
const books = (floats: Readonly<Record<string, string>>): SettingsInput['books'] => ({
  officeId: '1',
  suspense: '7',
  writeOff: '9',
  floats,
})
