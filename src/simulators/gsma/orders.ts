import type { Route, SimReply } from '../kit/http.ts'
import { spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { type Answer, guarded, jsonOf, type Mount } from './auth.ts'
import { type Client, GSMA, type House, rowOf, wallets } from './house.ts'
import { minorOf } from './money.ts'
import { breach, notThere, refusal } from './replies.ts'
import {
  type RequestTransactionType,
  requestReversal,
  requestTransaction,
  requestTransactionType,
  TYPES,
} from './rules.ts'
import { askedOf, repeated, take, type Wanted } from './take.ts'

/** `POST /transactions`, `/transactions/type/{transactionType}` and `/transactions/{transactionReference}/reversals`. */

type Party = NonNullable<RequestTransactionType['creditParty']>
const COLLECTS: readonly string[] = ['merchantpay', 'billpay']
const PAYS: readonly string[] = ['disbursement', 'deposit']
const MSISDN = /^\+[1-9]\d{7,14}$/

const isLender = (party: Party, { account_key, account_value }: Client): boolean =>
  party.some(({ key, value }) => key === account_key && value === account_value)

/** The party that is no lender: a wallet by its number. */
const numberOf = (party: Party): string | undefined => party.find(({ key }) => key === 'msisdn')?.value

const type = (house: House, text: string): SimReply =>
  refusal(house, 'businessRule', 'transactionTypeError', text)

/** What a transaction's body asks for: one side is the client's own account, the other a customer's wallet. */
export async function wantedOf(
  house: House,
  client: Client,
  kind: string,
  { creditParty, debitParty, ...terms }: RequestTransactionType,
): Promise<Wanted | SimReply> {
  const lender = [{ key: client.account_key, value: client.account_value }]
  const [credit, debit] = [creditParty ?? lender, debitParty ?? lender]
  const [toLender, fromLender] = [isLender(credit, client), isLender(debit, client)]
  if (toLender && fromLender)
    return refusal(house, 'businessRule', 'samePartiesError', 'Both parties are one account')
  if (!toLender && !fromLender)
    return refusal(
      house,
      'authorisation',
      'requestingPartyAuthorisationError',
      'Neither party is the client’s account',
    )
  if (kind === 'reversal' || kind === 'adjustment')
    return type(house, 'What goes back is a reversal of a transaction')
  if ((toLender ? PAYS : COLLECTS).includes(kind)) return type(house, `${kind} goes the other way`)
  const msisdn = numberOf(toLender ? debit : credit)
  if (msisdn === undefined) return notThere(house, 'party')
  if (!MSISDN.test(msisdn))
    return refusal(house, 'validation', 'formatError', 'An msisdn is in E.164, with its plus')
  if (terms.currency !== client.currency)
    return refusal(house, 'validation', 'currencyNotSupported', `The account is in ${client.currency}`)
  const minor = minorOf(terms.amount, client.currency)
  if (minor === undefined)
    return refusal(house, 'validation', 'formatError', `No amount of ${client.currency}`)
  if ((await wallets.find(house.db, msisdn.slice(1), client.currency)) === undefined)
    return notThere(house, 'party')
  return {
    kind: toLender ? 'collect' : 'disburse',
    type: kind,
    msisdn: msisdn.slice(1),
    minor,
    description: terms.descriptionText,
    reference: terms.requestingOrganisationTransactionReference,
  }
}

export const isWanted = (wanted: Wanted | SimReply): wanted is Wanted =>
  typeof wanted === 'object' && 'minor' in wanted

const byType =
  (house: House): Answer =>
  async (request, client) => {
    const kind = request.params.type ?? ''
    if (!(TYPES as readonly string[]).includes(kind))
      return refusal(house, 'validation', 'formatError', 'transactionType is none of the list')
    return order(house, request, client, value => {
      const parsed = requestTransactionType.safeParse(value)
      return parsed.success ? { kind, terms: parsed.data } : breach(house, parsed.error, value)
    })
  }

/** The older form, with the type in the body. */
const plain =
  (house: House): Answer =>
  (request, client) =>
    order(house, request, client, value => {
      const parsed = requestTransaction.safeParse(value)
      return parsed.success
        ? { kind: parsed.data.type, terms: parsed.data }
        : breach(house, parsed.error, value)
    })

type Read = (value: unknown) => { readonly kind: string; readonly terms: RequestTransactionType } | SimReply

async function order(
  house: House,
  request: Parameters<Answer>[0],
  client: Client,
  read: Read,
): Promise<SimReply> {
  const asked = askedOf(request)
  const before = await repeated(house, client, asked)
  if (before !== undefined) return before
  const given = read(jsonOf(request))
  if (typeof given === 'string' || 'status' in given) return given
  const wanted = await wantedOf(house, client, given.kind, given.terms)
  return isWanted(wanted) ? take(house, client, wanted, asked) : wanted
}

const reversal =
  (house: House): Answer =>
  async (request, client) => {
    const asked = askedOf(request)
    const before = await repeated(house, client, asked)
    if (before !== undefined) return before
    const value = jsonOf(request)
    const parsed = requestReversal.safeParse(value)
    if (!parsed.success) return breach(house, parsed.error, value)
    const original = await rowOf(house.db, { name: request.params.reference ?? '', client: client.client })
    if (original === undefined || original.kind === 'refund') return notThere(house, 'transaction')
    const { amount, currency = client.currency, ...terms } = parsed.data
    if (currency !== client.currency)
      return refusal(house, 'validation', 'currencyNotSupported', `The account is in ${client.currency}`)
    const minor = amount === undefined ? BigInt(original.amount_minor) : minorOf(amount, currency)
    if (minor === undefined) return refusal(house, 'validation', 'formatError', `No amount of ${currency}`)
    if (original.status !== 'succeeded' || original.refunded_by !== null)
      return refusal(house, 'businessRule', 'incorrectState', 'The transaction does not stand as completed')
    if (minor > BigInt(original.amount_minor))
      return refusal(house, 'businessRule', 'overPaymentNotAllowed', 'More than was paid')
    const wanted: Wanted = {
      kind: 'refund',
      type: terms.type,
      msisdn: original.msisdn,
      minor,
      description: terms.descriptionText,
      reference: terms.requestingOrganisationTransactionReference,
      original: original.name,
    }
    return take(house, client, wanted, asked)
  }

/** The number that a fault may be scripted for, found without trusting the body. */
const about = (body: string): string | undefined => /"value"\s*:\s*"\+(\d{6,15})"/.exec(body)?.[1]

export function orderRoutes(house: House, mount: Mount): Route[] {
  const spoilt = (path: string, answer: Answer, numberIn: (body: string, name: string) => unknown): Route =>
    spoilable(
      house.faults,
      {
        simulator: GSMA,
        kinds: WIRE_FAULTS,
        about: async ({ body, params }) =>
          (await numberIn(body, params.reference ?? '')) as string | undefined,
      },
      { method: 'POST', path, handle: guarded(house, mount, answer) },
    )
  const ofOriginal = async (_: string, name: string) => (await rowOf(house.db, { name }))?.msisdn
  return [
    spoilt('/transactions', plain(house), about),
    spoilt('/transactions/type/:type', byType(house), about),
    spoilt('/transactions/:reference/reversals', reversal(house), ofOriginal),
  ]
}
