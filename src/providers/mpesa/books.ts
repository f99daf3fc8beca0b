import * as z from 'zod'
import { parseMsisdn } from '../../domain/msisdn.ts'
import type { Tools } from '../../domain/outside.ts'
import type { Balance, BalanceAnswer, Listeners, StatementAnswer, StatementLine } from '../provider.ts'
import { type Posted, post } from './access.ts'
import type { MpesaConfig } from './config.ts'
import { askBalance } from './operator.ts'
import { CURRENCY, readAmount, Taken, Text, writeClock } from './wire.ts'

/**
 * What came to the shortcode, and what its accounts hold.
 * Source: developer.safaricom.co.ke, "Pull Transactions" and "Account Balance".
 */

/** So far back Safaricom tells. */
const WINDOW_MS = 48 * 3_600_000
const MAX_PAGES = 500

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

/** Once for each shortcode: from then on its payments can be pulled. Undefined: done. */
export async function registerPull(
  { callback }: Listeners,
  config: MpesaConfig,
  tools: Tools,
): Promise<No | undefined> {
  const { pull, shortcode } = config
  if (pull === undefined) return undefined
  const body = {
    ShortCode: shortcode,
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
  const { pull, shortcode } = config
  if (pull === undefined)
    return { kind: 'our-fault', fault: 'configuration', detail: 'the connection has no "pull"' }
  if (tools.now().getTime() - from.getTime() > WINDOW_MS) return unknown('Safaricom tells of 48 hours only')
  const lines = new Map<string, StatementLine>()
  let offset = 0
  for (let page = 0; page < MAX_PAGES; page++) {
    const body = {
      ShortCode: shortcode,
      StartDate: writeClock(from),
      EndDate: writeClock(to),
      OffSetValue: String(offset),
    }
    const posted = await post('/pulltransactions/v1/query', body, config, tools)
    if (posted.kind !== 'value') return noOf(posted)
    const read = Page.safeParse(posted.body)
    if (!read.success) return unknown('the answer is no page of payments')
    const { ResponseCode: code } = read.data
    if (code !== '1000') return unknown(`answer ${code}: is the shortcode registered for pulling?`)
    const rows = (read.data.Response ?? []).flat()
    const before = lines.size
    for (const row of rows) {
      const line = readRow(row, pull.creditTypes)
      if (line === undefined) return unknown('a line of the statement cannot be read')
      // seconds are cut off on this wire
      if (line !== 'other' && line.at >= from && line.at < to) lines.set(line.receipt, line)
    }
    if (rows.length === 0 || (page > 0 && lines.size === before))
      return { kind: 'lines', lines: [...lines.values()] }
    offset += rows.length
  }
  return unknown(`more than ${MAX_PAGES} pages`)
}

/** Undefined: it cannot be read; `other`: no customer's payment. */
function readRow(row: unknown, credits: readonly string[]): StatementLine | 'other' | undefined {
  const read = Row.safeParse(row)
  if (!read.success) return undefined
  const { transactionId, trxDate, transactiontype, billreference, msisdn } = read.data
  if (!credits.includes(transactiontype)) return 'other'
  const amount = readAmount(read.data.amount)
  // a time without a zone is the clock's in Nairobi
  const at = new Date(/(Z|[+-]\d\d:\d\d)$/.test(trxDate) ? trxDate : `${trxDate}+03:00`)
  const phone = msisdn == null ? undefined : parseMsisdn(`+${msisdn}`)
  if (amount === undefined || amount.minor <= 0n) return undefined
  return {
    receipt: transactionId,
    side: 'credit',
    amount,
    at,
    ...(billreference == null ? {} : { reference: billreference }),
    ...(phone === undefined ? {} : { msisdn: phone }),
  }
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
 * `Working Account|KES|700000.00|700000.00|0.00|0.00&Utility Account|KES|…`: what each account has, then what of it is
 * free, reserved and not cleared. Undefined where a part of it cannot be read.
 */
export function readBalances(text: string): readonly Balance[] | undefined {
  const found = text.split('&').map(each => {
    const [account = '', currency, held = ''] = each.split('|')
    const amount = currency === CURRENCY ? readAmount(held.replace(/^-/, '')) : undefined
    if (account === '' || amount === undefined) return undefined
    return { account, amount: held.startsWith('-') ? { ...amount, minor: -amount.minor } : amount }
  })
  return found.every(balance => balance !== undefined) ? found : undefined
}
