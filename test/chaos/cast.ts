import type { SimulatorSeed } from '../../src/simulators/index.ts'
import { CERTIFICATE } from '../../src/simulators/mpesa/index.ts'
import type { TenantPlan } from '../../src/store/tenancy.ts'
import type { Dice } from './dice.ts'

/** Who takes part in a schedule: two lenders, their borrowers, and what simulated parties know of them. */

export type Person = {
  readonly tenant: string
  readonly clientId: string
  readonly firstName: string
  readonly phone: string
  /** A second number of hers, or of who pays for her. */
  readonly other: string
  readonly provider: string
  /** An active loan, an instalment of which is due today. */
  readonly loanId: string
  readonly account: string
  /** Another such loan of hers. */
  readonly secondLoanId: string
  readonly secondAccount: string
  /** A loan that waits for its disbursal. */
  readonly newLoanId: string
  readonly newAccount: string
}

export type Lender = {
  readonly id: string
  readonly currency: string
  readonly provider: string
  readonly simulator: 'mpesa' | 'mtn-momo'
  readonly zone: string
  readonly plan: TenantPlan
  readonly people: readonly Person[]
  /** The due instalment, and what a new loan pays out, in major units. */
  readonly due: string
  readonly net: string
  readonly caps: readonly Cap[]
  /** Its own system hears of every movement, and its people get messages. */
  readonly hears: boolean
}

/**
 * A limit of the lender's own on amounts, in major units. One on a transaction is less than what a new loan pays out, and
 * than the larger pushes: they go in parts. One on a day is less than two large pushes of a wallet together, or than a
 * payout, which then waits for days, or goes on several.
 */
export type Cap = {
  readonly operation: 'collect' | 'disburse'
  readonly window: 'transaction' | 'day'
  readonly value: string
}

