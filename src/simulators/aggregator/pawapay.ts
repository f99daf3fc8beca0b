import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { digitsOf, formatAmount, parseAmount } from '../kit/money.ts'
import { randomDigits } from '../kit/numbers.ts'
import { fieldOf } from '../kit/wire.ts'
import { ACCOUNTS, type Account, type House, type Kind, type Row, type Why } from './house.ts'
import { place, type Vendor, type Wanted } from './life.ts'
import {
  accountBySecret,
  type Fields,
  inside,
  isUuidV4,
  moneyRoute,
  objectOf,
  queryRoute,
  rowBy,
  textOf,
} from './wire.ts'

/** pawaPay's Merchant API, version 1 (docs.pawapay.io): three kinds of movement by an id of the client's own. */

const NAME = 'pawapay'

/** Operators that it reaches: currency, country, numbers, and the least and most of one transaction. */
const CORRESPONDENTS: Readonly<
  Record<string, { currency: string; country: string; msisdn: RegExp; min: string; max: string }>
> = {
  MTN_MOMO_CMR: { currency: 'XAF', country: 'CMR', msisdn: /^2376[578]\d{7}$/, min: '2', max: '500000' },
  ORANGE_CMR: { currency: 'XAF', country: 'CMR', msisdn: /^2376[59]\d{7}$/, min: '1', max: '500000' },
  MTN_MOMO_ZMB: { currency: 'ZMW', country: 'ZMB', msisdn: /^260[79]6\d{7}$/, min: '1', max: '10000' },
  AIRTEL_OAPI_ZMB: { currency: 'ZMW', country: 'ZMB', msisdn: /^260[79]7\d{7}$/, min: '1', max: '10000' },
  MPESA_KEN: { currency: 'KES', country: 'KEN', msisdn: /^254[17]\d{8}$/, min: '10', max: '250000' },
}

const IDS: Readonly<Record<Kind, string>> = { collect: 'depositId', disburse: 'payoutId', refund: 'refundId' }
const WORDS: Readonly<Record<Row['status'], string>> = {
  pending: 'SUBMITTED',
  succeeded: 'COMPLETED',
  failed: 'FAILED',
  // pawaPay documents no reversal of what was completed: it goes on saying so
  reversed: 'COMPLETED',
}
const FAILURES: Readonly<Record<Kind, Partial<Record<Why, string>>>> = {
  collect: {
    'no-account': 'PAYER_NOT_FOUND',
    'insufficient-funds': 'INSUFFICIENT_BALANCE',
    'wrong-pin': 'PAYMENT_NOT_APPROVED',
    cancelled: 'PAYMENT_NOT_APPROVED',
    expired: 'PAYMENT_NOT_APPROVED',
    'payer-limit': 'PAYER_LIMIT_REACHED',
  },
  disburse: {
    'no-account': 'RECIPIENT_NOT_FOUND',
    'payee-refused': 'RECIPIENT_NOT_ALLOWED_TO_RECEIVE',
    'no-float': 'BALANCE_INSUFFICIENT',
  },
  refund: { 'no-account': 'RECIPIENT_NOT_FOUND', 'no-float': 'BALANCE_INSUFFICIENT' },
}

