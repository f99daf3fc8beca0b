import * as z from 'zod'
import type { Money } from '../../domain/money.ts'
import { parseMsisdn } from '../../domain/msisdn.ts'
import type { Tools } from '../../domain/outside.ts'
import type { Balance, BalanceAnswer, Listeners, StatementAnswer, StatementLine } from '../provider.ts'
import { type Posted, post } from './access.ts'
import type { MpesaConfig, Pull } from './config.ts'
import { askBalance } from './operator.ts'
import { CURRENCY, readAmount, Taken, Text, writeClock } from './wire.ts'

/**
 * What came to the shortcode, and what its accounts hold.
 * Source: developer.safaricom.co.ke, "Pull Transactions" and "Account Balance".
 */

/** So far back Safaricom tells. */
const WINDOW_MS = 48 * 3_600_000
const MAX_PAGES = 500
/** Whole seconds are asked for. */
const SECOND_MS = 1000

const Registered = z.object({ ResponseStatus: Text })
/** The portal's sample answer is a copy of the request; rows are seen in a list, and in a list of lists (unverified). */
const Page = z.object({ ResponseCode: Text, Response: z.array(z.unknown()).nullish() })
const Row = z.object({
  transactionId: z.string().min(1).max(40),
  trxDate: z.iso.datetime({ offset: true, local: true }),
  msisdn: Text.nullish(),
  transactiontype: z.string(),
  billreference: Text.nullish(),
  amount: Text,
})

type No = Extract<StatementAnswer, { kind: 'our-fault' | 'unknown' }>

const unknown = (why: string): No => ({ kind: 'unknown', why })

/** A call that gave no value, in the words of a statement. */
function noOf(posted: Exclude<Posted, { kind: 'value' }>): No {
  if (posted.kind === 'no-answer') return unknown(posted.why)
  if (posted.kind === 'refused') return unknown(`answer ${posted.refused.code ?? posted.refused.status}`)
  const { outcome } = posted
  return outcome.kind === 'our-fault' ? outcome : unknown('Daraja was not reached')
}

/** Payments for goods are the till's. */
const pulledShortcode = ({ till, shortcode }: MpesaConfig): string => till ?? shortcode

/** Once for each shortcode: from then on its payments can be pulled. Undefined: done. */
export async function registerPull(
  { callback }: Listeners,
  config: MpesaConfig,
  tools: Tools,
): Promise<No | undefined> {
  const { pull } = config
  if (pull === undefined) return undefined
  const body = {
    ShortCode: pulledShortcode(config),
    RequestType: 'Pull',
    NominatedNumber: pull.nominatedNumber,
    CallBackURL: callback,
  }
  const posted = await post('/pulltransactions/v1/register', body, config, tools)
  if (posted.kind !== 'value') return noOf(posted)
  const registered = Registered.safeParse(posted.body)
  if (!registered.success) return unknown('an answer without a ResponseStatus')
  const status = registered.data.ResponseStatus
  return pull.registeredCodes.includes(status) ? undefined : unknown(`pull: status ${status}`)
}

/** Customers' payments to the shortcode, pushed or by themselves; nothing else is told there. */
export async function statement(
  from: Date,
  to: Date,
  config: MpesaConfig,
  tools: Tools,
): Promise<StatementAnswer> {
  const { pull } = config
  if (pull === undefined)
    return { kind: 'our-fault', fault: 'configuration', detail: 'the connection has no "pull"' }
  if (tools.now().getTime() - from.getTime() > WINDOW_MS) return unknown('Safaricom tells of 48 hours only')
  const lines = new Map<string, StatementLine>()
  const seen = new Set<string>()
  let offset = 0
  for (let page = 0; page < MAX_PAGES; page++) {
    const body = {
      ShortCode: pulledShortcode(config),
      StartDate: writeClock(from),
      EndDate: writeClock(to),
      OffSetValue: String(offset),
    }
    const posted = await post('/pulltransactions/v1/query', body, config, tools)
    if (endsBy(posted, pull)) return { kind: 'lines', lines: [...lines.values()] }
    if (posted.kind !== 'value') return noOf(posted)
    const read = Page.safeParse(posted.body)
    if (!read.success) return unknown('the answer is no page of payments')
    const { ResponseCode: code } = read.data
    if (code !== '1000') return unknown(`answer ${code}: is the shortcode registered for pulling?`)
    const rows = (read.data.Response ?? []).flat()
    if (rows.length === 0) return { kind: 'lines', lines: [...lines.values()] }
    const before = seen.size
    for (const row of rows) {
      const line = readRow(row, pull)
      if (line === undefined) return unknown('a line of the statement cannot be read')
      seen.add(line.receipt)
      if (line.kind === 'other') continue
      // a clock that is read wrongly would leave out what it should show
      if (line.at.getTime() < from.getTime() - SECOND_MS || line.at.getTime() > to.getTime() + SECOND_MS)
        return unknown(`the line ${line.receipt} is of another time than was asked for: see pull.times`)
      if (line.at >= from && line.at < to) lines.set(line.receipt, line.line)
    }
    if (seen.size === before) return unknown('the same page again')
    offset += rows.length
  }
  return unknown(`more than ${MAX_PAGES} pages`)
}