export const MPESA = {
  shortcode: '600638',
  consumerKey: 'chaos',
  consumerSecret: 'chaos-secret',
  passkey: 'chaos-passkey',
}
const OPERATOR = { initiator: 'chaos', password: 'Chaos-2026!' }
export const MTN = {
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
const CORE = { username: 'hatua', password: 'chaos-fineract' }
const LOOPBACK = ['127.0.0.1', '::1', '::ffff:127.0.0.1']

const digits = (value: number, length: number): string => String(value).padStart(length, '0')

function peopleOf(tenant: string, provider: string, prefix: string, count: number): Person[] {
  return Array.from({ length: count }, (_, at) => ({
    tenant,
    clientId: String(at + 1),
    firstName: `P${at + 1}`,
    phone: `${prefix}${digits(at + 1, 4)}`,
    other: `${prefix}${digits(at + 101, 4)}`,
    provider,
    loanId: String(at + 1),
    account: digits(at + 11, 9),
    secondLoanId: String(at + 51),
    secondAccount: digits(at + 61, 9),
    newLoanId: String(at + 101),
    newAccount: digits(at + 111, 9),
  }))
}

type Drawn = Omit<Cap, 'value'> & { readonly thousands: number }

/** In thousands of shillings, or ten thousands of francs. */
function drawCaps(dice: Dice): Drawn[] {
  const caps: Drawn[] = []
  if (dice.chance(0.4)) caps.push({ operation: 'collect', window: 'day', thousands: 4 })
  if (dice.chance(0.3)) caps.push({ operation: 'collect', window: 'transaction', thousands: 1 })
  if (dice.chance(0.5))
    caps.push({ operation: 'disburse', window: 'transaction', thousands: dice.pick([1, 2]) })
  if (dice.chance(0.15)) caps.push({ operation: 'disburse', window: 'day', thousands: 3 })
  return caps
}

const SENDER = 'CHAOS'
const smsAccount = (id: string) => ({ username: id, apiKey: `${id}-sms-key` })

/** No call ends by its deadline: on a busy machine that would be another story of the same seed. */
const CALL_MS = 20_000

/** `count`: borrowers of each lender. */
export function castLenders(dice: Dice, simUrl: string, count: number): readonly Lender[] {
  const settings = (lender: string): TenantPlan['settings'] => ({
    lender,
    lenderPhone: '+254709000111',
    languages: ['en'],
    pinFor: { reading: false, paying: false },
    pushDelayMs: 3000,
    later: { hours: 3, until: '20:00' },
    requestDays: 7,
    dueRunAt: '00:00',
    fractions: 'round-up',
    otherWays: {},
    payouts: {
      order: dice.chance(0.3) ? 'core-first' : 'pay-first',
      secondPersonAbove: '100',
      nameCheck: dice.pick(['off', 'warn']),
      days: dice.pick(['same', 'spread']),
    },
    suspense: {
      surplus: dice.pick([[], ['prepay'], ['arrears', 'prepay'], ['savings'], ['arrears', 'savings']]),
      secondPersonAbove: '0',
    },
    books: { officeId: '1', suspense: '7', writeOff: '9', floats: { 'mpesa-ke': '104', 'mtn-cm': '104' } },
  })
  const core = (id: string, zone: string, country: string, provider: string): TenantPlan['core'] => ({
    adapter: 'fineract',
    config: {
      baseUrl: `${simUrl}/fineract-provider/api`,
      tenantId: id,
      zone,
      country,
      paymentTypes: { [provider]: '4' },
      readMs: CALL_MS,
      writeMs: CALL_MS,
    },
    secrets: CORE,
  })
  const hears = dice.chance(0.25)
  const channels = (id: string, code: string): TenantPlan['channels'] => [
    { kind: 'ussd', adapter: 'africastalking', token: id, address: code, config: {}, secrets: {} },
    ...(hears
      ? [
          {
            kind: 'sms' as const,
            adapter: 'africastalking',
            token: id,
            address: SENDER,
            config: { baseUrl: `${simUrl}/africastalking` },
            secrets: smsAccount(id),
          },
        ]
      : []),
  ]
  const caps = drawCaps(dice)
  return [
    {
      id: 'chaos-ke',
      currency: 'KES',
      provider: 'mpesa-ke',
      simulator: 'mpesa',
      zone: 'Africa/Nairobi',
      people: peopleOf('chaos-ke', 'mpesa-ke', '+25470010', count),
      due: '1300.00',
      net: '3800.00',
      hears,
      caps: caps.map(({ thousands, ...cap }) => ({ ...cap, value: `${thousands}000` })),
      plan: {
        id: 'chaos-ke',
        country: 'KE',
        currency: 'KES',
        zone: 'Africa/Nairobi',
        settings: settings('Chaos KE'),
        core: core('chaos-ke', 'Africa/Nairobi', 'KE', 'mpesa-ke'),
        channels: channels('chaos-ke', '*384*100#'),
        connections: [
          {
            name: 'daraja',
            adapter: 'mpesa',
            provider: 'mpesa-ke',
            currency: 'KES',
            token: 'chaos-ke-daraja',
            config: {
              baseUrl: `${simUrl}/mpesa`,
              shortcode: MPESA.shortcode,
              callbackFrom: LOOPBACK,
              callMs: CALL_MS,
            },
            secrets: {
              consumerKey: MPESA.consumerKey,
              consumerSecret: MPESA.consumerSecret,
              passkey: MPESA.passkey,
              payout: {
                initiator: OPERATOR.initiator,
                initiatorPassword: OPERATOR.password,
                certificate: CERTIFICATE,
              },
            },
          },
        ],
        apiKeys: [],
      },
    },
    {
      id: 'chaos-cm',
      currency: 'XAF',
      provider: 'mtn-cm',
      simulator: 'mtn-momo',
      zone: 'Africa/Douala',
      people: peopleOf('chaos-cm', 'mtn-cm', '+23767000', count),
      due: '13000',
      net: '38000',
      hears,
      caps: caps.map(({ thousands, ...cap }) => ({ ...cap, value: `${thousands}0000` })),
      plan: {
        id: 'chaos-cm',
        country: 'CM',
        currency: 'XAF',
        zone: 'Africa/Douala',
        settings: settings('Chaos CM'),
        core: core('chaos-cm', 'Africa/Douala', 'CM', 'mtn-cm'),
        channels: channels('chaos-cm', '*126*200#'),
        connections: [
          {
            name: 'mtn',
            adapter: 'mtn-momo',
            provider: 'mtn-cm',
            currency: 'XAF',
            token: 'chaos-cm-mtn',
            config: {
              baseUrl: `${simUrl}/mtn-momo`,
              targetEnvironment: 'mtncameroon',
              currency: 'XAF',
              callbackFrom: LOOPBACK,
              callMs: CALL_MS,
            },
            secrets: MTN,
          },
        ],
        apiKeys: [],
      },
    },
  ]
}

/** The same lenders as the simulated parties know them. `floats`: what their payout accounts open with. */
export function castSimulators(
  lenders: readonly Lender[],
  appUrl: string,
  floats: { readonly ke: string; readonly cm: string },
): SimulatorSeed {
  const walletsOf = (id: string, balance: string) =>
    lenders
      .filter(lender => lender.id === id)
      .flatMap(({ people }) =>
        people.flatMap(({ phone, other, firstName }) => [
          { msisdn: phone, pin: '1111', balance, name: `${firstName} Borrower` },
          { msisdn: other, pin: '1111', balance, name: `${firstName} Borrower` },
        ]),
      )
  return {
    mpesa: {
      apps: [
        {
          ...MPESA,
          environment: 'production',
          refusesTwins: true,
          operator: OPERATOR,
          utility: floats.ke,
          c2b: { confirmationUrl: `${appUrl}/providers/chaos-ke-daraja/callback` },
        },
      ],
      wallets: walletsOf('chaos-ke', '200000'),
    },
    mtnMomo: {
      users: [
        {
          ...MTN.collection,
          providerCallbackHost: '127.0.0.1',
          environment: 'mtncameroon',
          product: 'collection',
          float: '0',
        },
        {
          ...MTN.disbursement,
          providerCallbackHost: '127.0.0.1',
          environment: 'mtncameroon',
          product: 'disbursement',
          float: floats.cm,
        },
      ],
      wallets: walletsOf('chaos-cm', '2000000'),
    },
    sms: {
      accounts: lenders.map(({ id }) => ({
        ...smsAccount(id),
        senders: [SENDER],
        deliveryUrl: `${appUrl}/sms/${id}/delivery`,
      })),
    },
    fineract: { tenants: lenders.map(coreOf) },
  }
}

function coreOf(lender: Lender) {
  const { people, plan, currency } = lender
  const kenya = currency === 'KES'
  const loan = (id: string, accountNo: string, clientId: string, more: object) => ({
    id: Number(id),
    accountNo,
    clientId: Number(clientId),
    product: 'Chaos',
    principal: kenya ? '4000' : '40000',
    interestPerPeriod: kenya ? '300' : '3000',
    instalments: 4,
    monthly: true as const,
    dueTodayIndex: 1,
    ...more,
  })
  return {
    id: plan.id,
    zone: plan.zone,
    currency,
    users: [{ ...CORE, permissions: 'ALL_FUNCTIONS' as const }],
    paymentTypes: [{ id: 4, name: 'Mobile money' }],
    clients: people.map(({ clientId, firstName, phone, other, provider }) => ({
      id: Number(clientId),
      accountNo: clientId.padStart(9, '0'),
      firstname: firstName,
      lastname: 'Borrower',
      mobileNo: phone.slice(1),
      wallets: [phone, other].map((msisdn, at) => ({
        msisdn: msisdn.slice(1),
        provider_code: provider,
        currency_code: currency,
        may_dial: at === 0,
        is_default: at === 0,
      })),
    })),
    loans: people.flatMap(person => [
      loan(person.loanId, person.account, person.clientId, {}),
      loan(person.secondLoanId, person.secondAccount, person.clientId, {}),
      loan(person.newLoanId, person.newAccount, person.clientId, {
        status: 'approved',
        feeAtDisbursement: kenya ? '200' : '2000',
      }),
    ]),
    savings: people.slice(0, 2).map(({ clientId }) => ({
      id: Number(clientId) + 500,
      clientId: Number(clientId),
      accountNo: `9${clientId.padStart(8, '0')}`,
      product: 'Chaos savings',
    })),
  }
}
