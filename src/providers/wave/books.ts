import { parseMsisdn } from '../../domain/msisdn.ts'
import type { Tools } from '../../domain/outside.ts'
import type { BalanceAnswer, StatementAnswer, StatementLine } from '../provider.ts'
import { call, type NoValue, unclear, unknown } from './access.ts'
import type { WaveConfig } from './config.ts'
import { Balance, type Line, Page, readAmount, readSigned, readTime } from './wire.ts'

/**
 * What the wallet holds, and what moved on it, day by day.
 * Source: docs.wave.com, "Balance & Reconciliation API". Its days are UTC's, as is the clock of Senegal and Côte d'Ivoire.
 */

const MAX_PAGES = 200
const MAX_DAYS = 62
const DAY_MS = 86_400_000

type Unread = Extract<StatementAnswer, { kind: 'our-fault' | 'unknown' }>

const unread = (said: NoValue): Unread => (said.kind === 'outcome' ? said.outcome : unclear(said.refused))

export async function balances(config: WaveConfig, tools: Tools): Promise<BalanceAnswer> {
  const said = await call({ method: 'GET', path: '/v1/balance' }, config, tools)
  if (said.kind !== 'value') return unread(said)
  const balance = Balance.safeParse(said.value)
  const amount = balance.success ? readSigned(balance.data.amount, balance.data.currency) : undefined
  return amount === undefined
    ? unknown('the answer is no balance')
    : { kind: 'balances', balances: [{ account: 'wallet', amount }] }
}

export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

/** A day's lines, page after page, until one is wanted or the day is over. */
export async function linesOf(
  day: string,
  config: WaveConfig,
  tools: Tools,
  isWanted: (line: Line) => boolean = () => false,
): Promise<Unread | { readonly kind: 'day'; readonly lines: readonly Line[]; readonly wanted?: Line }> {
  const lines: Line[] = []
  let after = ''
  for (let page = 0; page < MAX_PAGES; page++) {
    const said = await call({ method: 'GET', path: `/v1/transactions?date=${day}${after}` }, config, tools)
    if (said.kind !== 'value') return unread(said)
    const read = Page.safeParse(said.value)
    if (!read.success) return unknown('the answer is no page of transactions')
    const { items, page_info } = read.data
    lines.push(...items)
    const wanted = items.find(isWanted)
    if (wanted !== undefined) return { kind: 'day', lines, wanted }
    if (!page_info.has_next_page) return { kind: 'day', lines }
    if (!page_info.end_cursor) return unknown('a page that has a next one, and does not say where')
    after = `&after=${encodeURIComponent(page_info.end_cursor)}`
  }
  return unknown(`more than ${MAX_PAGES} pages on one day`)
}

export async function statement(
  from: Date,
  to: Date,
  config: WaveConfig,
  tools: Tools,
): Promise<StatementAnswer> {
  const lines: StatementLine[] = []
  const first = Date.parse(dayOf(from))
  if (to.getTime() - first > MAX_DAYS * DAY_MS) return unknown(`more than ${MAX_DAYS} days at once`)
  for (let ms = first; ms < to.getTime(); ms += DAY_MS) {
    const day = await linesOf(dayOf(new Date(ms)), config, tools)
    if (day.kind !== 'day') return day
    for (const each of day.lines) {
      const line = readLine(each)
      if (line === undefined) return unknown('a line of the statement cannot be read')
      if (line.at >= from && line.at < to) lines.push(line)
    }
  }
  return { kind: 'lines', lines }
}

/**
 * The payment's own amount, with the fee beside it: of 1,000 paid, 990 come in and 10 are the fee; for 1,000 paid out,
 * 1,010 leave. A fee that comes back, with what is taken back, is less than nothing.
 */
function readLine(line: Line): StatementLine | undefined {
  const { currency, client_reference: reference } = line
  const change = readSigned(line.amount, currency)
  const fee = readSigned(line.fee ?? '0', currency)
  const at = readTime(line.timestamp)
  if (change === undefined || fee === undefined || at === undefined) return undefined
  const minor = change.minor + fee.minor
  const msisdn = parseMsisdn(line.counterparty_mobile ?? '')
  const charge = readAmount(line.fee ?? '', currency)
  return {
    receipt: line.transaction_id,
    side: change.minor < 0n ? 'debit' : 'credit',
    amount: { minor: minor < 0n ? -minor : minor, currency },
    at,
    ...(reference ? { reference } : {}),
    ...(msisdn && { msisdn }),
    ...(charge && { charge }),
  }
}