/** The portal's word, in an answer or as an error, for no (more) lines. */
function endsBy(posted: Posted, { emptyCodes }: Pull): boolean {
  if (posted.kind === 'refused') return emptyCodes.includes(posted.refused.code ?? '')
  const said = posted.kind === 'value' ? Page.safeParse(posted.body) : undefined
  return said?.success === true && emptyCodes.includes(said.data.ResponseCode)
}

type ReadRow =
  | { readonly kind: 'line'; readonly receipt: string; readonly at: Date; readonly line: StatementLine }
  /** No customer's payment. */
  | { readonly kind: 'other'; readonly receipt: string }

/** Undefined: it cannot be read. */
function readRow(row: unknown, { creditTypes, times }: Pull): ReadRow | undefined {
  const read = Row.safeParse(row)
  if (!read.success) return undefined
  const { transactionId, trxDate, transactiontype, billreference, msisdn } = read.data
  if (!creditTypes.includes(transactiontype)) return { kind: 'other', receipt: transactionId }
  const amount = readAmount(read.data.amount)
  // a time without a zone is the clock's in Nairobi
  const [clock = '', zone] = trxDate.split(/(Z|[+-]\d\d:\d\d)$/)
  const at = new Date(`${clock}${(times === 'written' && zone) || '+03:00'}`)
  const phone = msisdn == null ? undefined : parseMsisdn(`+${msisdn}`)
  if (amount === undefined || amount.minor <= 0n) return undefined
  const line: StatementLine = {
    receipt: transactionId,
    side: 'credit',
    amount,
    at,
    ...(billreference == null ? {} : { reference: billreference }),
    ...(phone === undefined ? {} : { msisdn: phone }),
  }
  return { kind: 'line', receipt: transactionId, at, line }
}

/** Asked of the organisation's operator; the answer comes by callback. */
export async function balances(
  config: MpesaConfig,
  tools: Tools,
  callbackUrl?: string,
): Promise<BalanceAnswer> {
  if (callbackUrl === undefined) return unknown('cannot be asked: the answer has nowhere to come to')
  const posted = await askBalance(callbackUrl, config, tools)
  if (posted === undefined)
    return unknown('this connection has no payout operator, and only an operator may ask')
  if (posted.kind !== 'value') return noOf(posted)
  return Taken.safeParse(posted.body).success ? { kind: 'later' } : unknown('the question was not taken')
}

/**
 * `Working Account|KES|346568.83|6186.83|340382.00|0.00&Utility Account|KES|…`: what each account has, what of it may be
 * spent, is reserved, and is not cleared. What may be spent counts; charges may be owed. Undefined where a part of it
 * cannot be read.
 */
export function readBalances(text: string): readonly Balance[] | undefined {
  const found = text.split('&').map(readAccount)
  return found.every(balance => balance !== undefined) ? found : undefined
}

function readAccount(text: string): Balance | undefined {
  const [account = '', currency, ...fields] = text.split('|')
  const amounts = fields.map(readSigned)
  const [, amount] = amounts
  const isWhole = amounts.length === 4 && amounts.every(each => each !== undefined)
  return account === '' || currency !== CURRENCY || !isWhole || amount === undefined
    ? undefined
    : { account, amount }
}

function readSigned(text: string): Money | undefined {
  const amount = readAmount(text.replace(/^-(?=\d)/, ''))
  return amount && text.startsWith('-') ? { ...amount, minor: -amount.minor } : amount
}
