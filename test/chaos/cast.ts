import { exponentOf } from '../../src/domain/money.ts'
import { providerNamed } from '../../src/providers/index.ts'
import type { Capabilities } from '../../src/providers/provider.ts'
import type { SimulatorSeed } from '../../src/simulators/index.ts'
import type { TenantPlan } from '../../src/store/tenancy.ts'
import { createDice, type Dice } from './dice.ts'
import { OTHERS, USUAL, type Way } from './ways.ts'

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
  readonly way: Way
  /** What its provider can be asked about, as the adapter says. */
  readonly can: Capabilities
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

/** So many of the lenders have another way than the usual one. */
const OTHER = 0.5

export type Casting = {
  readonly seed: number
  readonly simUrl: string
  /** Borrowers of each lender. */
  readonly count: number
  /** There is one lender, who has this way. */
  readonly only: string | undefined
}

/** Which ways the lenders have: by dice of their own, so that the usual two play what they played before the others came. */
function drawWays({ seed, only }: Casting): readonly Way[] {
  const dice = createDice(~seed)
  const [first = USUAL[0], second = USUAL[1]] = USUAL.map(usual =>
    dice.chance(OTHER) ? dice.pick(OTHERS) : usual,
  )
  // a simulated party knows one lender
  if (only === undefined) return [first, second.simulator === first.simulator ? USUAL[1] : second]
  const way = [...USUAL, ...OTHERS].find(({ adapter }) => adapter === only)
  if (way === undefined) throw new Error(`no way is called ${only}`)
  return [way]
}

type Terms = Pick<Lender, 'caps' | 'hears'> & Pick<TenantPlan['settings'], 'payouts' | 'suspense'>

export function castLenders(casting: Casting): readonly Lender[] {
  const dice = createDice(casting.seed)
  const hears = dice.chance(0.25)
  const caps = drawCaps(dice)
  return drawWays(casting).map((way, at) => {
    const thousand = isWhole(way) ? '0000' : '000'
    return lenderOf(way, USUAL_IDS[at] ?? way.adapter, casting, {
      hears: hears || way.byLink !== undefined,
      caps: caps.map(({ thousands, ...cap }) => ({ ...cap, value: `${thousands}${thousand}` })),
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
    })
  })
}

const USUAL_IDS = ['chaos-one', 'chaos-two']

/** Money without a smaller coin is ten times as much. */
const isWhole = ({ currency }: Way): boolean => exponentOf(currency) === 0

const scaled = (way: Way, major: number): string => (isWhole(way) ? `${major}0` : `${major}.00`)

/** The simulated parties stand elsewhere than the application. */
const standing = (value: unknown, simUrl: string): Record<string, unknown> =>
  JSON.parse(JSON.stringify(value).replaceAll('sim://', `${simUrl}/`))

function lenderOf(way: Way, id: string, { simUrl, count }: Casting, terms: Terms): Lender {
  const { adapter, country, currency, zone, provider, prefix } = way
  const { can } = providerNamed(adapter) ?? {}
  if (can === undefined) throw new Error(`no adapter is called ${adapter}`)
  const channels: TenantPlan['channels'] = [
    { kind: 'ussd', adapter: 'africastalking', token: id, address: '*384*100#', config: {}, secrets: {} },
    ...(terms.hears
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
  return {
    id,
    way,
    can,
    people: peopleOf(id, provider, prefix, count),
    due: scaled(way, 1300),
    net: scaled(way, 3800),
    hears: terms.hears,
    caps: terms.caps,
    plan: {
      id,
      country,
      currency,
      zone,
      settings: {
        lender: 'Chaos',
        lenderPhone: '+254709000111',
        languages: ['en'],
        pinFor: { reading: false, paying: false },
        pushDelayMs: 3000,
        later: { hours: 3, until: '20:00' },
        requestDays: 7,
        dueRunAt: '00:00',
        fractions: 'round-up',
        otherWays: {},
        payouts: terms.payouts,
        suspense: terms.suspense,
        books: { officeId: '1', suspense: '7', writeOff: '9', floats: { [provider]: '104' } },
      },
      core: {
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
      },
      channels,
      connections: [
        {
          name: 'way',
          adapter,
          ...(way.code === undefined ? { provider } : { aggregator: adapter }),
          currency,
          token: `${id}-way`,
          config: { callbackFrom: LOOPBACK, callMs: CALL_MS, ...standing(way.config, simUrl) },
          secrets: standing(way.secrets, simUrl),
        },
      ],
      apiKeys: [],
      staff: [],
    },
  }
}

/** The same lenders as the simulated parties know them. `float`: what their payout accounts open with, in tens where money has no smaller coin. */
export function castSimulators(
  lenders: readonly Lender[],
  appUrl: string,
  simUrl: string,
  float: number,
): SimulatorSeed {
  const providers = lenders.map(({ id, way, people }) =>
    way.seed({
      wallets: people.flatMap(({ phone, other, firstName }) =>
        [phone, other].map(msisdn => ({
          ...{ msisdn, pin: '1111', balance: scaled(way, 200_000), name: `${firstName} Borrower` },
          currency: way.currency,
        })),
      ),
      float: scaled(way, float),
      callbackUrl: `${appUrl}/providers/${id}-way/callback`,
      simUrl,
    }),
  )
  const aggregators = providers.flatMap(seed => seed.aggregators ?? [])
  return {
    ...Object.assign({}, ...providers),
    ...(aggregators.length === 0
      ? {}
      : {
          aggregators: {
            accounts: aggregators.flatMap(({ accounts }) => accounts),
            wallets: aggregators.flatMap(({ wallets }) => wallets),
          },
        }),
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

function coreOf({ people, plan, way }: Lender) {
  const { currency } = way
  const times = isWhole(way) ? '0' : ''
  const loan = (id: string, accountNo: string, clientId: string, more: object) => ({
    id: Number(id),
    accountNo,
    clientId: Number(clientId),
    product: 'Chaos',
    principal: `4000${times}`,
    interestPerPeriod: `300${times}`,
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
        feeAtDisbursement: `200${times}`,
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
