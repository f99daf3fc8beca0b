import type { Knex } from 'knex'
import type { SimReply } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { type FlatXml, readFlat, writeXml } from '../kit/xml.ts'
import type { PaybillRow } from './house.ts'

/**
 * The wallet platform behind MTN's menus (Ericsson's), as far as a lender meets it: what it says and hears in XML.
 * Source: github.com/one-acre-fund/ph-ee-connector-mtn, its DTOs and the tests of its routes.
 */

/** A lender that customers pay at MTN: where it listens, and how each shows the other who it is. */
export type ServiceProvider = {
  readonly name: string
  readonly api_user: string
  readonly information_url: string
  readonly payment_url: string
  readonly shows: string | null
  readonly wants: string
}

const BASE = 'http://www.ericsson.com/em/emm/serviceprovider'
const INFORMATION = `${BASE}/v1_0/backend/client`
const PAYMENT = `${BASE}/v1_1/backend/client`
export const COMPLETED = `${BASE}/v1_0/backend`

export const providerOf = (db: Knex, name: string | null): Promise<ServiceProvider | undefined> =>
  db('sim_mtn_momo.service_providers').where({ name }).first()

const resource = (account: string, { name }: ServiceProvider): string => `FRI:${account}@${name}/SP`
const holder = (msisdn: string): string => `ID:${msisdn}/MSISDN`

type Heard = { readonly status: number; readonly told: FlatXml | undefined }
const WAITS_MS = 5_000

/** Undefined where nobody answers. */
async function post(url: string, shows: string | null, body: string): Promise<Heard | undefined> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/xml', ...(shows === null ? {} : { authorization: shows }) },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(WAITS_MS),
    })
    const text = await answer.text()
    return { status: answer.status, told: isXml(answer) ? readFlat(text.replace(NESTED, '')) : undefined }
  } catch {
    return undefined
  }
}

const isXml = (answer: Response): boolean =>
  /^(application|text)\/xml\b/.test(answer.headers.get('content-type') ?? '')
/** An answer's extension is the lender's own. */
const NESTED = /<extension>.*<\/extension>/s

/** Asks the lender whether it knows the account: a yes, a no, or no answer that can be understood. */
export async function ask(
  lender: ServiceProvider,
  account: string,
  msisdn: string,
): Promise<boolean | undefined> {
  const body = writeXml('getfinancialresourceinformationrequest', INFORMATION, {
    resource: resource(account, lender),
    accountholderid: holder(msisdn),
  })
  const heard = await post(lender.information_url, lender.shows, body)
  const isAnswer =
    heard?.told?.root === 'getfinancialresourceinformationresponse' && heard.told.namespace === INFORMATION
  if (!isAnswer || ![200, 404].includes(heard.status)) return undefined
  return heard.status === 200
}

export type Taken =
  | { readonly kind: 'held'; readonly name: string }
  | { readonly kind: 'refused'; readonly status: number }

/** Offers the payment; undefined where no answer came that can be understood, so that it is offered again. */
export async function offer(
  lender: ServiceProvider,
  row: PaybillRow,
  counter: number,
): Promise<Taken | undefined> {
  const body = writeXml('paymentrequest', PAYMENT, {
    transactionid: row.reference,
    accountholderid: holder(row.msisdn),
    receivingfri: resource(row.external_id, lender),
    amount: { amount: formatAmount(BigInt(row.amount_minor), row.currency), currency: row.currency },
    transmissioncounter: String(counter),
    extension: {},
  })
  const heard = await post(lender.payment_url, lender.shows, body)
  if (heard === undefined) return undefined
  if (heard.status >= 400 && heard.status < 500) return { kind: 'refused', status: heard.status }
  const { root, namespace, fields } = heard.told ?? { root: '', namespace: '', fields: {} }
  const { providertransactionid: name, status } = fields
  if (root !== 'paymentresponse' || namespace !== PAYMENT || !name) return undefined
  return heard.status === 202 && status === 'PENDING' ? { kind: 'held', name } : undefined
}

/** An error in the platform's own form. */
export const platformError = (status: number, code: string): SimReply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?><ns0:errorResponse xmlns:ns0="http://www.ericsson.com/lwac" errorcode="${code}"/>`,
})
