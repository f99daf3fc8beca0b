import { createHash, timingSafeEqual } from 'node:crypto'
import { type Money, parseMoney } from '../../domain/money.ts'
import { parseMsisdn } from '../../domain/msisdn.ts'
import type { RawRequest, Tools } from '../../domain/outside.ts'
import type { HttpReply, Offer, OfferAnswer, Question, Validation, Verdict } from '../provider.ts'
import { escapeXml, readRoot, type XmlElement } from '../xml.ts'
import type { MtnConfig, Paybill } from './config.ts'

/**
 * What customers pay to the lender at MTN by themselves: MTN asks whether it knows the account, offers the payment, and
 * moves the money when it has heard our yes. Calls may be repeated, with the same two names for the payment.
 * Source: github.com/one-acre-fund/ph-ee-connector-mtn, `PaybillRouteBuilder` and `dto`.
 */

type Refused = 'other-payee' | 'other-currency' | 'unreadable'

const xml = (status: number, root: string, namespace: string, inner: string): HttpReply => ({
  status,
  contentType: 'application/xml',
  body: documentOf(root, namespace, inner),
})

const documentOf = (root: string, namespace: string, inner: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><ns0:${root} xmlns:ns0="${escapeXml(namespace)}">${inner}</ns0:${root}>`

const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`

/** Only JSON speaks of what we have asked for. */
export const isPaybill = ({ body }: RawRequest): boolean => body.trimStart().startsWith('<')

/** Whether it carries the credentials that MTN was given for its XML; false where it was given none. */
export function proves(request: RawRequest, { paybill }: MtnConfig): boolean {
  if (paybill?.inbound === undefined || !isPaybill(request)) return false
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(basic(paybill.inbound)))
}

const basic = ({ username, password }: Paybill['account']): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** The account in a resource of MTN's, `FRI:12345@lender.sp/SP`, and the lender behind it where it is named. */
function readResource(text: string): { readonly account: string; readonly payee: string | undefined } {
  const [account = '', payee] = text.replace(/^FRI:/i, '').split('@')
  return { account: account.trim(), payee: payee?.split('/')[0]?.trim() }
}

const isOurs = (payee: string | undefined, { serviceProvider }: Paybill): boolean =>
  payee === undefined || payee.toLowerCase() === serviceProvider.toLowerCase()

const isRoot = (root: XmlElement | undefined, name: string, namespace: string): root is XmlElement =>
  root?.name === name && root.namespace === namespace

const MAX_ACCOUNT = 100

/** The question before a payment: whose account, and nothing of the amount. */
function readQuestion(request: RawRequest, config: MtnConfig): Question | 'other-payee' | 'unreadable' {
  const { paybill, currency } = config
  if (paybill === undefined || request.method !== 'POST') return 'unreadable'
  const root = readRoot(request.body)
  if (!isRoot(root, 'getfinancialresourceinformationrequest', paybill.namespaces.information))
    return 'unreadable'
  const { account, payee } = readResource(root.child('resource')?.text ?? '')
  if (account === '' || account.length > MAX_ACCOUNT) return 'unreadable'
  return isOurs(payee, paybill) ? { kind: 'account', shownReference: account, currency } : 'other-payee'
}

function answerQuestion(verdict: Verdict, { paybill }: MtnConfig): HttpReply {
  const root = 'getfinancialresourceinformationresponse'
  const message = element('message', 'completed')
  const known = verdict === 'welcome'
  const name = element('accountname', paybill?.accountName ?? '')
  const inner = known ? `${message}<extension>${name}</extension>` : message
  return xml(known ? 200 : 404, root, paybill?.namespaces.information ?? '', inner)
}

export const validation: Validation<MtnConfig> = { read: readQuestion, answer: answerQuestion }

/** A payment that MTN holds for our word. A repeated one differs in its `transmissioncounter` only. */
export function readOffer(request: RawRequest, { paybill, currency }: MtnConfig): Offer | Refused {
  if (paybill === undefined || request.method !== 'POST') return 'unreadable'
  const root = readRoot(request.body)
  if (!isRoot(root, 'paymentrequest', paybill.namespaces.payment)) return 'unreadable'
  const receipt = root.child('transactionid')?.text ?? ''
  const { account, payee } = readResource(root.child('receivingfri')?.text ?? '')
  const amount = root.child('amount')
  const held = readAmount(amount?.child('amount')?.text ?? '', currency)
  const isWhole =
    /^[\w.:-]{1,60}$/.test(receipt) && account !== '' && account.length <= MAX_ACCOUNT && held !== undefined
  if (!isWhole) return 'unreadable'
  if (!isOurs(payee, paybill)) return 'other-payee'
  if (amount?.child('currency')?.text !== currency) return 'other-currency'
  const payer = /^(?:ID:)?(\d+)(?:\/|$)/.exec(root.child('accountholderid')?.text ?? '')?.[1]
  const msisdn = payer === undefined ? undefined : parseMsisdn(payer)
  return {
    kind: 'offer',
    reference: referenceOf(receipt),
    receipt,
    amount: held,
    shownReference: account,
    ...(msisdn === undefined ? {} : { msisdn }),
  }
}