const rfc = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z')
/** Its amounts carry no noughts at the end. */
function short(minor: bigint, currency: string): string {
  const text = formatAmount(minor, currency)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function view(row: Row, minor: bigint = BigInt(row.amount_minor)): Record<string, unknown> {
  const amount = short(minor, row.currency)
  const party = { type: 'MSISDN', address: { value: row.msisdn } }
  const done = row.completed_at === null ? undefined : rfc(row.completed_at)
  return {
    [IDS[row.kind]]: row.reference,
    status: WORDS[row.status],
    ...(row.kind === 'collect' ? { requestedAmount: amount, payer: party } : { amount, recipient: party }),
    currency: row.currency,
    correspondent: row.provider,
    statementDescription: row.details.statementDescription,
    created: rfc(row.created_at),
    ...(row.status === 'succeeded' || row.status === 'reversed'
      ? {
          ...(row.kind === 'collect'
            ? { depositedAmount: amount, respondedByPayer: done }
            : { receivedByRecipient: done }),
          correspondentIds: { INIT: `I${row.id}`, FINAL: row.receipt },
        }
      : {}),
    ...(row.status === 'failed'
      ? {
          failureReason: {
            failureCode: FAILURES[row.kind][row.reason ?? 'unreachable'] ?? 'OTHER_ERROR',
            failureMessage: 'The operator said no.',
          },
        }
      : {}),
  }
}

export const pawapay: Vendor = {
  name: NAME,
  promptMs: 300_000,
  prompt: (row, amount) => `Pay ${amount} to PAWAPAY: ${row.details.statementDescription ?? ''}. Enter PIN`,
  receipt: () => `PW${randomDigits(10)}`,
  tell: async (row, minor) => ({
    method: 'POST',
    contentType: 'application/json',
    body: JSON.stringify(view(row, minor)),
  }),
}

const error = (status: number, errorCode: number, errorMessage: string): SimReply => ({
  status,
  body: { errorId: 'sim', errorCode, errorMessage },
})
const accountOf = async (house: House, { headers }: SimRequest): Promise<Account | undefined> =>
  accountBySecret(house, NAME, 'apiToken', /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1])

/** Names in one of the account's lists, such as `closed`; undefined where it has none. */
const listOf = ({ secrets }: Account, name: 'active' | 'closed' | 'delayed'): readonly string[] | undefined =>
  secrets[name]?.split(',')
const isActive = (account: Account, correspondent: string): boolean =>
  listOf(account, 'active')?.includes(correspondent) ?? true
/** How an operator stands, as the seed of this account says it. */
function availabilityOf(account: Account, correspondent: string): 'OPERATIONAL' | 'DELAYED' | 'CLOSED' {
  if (listOf(account, 'closed')?.includes(correspondent)) return 'CLOSED'
  return listOf(account, 'delayed')?.includes(correspondent) ? 'DELAYED' : 'OPERATIONAL'
}

/** Checked in the documents' order; a rejection is an answer of 200 and keeps nothing. */
type Rejected = { readonly rejected: string }
type Checked = Omit<Wanted, 'account' | 'kind' | 'provider_reference'>

const AMOUNT = /^(0|[1-9]\d{0,17})(\.\d{0,2}[1-9])?$/

function checkMovement(body: Fields, kind: 'collect' | 'disburse', account: Account): Checked | Rejected {
  const party = inside(body, kind === 'collect' ? 'payer' : 'recipient')
  const correspondent = CORRESPONDENTS[textOf(body.correspondent) ?? '']
  const msisdn = textOf(inside(party, 'address').value) ?? ''
  const name = String(body.correspondent)
  if (correspondent === undefined) return { rejected: 'INVALID_CORRESPONDENT' }
  if (!isActive(account, name))
    return { rejected: kind === 'collect' ? 'DEPOSITS_NOT_ALLOWED' : 'PAYOUTS_NOT_ALLOWED' }
  if (availabilityOf(account, name) === 'CLOSED') return { rejected: 'CORRESPONDENT_TEMPORARILY_UNAVAILABLE' }
  if (body.currency !== correspondent.currency) return { rejected: 'INVALID_CURRENCY' }
  if (party.type !== 'MSISDN' || !correspondent.msisdn.test(msisdn))
    return { rejected: kind === 'collect' ? 'INVALID_PAYER_FORMAT' : 'INVALID_RECIPIENT_FORMAT' }
  const { currency, min, max } = correspondent
  const text = textOf(body.amount) ?? ''
  const minor = AMOUNT.test(text) ? parseAmount(text, currency) : undefined
  if (minor === undefined) return { rejected: 'INVALID_AMOUNT' }
  if (minor < (parseAmount(min, currency) ?? 0n)) return { rejected: 'AMOUNT_TOO_SMALL' }
  if (minor > (parseAmount(max, currency) ?? 0n)) return { rejected: 'AMOUNT_TOO_LARGE' }
  const statementDescription = textOf(body.statementDescription) ?? ''
  return { msisdn, minor, currency, provider: name, details: { statementDescription } }
}

