import { parseMoney } from '../../domain/money.ts'
import { type Msisdn, parseMsisdn } from '../../domain/msisdn.ts'
import type { Tools } from '../../domain/outside.ts'
import type { BalanceAnswer, StatementAnswer, StatementLine } from '../provider.ts'
import { call, type NoValue, unclear, unknown } from './access.ts'
import type { GsmaConfig } from './config.ts'
import { wordOf } from './outcomes.ts'
import { Balance, Entries, type Entry, readAmount, readTime } from './wire.ts'

/**
 * What the lender's account holds, and what moved on it.
 * Source: GSMA Mobile Money API 1.2, `/accounts/…/balance` and `/accounts/…/statemententries`.
 */

const PAGE = 50
const MAX_PAGES = 400

type Account = GsmaConfig['account']

/** One identifier is a path of two parts; several go together as `key@value$key@value`. */
export function accountPath(account: Account): string {
  const [only, ...more] = account
  if (only !== undefined && more.length === 0)
    return `/accounts/${only.key}/${encodeURIComponent(only.value)}`
  return `/accounts/${account.map(({ key, value }) => `${key}@${encodeURIComponent(value)}`).join('$')}`
}

const unread = (said: NoValue) => (said.kind === 'outcome' ? said.outcome : unclear(said.refused))

export async function balances(config: GsmaConfig, tools: Tools): Promise<BalanceAnswer> {
  const path = `${accountPath(config.account)}/balance`
  const said = await call({ method: 'GET', path }, config, tools, performance.now() + config.callMs)
  if (said.kind !== 'value') return unread(said)
  const { availableBalance, currentBalance, currency } = Balance.safeParse(said.value).data ?? {}
  const text = availableBalance ?? currentBalance
  const known = (currency ?? config.currency) === config.currency
  const amount = text == null || !known ? undefined : parseMoney(text, config.currency)
  if (amount === undefined) return unknown('the answer is no balance')
  return {
    kind: 'balances',
    balances: [{ account: config.account.map(({ value }) => value).join(' '), amount }],
  }
}

/** Page after page, each within one call's deadline, until as much came as there is. */
export async function statement(
  from: Date,
  to: Date,
  config: GsmaConfig,
  tools: Tools,
): Promise<StatementAnswer> {
  const lines: StatementLine[] = []
  const period = `fromDateTime=${from.toISOString()}&toDateTime=${to.toISOString()}`
  let seen = 0
  for (let page = 0; page < MAX_PAGES; page++) {
    const path = `${accountPath(config.account)}/statemententries?${period}&limit=${PAGE}&offset=${seen}`
    const said = await call({ method: 'GET', path }, config, tools, performance.now() + config.callMs)
    if (said.kind !== 'value') return unread(said)
    const entries = Entries.safeParse(said.value)
    if (!entries.success) return unknown('the answer is no list of entries')
    for (const entry of entries.data) {
      const line = readEntry(entry, config)
      if (line === undefined) return unknown('a line of the statement cannot be read')
      if (line !== 'nothing moved' && line.at >= from && line.at < to) lines.push(line)
    }
    seen += entries.data.length
    const available = Number(said.headers['x-records-available-count'] ?? Number.NaN)
    const isLast = Number.isNaN(available) ? entries.data.length < PAGE : seen >= available
    if (isLast || entries.data.length === 0)
      return isLast ? { kind: 'lines', lines } : unknown('the list ends before it is whole')
  }
  return unknown(`more than ${MAX_PAGES} pages`)
}

type Party = Entry['creditParty']
const isOurs = (party: Party, account: Account): boolean =>
  account.some(({ key, value }) => party.some(each => each.key === key && each.value === value))

/** A payment that went back later stands as it was; what took it back is an entry of its own. */
function readEntry(entry: Entry, config: GsmaConfig): StatementLine | 'nothing moved' | undefined {
  const word = wordOf(entry.transactionStatus, config)
  if (word === 'pending' || word === 'declined') return 'nothing moved'
  const amount = readAmount(entry.amount, entry.currency)
  const at = readTime(entry.creationDate ?? entry.dateCreated)
  const came = isOurs(entry.creditParty, config.account)
  const went = isOurs(entry.debitParty, config.account)
  if (word === undefined || amount === undefined || at === undefined || came === went) return undefined
  const msisdn = msisdnOf(came ? entry.debitParty : entry.creditParty)
  return {
    receipt: entry.transactionReceipt || entry.transactionReference,
    side: came ? 'credit' : 'debit',
    amount,
    at,
    ...(msisdn && { msisdn }),
  }
}

const msisdnOf = (party: Party): Msisdn | undefined =>
  parseMsisdn(party.find(({ key }) => key === 'msisdn')?.value ?? '')