function readAmount(text: string, currency: string): Money | undefined {
  const amount = parseMoney(text, currency)
  return amount === undefined || amount.minor <= 0n ? undefined : amount
}

/** Our name for a payment, made of MTN's: whenever it is told again, it is called the same (a UUID of version 8). */
function referenceOf(transactionId: string): string {
  const hex = createHash('sha256').update(`mtn-momo paybill ${transactionId}`).digest('hex')
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5')
}

const REFUSALS: Readonly<Record<Refused, readonly [status: number, why: string]>> = {
  'other-payee': [404, 'not a payment to this lender'],
  'other-currency': [400, 'another currency than this account has'],
  unreadable: [400, 'not a payment request'],
}

const refusal = (status: number, body: string): HttpReply => ({ status, contentType: 'text/plain', body })

/** "Wait for our word" to whatever can be read, whoever sent it; MTN moves nothing before it has that. */
export function answerOffer(request: RawRequest, config: MtnConfig): HttpReply | undefined {
  if (!isPaybill(request)) return undefined
  const { paybill } = config
  if (paybill === undefined) return refusal(404, 'no customer pays by herself here')
  if (paybill.inbound !== undefined && !proves(request, config)) return refusal(401, 'who asks?')
  const offer = readOffer(request, config)
  if (typeof offer === 'string') return refusal(...REFUSALS[offer])
  const told = element('providertransactionid', offer.reference) + element('status', 'PENDING')
  return xml(202, 'paymentresponse', paybill.namespaces.payment, told)
}

/** Tells MTN our word, and reads what has become of the money. */
export async function settle(
  { receipt, reference }: Offer,
  take: boolean,
  { paybill, callMs }: MtnConfig,
  tools: Tools,
): Promise<OfferAnswer> {
  if (paybill === undefined)
    return { kind: 'our-fault', fault: 'configuration', detail: 'no paybill is configured' }
  const { completedUrl, account, namespaces } = paybill
  const told =
    element('transactionid', receipt) +
    element('providertransactionid', reference) +
    element('status', take ? 'COMPLETED' : 'FAILED')
  const answer = await tools.http({
    method: 'POST',
    url: completedUrl,
    headers: { authorization: basic(account), 'content-type': 'application/xml' },
    body: documentOf('paymentcompletedrequest', namespaces.completed, told),
    deadlineMs: callMs,
  })
  if (answer.kind === 'no-answer') return { kind: 'unknown', why: answer.why }
  if (answer.status === 401) return { kind: 'our-fault', fault: 'credentials', detail: '401' }
  if (answer.status === 403) return { kind: 'our-fault', fault: 'address-refused', detail: '403' }
  const root = readRoot(answer.body)
  if (answer.status === 200 && isRoot(root, 'paymentcompletedresponse', namespaces.completed))
    return readCompleted(root, take)
  return readError(root, paybill) ?? { kind: 'unknown', why: `answer ${answer.status}` }
}

/** An empty answer says that it is as we said; some editions say in so many words how it is. */
function readCompleted(root: XmlElement, take: boolean): OfferAnswer {
  if (root.text === '') return { kind: take ? 'taken' : 'let-go' }
  const word = root.child('paymentstatus')?.text.toUpperCase()
  if (word === 'COMPLETED') return { kind: 'taken' }
  return word === 'FAILED' ? { kind: 'let-go' } : { kind: 'unknown', why: 'a status that is not listed' }
}

/** The platform's own form of an error: a root with a code in it. */
function readError(root: XmlElement | undefined, { errorCodes }: Paybill): OfferAnswer | undefined {
  const code = root?.name === 'errorResponse' ? root.attribute('errorcode') : undefined
  if (code === undefined || !/^[A-Za-z_]{2,60}$/.test(code)) return undefined
  const meaning = Object.hasOwn(errorCodes, code) ? errorCodes[code] : undefined
  return meaning === undefined ? { kind: 'unknown', why: `error ${code}` } : { kind: meaning }
}
