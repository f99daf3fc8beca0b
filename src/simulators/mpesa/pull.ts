import { randomUUID } from 'node:crypto'
import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { type App, type House, KES, type Row } from './house.ts'
import { appOf, isApp } from './oauth.ts'
import { invalid, isCallbackUrl, objectOf, refusal } from './replies.ts'

/**
 * A shortcode's payments of the last two days, page after page (portal, "Pull Transactions"). Inventions of ours, where
 * the portal shows a copy of the request: how long a page is, and the words for a shortcode that is not registered.
 */

const WINDOW_MS = 48 * 3_600_000
const NAIROBI_MS = 3 * 3_600_000
const PAGE = 50
const PULLS = 'sim_mpesa.pulls'
const TAKEN = '1000'
/** Registered before; and of a query: no transactions. */
const AGAIN = '1001'
const NONE = '1001'
const UNREGISTERED = '1003'

const said = (ResponseStatus: string, ShortCode: string, ResponseDescription: string): SimReply => ({
  status: 200,
  body: { ResponseRefID: randomUUID(), ResponseStatus, ShortCode, ResponseDescription },
})

async function register({ db }: House, app: App, text: string): Promise<SimReply> {
  const body = objectOf(text)
  if (body === undefined) return refusal('400.002.05', 'Invalid Request Payload')
  if (String(body.ShortCode) !== app.shortcode) return invalid('ShortCode')
  if (body.RequestType !== 'Pull') return invalid('RequestType')
  if (!/^(254|0)[17]\d{8}$/.test(String(body.NominatedNumber))) return invalid('NominatedNumber')
  if (!isCallbackUrl(body.CallBackURL)) return invalid('CallBackURL')
  const made: unknown[] = await db(PULLS)
    .insert({ shortcode: app.shortcode })
    .onConflict()
    .ignore()
    .returning('shortcode')
  return made.length === 0
    ? said(AGAIN, app.shortcode, 'ShortCode already Registered')
    : said(TAKEN, app.shortcode, 'ShortCode Registered Successfully')
}

/** By the clock in Nairobi; undefined where it is none. */
function timeOf(value: unknown): Date | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(String(value))
  const at = new Date(`${match?.[1]}T${match?.[2]}+03:00`)
  return Number.isNaN(at.getTime()) ? undefined : at
}

async function query({ db, clock }: House, app: App, text: string): Promise<SimReply> {
  const body = objectOf(text)
  if (body === undefined) return refusal('400.002.05', 'Invalid Request Payload')
  if (String(body.ShortCode) !== app.shortcode) return invalid('ShortCode')
  const [from, to] = [timeOf(body.StartDate), timeOf(body.EndDate)]
  if (from === undefined) return invalid('StartDate')
  if (to === undefined || to <= from) return invalid('EndDate')
  if (clock.now().getTime() - from.getTime() > WINDOW_MS) return invalid('StartDate')
  if (!/^\d{1,9}$/.test(String(body.OffSetValue))) return invalid('OffSetValue')
  if ((await db(PULLS).where({ shortcode: app.shortcode }).first()) === undefined)
    return {
      status: 200,
      body: { ResponseRefID: randomUUID(), ResponseCode: UNREGISTERED, ResponseMessage: 'Not registered' },
    }
  const rows: Row[] = await db('sim_mpesa.transactions')
    .where({ shortcode: app.shortcode })
    .whereIn('kind', ['collect', 'c2b'])
    .whereIn('status', ['succeeded', 'reversed'])
    .where('completed_at', '>=', from)
    .where('completed_at', '<=', to)
    .orderBy('completed_at')
    .orderBy('id')
    .offset(Number(body.OffSetValue))
    .limit(PAGE)
  if (rows.length === 0)
    return {
      status: 200,
      body: {
        ResponseRefID: randomUUID(),
        ResponseCode: NONE,
        ResponseMessage: 'No transactions available for the selected time period',
        Transaction: '[[]]',
      },
    }
  return {
    status: 200,
    body: {
      ResponseRefID: randomUUID(),
      ResponseCode: TAKEN,
      ResponseMessage: 'Success',
      Response: [rows.map(view)],
    },
  }
}

const view = (row: Row): object => ({
  transactionId: row.receipt,
  trxDate: `${new Date((row.completed_at?.getTime() ?? 0) + NAIROBI_MS).toISOString().slice(0, 19)}+03:00`,
  msisdn: row.msisdn,
  sender: 'M-PESA',
  transactiontype: 'c2b-pay-bill-debit',
  billreference: row.account_reference ?? '',
  amount: formatAmount(BigInt(row.amount_minor), KES),
  organizationname: 'Daraja Simulator',
})

/** The portal calls the query a GET, though it has a body: both verbs are served. */
export function pullRoutes(house: House): Route[] {
  const served = (
    method: 'GET' | 'POST',
    path: string,
    handle: (house: House, app: App, body: string) => Promise<SimReply>,
  ): Route => ({
    method,
    path: `/pulltransactions/v1/${path}`,
    async handle(request) {
      const app = await appOf(house, request)
      return isApp(app) ? handle(house, app, request.body) : app
    },
  })
  return [served('POST', 'register', register), served('POST', 'query', query), served('GET', 'query', query)]
}
