import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { type Answer, guarded, type Mount } from './auth.ts'
import { entryBody, transactionBody } from './bodies.ts'
import { type Client, clientNamed, type House, type Row, TABLE, wallets } from './house.ts'
import { answer, notThere, refusal } from './replies.ts'
import {
  IDENTIFIERS,
  responseAccountBalance,
  responseAccountName,
  responseAccountStatus,
  responseStatementEntries,
} from './rules.ts'

/** `/accounts/{identifierType}/{identifier}/…`, and the same with up to three identifiers in one segment. */

type Identifier = { readonly key: string; readonly value: string }

/** Undefined where it is no identifier, or none of the list. */
function identifiersOf({ params }: SimRequest): Identifier[] | undefined {
  const parts =
    params.value === undefined
      ? (params.account ?? '').split('$').map(part => {
          const [key = '', ...rest] = part.split('@')
          return { key, value: rest.join('@') }
        })
      : [{ key: params.key ?? '', value: params.value }]
  const isKnown = ({ key, value }: Identifier) =>
    (IDENTIFIERS as readonly string[]).includes(key) && value !== '' && value.length <= 256
  return parts.length <= 3 && parts.every(isKnown) ? parts : undefined
}

const isOwn = (parts: readonly Identifier[], { account_key, account_value }: Client): boolean =>
  parts.some(({ key, value }) => key === account_key && value === account_value)

type Read = (identifiers: readonly Identifier[], request: SimRequest, client: Client) => Promise<SimReply>

const named =
  (house: House, read: Read): Answer =>
  async (request, client) => {
    const identifiers = identifiersOf(request)
    return identifiers === undefined
      ? refusal(house, 'validation', 'formatError', 'The account is named by none of the list')
      : read(identifiers, request, client)
  }

const walletOf = ({ db }: House, parts: readonly Identifier[], { currency }: Client) => {
  const msisdn = parts.find(({ key }) => key === 'msisdn')?.value ?? ''
  return /^\+\d{8,15}$/.test(msisdn) ? wallets.find(db, msisdn.slice(1), currency) : undefined
}

/** Whose wallet a number is. */
function holderReads(house: House): Record<'status' | 'accountname', Read> {
  return {
    async status(parts, _, client) {
      const there = isOwn(parts, client) || (await walletOf(house, parts, client)) !== undefined
      return answer(house, 200, responseAccountStatus, {
        accountStatus: there ? 'available' : 'unregistered',
      })
    },
    async accountname(parts, _, client) {
      if (isOwn(parts, client))
        return answer(house, 200, responseAccountName, { name: { fullName: client.client } })
      const wallet = await walletOf(house, parts, client)
      if (wallet === undefined) return notThere(house, 'account')
      const [firstName = '', ...rest] = wallet.name.split(' ')
      const name = { firstName, lastName: rest.join(' '), fullName: wallet.name }
      return answer(house, 200, responseAccountName, { name })
    },
  }
}

async function balance(house: House, { client }: Client): Promise<SimReply> {
  const { balance_minor, currency } = await clientNamed(house.db, client)
  const [held, nothing] = [formatAmount(BigInt(balance_minor), currency), formatAmount(0n, currency)]
  return answer(house, 200, responseAccountBalance, {
    accountStatus: 'available',
    currentBalance: held,
    availableBalance: held,
    reservedBalance: nothing,
    unclearedBalance: nothing,
    currency,
  })
}

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 1_000
const isTime = (text: string | null): boolean => text === null || !Number.isNaN(Date.parse(text))

type View = (row: Row, client: Client, original: Row | undefined) => object

/** What moved, oldest first, page by page. */
const listed =
  (house: House, view: View): Read =>
  async (parts, { query }, client) => {
    if (!isOwn(parts, client)) return foreign(house)
    const [limit, offset] = [query.get('limit') ?? String(DEFAULT_LIMIT), query.get('offset') ?? '0']
    const [from, to] = [query.get('fromDateTime'), query.get('toDateTime')]
    if (!/^[1-9]\d{0,3}$/.test(limit) || Number(limit) > MAX_LIMIT || !isTime(from) || !isTime(to))
      return refusal(house, 'validation', 'formatError', 'limit, fromDateTime or toDateTime')
    if (!/^\d{1,9}$/.test(offset)) return refusal(house, 'validation', 'invalidOffset', 'offset')
    const rows: Row[] = await house
      .db(TABLE)
      .where({ client: client.client })
      .whereIn('status', ['succeeded', 'reversed'])
      .modify(found => {
        if (from !== null) found.where('created_at', '>=', new Date(from))
        if (to !== null) found.where('created_at', '<=', new Date(to))
      })
      .orderBy('id')
    const page = rows.slice(Number(offset), Number(offset) + Number(limit))
    const names = page.flatMap(({ original }) => original ?? [])
    const originals: Row[] = await house.db(TABLE).whereIn('name', names)
    const body = page.map(row =>
      view(
        row,
        client,
        originals.find(({ name }) => name === row.original),
      ),
    )
    return {
      status: 200,
      headers: {
        'x-date': house.clock.now().toISOString(),
        'x-records-available-count': String(rows.length),
        'x-records-returned-count': String(page.length),
      },
      body,
    }
  }

const foreign = (house: House): SimReply =>
  refusal(house, 'authorisation', 'requestingPartyAuthorisationError', 'The account is somebody else’s')

export function accountRoutes(house: House, mount: Mount): Route[] {
  const reads: Record<string, Read> = {
    ...holderReads(house),
    balance: async (parts, _, client) => (isOwn(parts, client) ? balance(house, client) : foreign(house)),
    statemententries: listed(
      house,
      (...given) => responseStatementEntries.parse([entryBody(...given)])[0] as object,
    ),
    transactions: listed(house, transactionBody),
  }
  const own: Answer = (_, client) => balance(house, client)
  return [
    { method: 'GET', path: '/accounts/balance', handle: guarded(house, mount, own) },
    ...Object.entries(reads).flatMap(([what, read]) =>
      [`/accounts/:key/:value/${what}`, `/accounts/:account/${what}`].map(path => ({
        method: 'GET',
        path,
        handle: guarded(house, mount, named(house, read)),
      })),
    ),
  ]
}