async function checkRefund(house: House, body: Fields, account: Account): Promise<Checked | Rejected> {
  const reference = textOf(body.depositId) ?? ''
  const deposit = await rowBy(house, NAME, { reference })
  if (deposit === undefined || deposit.account !== account.account || deposit.kind !== 'collect')
    return { rejected: 'DEPOSIT_NOT_FOUND' }
  if (deposit.status !== 'succeeded') return { rejected: 'DEPOSIT_NOT_COMPLETED' }
  if (deposit.refunded_by !== null) return { rejected: 'DEPOSIT_ALREADY_REFUNDED' }
  const { currency, msisdn, provider, amount_minor } = deposit
  const minor = body.amount === undefined ? BigInt(amount_minor) : parseAmount(String(body.amount), currency)
  if (minor === undefined || minor === 0n) return { rejected: 'INVALID_AMOUNT' }
  if (minor > BigInt(amount_minor)) return { rejected: 'AMOUNT_TOO_LARGE' }
  return {
    msisdn,
    minor,
    currency,
    ...(provider === null ? {} : { provider }),
    original: deposit.provider_reference,
  }
}

const FIELDS: Readonly<Record<Kind, readonly string[]>> = {
  collect: [
    'depositId',
    'amount',
    'currency',
    'correspondent',
    'payer',
    'customerTimestamp',
    'statementDescription',
  ],
  disburse: [
    'payoutId',
    'amount',
    'currency',
    'correspondent',
    'recipient',
    'customerTimestamp',
    'statementDescription',
  ],
  refund: ['refundId', 'depositId'],
}
const OPTIONAL: ReadonlySet<string> = new Set(['country', 'metadata', 'preAuthorisationCode', 'amount'])

/** What is no request at all: 400, and nothing is looked at. */
function malformed(body: Fields, kind: Kind): string | undefined {
  const missing = FIELDS[kind].find(name => body[name] === undefined)
  if (missing !== undefined) return `${missing} is missing`
  const strange = Object.keys(body).find(name => !FIELDS[kind].includes(name) && !OPTIONAL.has(name))
  if (strange !== undefined) return `${strange} is not a parameter`
  if (!isUuidV4(body[IDS[kind]])) return `${IDS[kind]} must be a UUID version 4`
  if (kind === 'refund') return undefined
  if (!/^[A-Za-z0-9 ]{4,22}$/.test(String(body.statementDescription)))
    return 'statementDescription: 4 to 22 letters, digits and blanks'
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(body.customerTimestamp))
    ? undefined
    : 'customerTimestamp: RFC 3339'
}

async function take(house: House, kind: Kind, request: SimRequest): Promise<SimReply> {
  const account = await accountOf(house, request)
  if (account === undefined) return error(401, 1, 'Authentication is required')
  const body = objectOf(request.body)
  const wrong = body === undefined ? 'the body is no JSON object' : malformed(body, kind)
  if (body === undefined || wrong !== undefined) return error(400, 2, wrong ?? '')
  const reference = String(body[IDS[kind]])
  const answer = (status: string, more: object = {}): SimReply => ({
    status: 200,
    body: { [IDS[kind]]: reference, status, created: rfc(house.clock.now()), ...more },
  })
  if ((await rowBy(house, NAME, { reference })) !== undefined) return answer('DUPLICATE_IGNORED')
  const checked =
    kind === 'refund' ? await checkRefund(house, body, account) : checkMovement(body, kind, account)
  if ('rejected' in checked)
    return answer('REJECTED', {
      rejectionReason: { rejectionCode: checked.rejected, rejectionMessage: 'It was not taken.' },
    })
  const { callbackUrl } = account.secrets
  const row = await place(house, pawapay, {
    ...checked,
    ...{ account: account.account, kind, reference, provider_reference: reference },
    // one address for all, set in the dashboard: there is none in a request
    ...(callbackUrl === undefined ? {} : { callbackUrl }),
  })
  return row === undefined ? answer('DUPLICATE_IGNORED') : answer('ACCEPTED')
}

