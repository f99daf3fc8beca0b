import { randomUUID } from 'node:crypto'
import { digitsOf } from '../../domain/msisdn.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { HttpAnswer, Tools } from '../../domain/outside.ts'
import type { AttemptRef, Order, Provider } from '../provider.ts'
import {
  ASKED,
  asReference,
  currencyWordOf,
  notFound,
  ours,
  parseObject,
  readAmount,
  TIMING,
  unknown,
  wireNumber,
} from './common.ts'
import { Lookup, OpenConfig, Refunded, refused, timeOf, toOutcome } from './open-wire.ts'

export type { OpenConfig } from './open-wire.ts'

/** Nobody calls back, and payouts are not offered. */
export const ecocashOpen: Provider<OpenConfig> = {
  name: 'ecocash-open',
  about: {
    title: 'EcoCash Open API',
    level: 'simulated',
    providers: ['ecocash-zw'],
    callbackProof: 'nothing',
    source: 'developers.ecocash.co.zw, Open API (payments, refunds, transactions lookup)',
  },
  can: {
    // whether a refund can be asked about no page says: it is tried, and relied on by nobody
    operations: { collect: ASKED, refund: { ...ASKED, askByOurReference: false } },
    wholeUnitsOnly: false,
    customerInitiated: false,
    needsCode: false,
    needsSmartphone: false,
    nameCheck: 'no',
  },
  timing: TIMING,
  callbackAnswer: { status: 200, contentType: 'application/json', body: '{}' },
  config: raw => OpenConfig.parse(raw),
  products: () => [['collect', 'refund']],
  newReference: () => randomUUID(),
  send,
  inquire,
  readCallback: () => ({ kind: 'unreadable', why: 'the Open API does not call back' }),
}

async function send(order: Order, config: OpenConfig, tools: Tools): Promise<Outcome> {
  if (order.operation === 'disburse') return ours('configuration', 'the Open API pays nothing out')
  if (order.amount.currency !== config.currency)
    return ours('configuration', `the connection carries ${config.currency} only`)
  const amount = wireNumber(order.amount)
  if (amount === undefined)
    return ours('configuration', 'the amount is more than a JSON number carries exactly')
  const money = { amount, currency: currencyWordOf(config) }
  if (order.operation === 'refund') return refund(order, money, config, tools)
  const body = {
    customerMsisdn: digitsOf(order.msisdn),
    ...money,
    reason: order.shownReference,
    sourceReference: order.reference,
  }
  const answer = await post('/api/v2/payment/instant/c2b', body, config, tools)
  if ('outcome' in answer) return answer.outcome
  // the portal shows a status line and no body; whatever else stands there is asked about
  return answer.status === 200 && answer.body.trim() === '' ? { kind: 'accepted' } : refused(answer.status)
}

/** Misspelt as the portal has it. Its answer is the only one that is documented: whether a refund can be asked about is not. */
async function refund(order: Order, money: object, config: OpenConfig, tools: Tools): Promise<Outcome> {
  const original = order.original?.[config.refundBy]
  if (original === undefined)
    return ours('configuration', `a refund without the ${config.refundBy} of the payment that goes back`)
  const body = {
    origionalEcocashTransactionReference: original,
    refundCorelator: order.reference,
    sourceMobileNumber: digitsOf(order.msisdn),
    ...money,
    clientName: config.clientName,
    reasonForRefund: order.shownReference,
  }
  const answer = await post('/api/v2/refund/instant/c2b', body, config, tools)
  if ('outcome' in answer) return answer.outcome
  const told = Refunded.safeParse(parseObject(answer.body))
  if (answer.status !== 200 || !told.success) return refused(answer.status)
  // every reference in it is the payment's or our own: a refund has no receipt
  const { transactionStatus, amount, currency } = told.data
  return toOutcome(
    transactionStatus,
    { operation: 'refund', amount: readAmount(amount, currency, config) },
    config,
  )
}

async function inquire(attempt: AttemptRef, config: OpenConfig, tools: Tools): Promise<Outcome> {
  const body = { sourceMobileNumber: digitsOf(attempt.msisdn), sourceReference: attempt.reference }
  const answer = await post('/api/v1/transaction/c2b/status', body, config, tools)
  if ('outcome' in answer) return answer.outcome
  const fields = parseObject(answer.body)
  // an error's body is not published: what a proxy says of a lost route may look the same
  if (answer.status === 404 && fields !== undefined) return notFound(attempt.operation, config)
  const told = Lookup.safeParse(fields)
  if (answer.status !== 200 || !told.success) return unknown(`answer ${answer.status}`)
  const { status, reference, ecocashReference, amount, transactionDateTime } = told.data
  const { operation } = attempt
  // that refunds are found by their correlator is our reading: the answer has to say so
  if (reference == null ? operation === 'refund' : reference !== attempt.reference)
    return unknown('the answer is about another request')
  const receipt = operation === 'refund' ? undefined : asReference(ecocashReference)
  const at = timeOf(transactionDateTime, config)
  const read = readAmount(amount?.amount, amount?.currency, config)
  return toOutcome(status, { operation, amount: read, receipt, at }, config)
}

type Answer = Extract<HttpAnswer, { kind: 'answer' }>

async function post(
  path: string,
  body: object,
  config: OpenConfig,
  { http }: Tools,
): Promise<Answer | { readonly outcome: Outcome }> {
  const answer = await http({
    method: 'POST',
    url: `${config.baseUrl}${path}/${config.mode}`,
    headers: { 'x-api-key': config.apiKey, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    deadlineMs: config.callMs,
  })
  if (answer.kind === 'no-answer') return { outcome: unknown(answer.why) }
  if (answer.status === 401 || answer.status === 403)
    return { outcome: ours('credentials', 'the API key was refused') }
  return answer
}
