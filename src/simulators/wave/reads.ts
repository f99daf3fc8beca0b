import type { Route } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { after } from '../kit/numbers.ts'
import { QUERY_FAULTS, spoilable } from '../kit/wire.ts'
import { fieldsOf, keyed } from './auth.ts'
import { ENTRIES, type House, WAVE, wallets } from './house.ts'
import { invalid, refusal } from './replies.ts'
import { rfc } from './session-view.ts'
import { createReader } from './validate.ts'

/** What the wallet holds, what moved on it, and whether a name fits a number. */

type Entry = {
  readonly id: string
  readonly at: Date
  readonly transaction_id: string
  readonly type: string
  readonly change_minor: string
  readonly fee_minor: string
  readonly balance_minor: string
  readonly currency: string
  readonly is_reversal: boolean
  readonly name: string | null
  readonly mobile: string
  readonly reference: string | null
  readonly session: string | null
}

const signed = (minor: string, currency: string): string =>
  minor.startsWith('-') ? `-${formatAmount(-BigInt(minor), currency)}` : formatAmount(BigInt(minor), currency)

const entryView = (entry: Entry) => ({
  timestamp: rfc(entry.at),
  transaction_id: entry.transaction_id,
  transaction_type: entry.type,
  amount: signed(entry.change_minor, entry.currency),
  fee: signed(entry.fee_minor, entry.currency),
  balance: signed(entry.balance_minor, entry.currency),
  currency: entry.currency,
  is_reversal: entry.is_reversal,
  counterparty_name: entry.name,
  counterparty_mobile: `+${entry.mobile}`,
  client_reference: entry.reference,
  checkout_api_session_id: entry.session,
})

const MAX_PAGE = 1000
const DAY_MS = 24 * 3_600_000
const toCursor = (id: string): string => Buffer.from(`E_${id}`).toString('base64url')
const fromCursor = (cursor: string): string | undefined =>
  /^E_(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1]

/** One UTC day, oldest first. Source: docs.wave.com, "Balance & Reconciliation API". */
const listRoute = (house: House): Route =>
  keyed(house, 'balance', 'GET', '/v1/transactions', async ({ query }, { business }) => {
    const date = query.get('date') ?? house.clock.now().toISOString().slice(0, 10)
    const start = new Date(/^\d{4}-\d\d-\d\d$/.test(date) ? `${date}T00:00:00Z` : Number.NaN)
    if (Number.isNaN(start.getTime())) return invalid('date', 'YYYY-MM-DD')
    const cursor = query.get('after')
    const from = cursor === null ? '0' : fromCursor(cursor)
    if (from === undefined) return invalid('after', 'a cursor of an earlier answer')
    const first = Number(query.get('first') ?? MAX_PAGE)
    if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE) return invalid('first', `1 to ${MAX_PAGE}`)
    const rows: Entry[] = await house
      .db(ENTRIES)
      .where({ business })
      .andWhere('at', '>=', start)
      .andWhere('at', '<', after(start, DAY_MS))
      .andWhere('id', '>', from)
      .orderBy('id')
      .limit(first + 1)
    const items = rows.slice(0, first)
    const last = items.at(-1)
    const page_info = {
      start_cursor: cursor,
      end_cursor: last === undefined ? null : toCursor(last.id),
      has_next_page: rows.length > first,
    }
    return { status: 200, body: { page_info, date, items: items.map(entryView) } }
  })

const balanceRoute = (house: House): Route =>
  keyed(house, 'balance', 'GET', '/v1/balance', async (_, { balance_minor, currency }) => ({
    status: 200,
    body: { amount: signed(balance_minor, currency), currency },
  }))

const CHECKS = 30
const WINDOW_MS = 5 * 60_000
const BLOCKED_MS = 60 * 60_000

/** Wave compares with some fuzziness; here the words must be the same, whatever their order, case and accents. */
const wordsOf = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
    .sort()
    .join(' ')

/** Thirty questions about a number in five minutes; then none for an hour. */
async function mayAsk({ db, clock }: House, msisdn: string): Promise<boolean> {
  const now = clock.now()
  const checks: { at: Date }[] = await db('sim_wave.checks')
    .where({ msisdn })
    .andWhere('at', '>', after(now, -BLOCKED_MS - WINDOW_MS))
    .orderBy('at', 'desc')
    .limit(CHECKS)
  const [last, first] = [checks[0]?.at, checks[CHECKS - 1]?.at]
  const many = first !== undefined && last !== undefined && first > after(last, -WINDOW_MS)
  if (many && last > after(now, -BLOCKED_MS)) return false
  await db('sim_wave.checks').insert({ msisdn, at: now })
  return true
}

const verifyRoute = (house: House): Route =>
  keyed(house, 'payout', 'POST', '/v1/verify_recipient/', async (request, business) => {
    const read = fieldsOf(request)
    if ('reply' in read) return read.reply
    const reader = createReader(read.fields, business)
    const msisdn = reader.mobile('mobile')
    const name = reader.text('name', 255)
    const refused = reader.refused()
    if (refused !== undefined) return refused
    if (!(await mayAsk(house, msisdn)))
      return refusal(429, 'too-many-requests', 'Too many questions about one number')
    const wallet = await wallets.find(house.db, msisdn, business.currency)
    const fits = wallet !== undefined && name !== null && wordsOf(wallet.name) === wordsOf(name)
    const name_match =
      name === null ? null : wallet === undefined ? 'NAME_NOT_KNOWN' : fits ? 'MATCH' : 'NO_MATCH'
    return { status: 200, body: { within_limits: wallet !== undefined, name_match, national_id_match: null } }
  })

export function readRoutes(house: House): Route[] {
  const about = () => undefined
  const asked = (route: Route): Route =>
    spoilable(house.faults, { simulator: WAVE, kinds: QUERY_FAULTS, about }, route)
  return [asked(balanceRoute(house)), asked(listRoute(house)), verifyRoute(house)]
}