const PATHS: readonly (readonly [Kind, string])[] = [
  ['collect', 'deposits'],
  ['disburse', 'payouts'],
  ['refund', 'refunds'],
]
const aboutOf = ({ body }: SimRequest): string | undefined =>
  fieldOf(body, 'payer', 'address', 'value') ?? fieldOf(body, 'recipient', 'address', 'value')

export function pawapayRoutes(house: House): Route[] {
  const read = (path: string, answer: (account: Account) => Promise<SimReply> | SimReply): Route => ({
    method: 'GET',
    path: `/${NAME}/${path}`,
    async handle(request) {
      const account = await accountOf(house, request)
      return account === undefined ? error(401, 1, 'Authentication is required') : answer(account)
    },
  })
  return [
    ...PATHS.flatMap(([kind, path]) => [
      moneyRoute(house, NAME, `/${NAME}/${path}`, aboutOf, request => take(house, kind, request)),
      queryRoute(
        house,
        NAME,
        'GET',
        `/${NAME}/${path}/:id`,
        ({ params }) => rowBy(house, NAME, { reference: params.id ?? '' }),
        async (request, row) => {
          const account = await accountOf(house, request)
          if (account === undefined) return error(401, 1, 'Authentication is required')
          const hers = row !== undefined && row.kind === kind && row.account === account.account
          return { status: 200, body: hers ? [view(row)] : [] }
        },
      ),
    ]),
    read('wallet-balances', async ({ account }) => {
      const rows: Account[] = await house.db(ACCOUNTS).where({ vendor: NAME, account })
      const balances = rows.map(({ currency, balance_minor }) => ({
        country: countryOf(currency),
        balance: formatAmount(BigInt(balance_minor), currency),
        currency,
        mno: '',
      }))
      return { status: 200, body: { balances } }
    }),
    read('active-conf', known => ({
      status: 200,
      body: {
        merchantId: known.account,
        merchantName: known.account,
        countries: countries(
          name => isActive(known, name),
          (name, { currency, min, max }) => ({
            correspondent: name,
            currency,
            ownerName: known.account,
            operationTypes: ['DEPOSIT', 'PAYOUT'].map(operationType => ({
              operationType,
              minTransactionLimit: min,
              maxTransactionLimit: max,
              decimalsInAmount: digitsOf(currency) === 0 ? 'NONE' : 'TWO_PLACES',
            })),
          }),
        ),
      },
    })),
    read('availability', known => ({
      status: 200,
      body: countries(
        () => true,
        name => ({
          correspondent: name,
          operationTypes: ['DEPOSIT', 'PAYOUT'].map(operationType => ({
            operationType,
            status: availabilityOf(known, name),
          })),
        }),
      ),
    })),
  ]
}

const countryOf = (currency: string): string =>
  Object.values(CORRESPONDENTS).find(each => each.currency === currency)?.country ?? '???'

type Correspondent = (typeof CORRESPONDENTS)[string]
/** Those that are wanted, country by country. */
function countries(
  isWanted: (name: string) => boolean,
  view: (name: string, correspondent: Correspondent) => object,
): object[] {
  const wanted = Object.entries(CORRESPONDENTS).filter(([name]) => isWanted(name))
  return [...new Set(wanted.map(([, { country }]) => country))].map(country => ({
    country,
    correspondents: wanted
      .filter(([, each]) => each.country === country)
      .map(([name, each]) => view(name, each)),
  }))
}
