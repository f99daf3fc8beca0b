import { randomUUID } from 'node:crypto'
import { formatMoney, isWhole } from '../../domain/money.ts'
import { digitsOf } from '../../domain/msisdn.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { RawRequest, Tools } from '../../domain/outside.ts'
import type { AttemptRef, CallbackReading, Order, Provider } from '../provider.ts'
import { Config, type MpesaConfig, post, type Refused, signature } from './access.ts'
import { type Confirmation, readConfirmation } from './confirmation.ts'
import { Callback, CURRENCY, PushAnswer, parseJson, QueryAnswer, readPaid, readResult } from './wire.ts'

export type { MpesaConfig } from './access.ts'
export { type Confirmation, readConfirmation } from './confirmation.ts'

/**
 * M-Pesa Kenya by Daraja: STK push. There is no key of ours on this wire: until Safaricom has named the push
 * (`CheckoutRequestID`) it cannot be asked about, and a lost answer ends by its callback or by other evidence only.
 */
export const mpesa: Provider<MpesaConfig> = {
  name: 'mpesa',
  can: { operations: ['collect'], askByOurReference: false, wholeUnitsOnly: true },
  timing: {
    callMs: 20_000,
    firstInquiryMs: 30_000,
    inquiryEveryMs: 20_000,
    promptLifeMs: 120_000,
    giveUpMs: 600_000,
    graceMs: 120_000,
  },
  callbackAnswer: {
    status: 200,
    contentType: 'application/json',
    body: '{"ResultCode":0,"ResultDesc":"Accepted"}',
  },
  config: raw => Config.parse(raw),
  newReference: () => randomUUID(),
  send,
  inquire,
  readCallback,
}

async function send(order: Order, config: MpesaConfig, tools: Tools): Promise<Outcome> {
  if (order.operation !== 'collect') return fault(`${order.operation} is not offered by this connection`)
  if (order.amount.currency !== CURRENCY) return fault(`M-Pesa carries ${CURRENCY} only`)
  if (!isWhole(order.amount) || order.amount.minor <= 0n) return fault('M-Pesa carries whole shillings only')
  const phone = digitsOf(order.msisdn)
  if (!/^254[17]\d{8}$/.test(phone))
    return { kind: 'declined', reason: 'no-account', again: 'other-wallet', code: 'not-a-kenyan-mobile' }
  const answer = await post(
    '/mpesa/stkpush/v1/processrequest',
    {
      ...signature(config, tools.now()),
      TransactionType: config.transactionType,
      Amount: Number.parseInt(formatMoney(order.amount), 10),
      PartyA: Number(phone),
      PartyB: Number(config.till ?? config.shortcode),
      PhoneNumber: Number(phone),
      CallBackURL: order.callbackUrl,
      AccountReference: order.shownReference.slice(0, 12),
      TransactionDesc: order.shownReference.slice(0, 13),
    },
    config,
    tools,
  )
  if (answer.kind === 'not-sent') return answer.outcome
  if (answer.kind === 'no-answer') return { kind: 'unknown', why: answer.why }
  if (answer.kind === 'refused') return readRefusedPush(answer.refused)
  const push = PushAnswer.safeParse(answer.body)
  return push.success && push.data.ResponseCode === '0'
    ? { kind: 'accepted', providerReference: push.data.CheckoutRequestID }
    : { kind: 'unknown', why: 'an answer that accepts nothing and refuses nothing' }
}

/** Refusals of the push itself; each says that nothing was started, but for the codes that are not listed. */
function readRefusedPush({ status, code, message }: Refused): Outcome {
  switch (code) {
    case '400.002.02':
      return /PhoneNumber|PartyA/i.test(message)
        ? { kind: 'declined', reason: 'no-account', again: 'other-wallet', code }
        : fault(`${code} ${/Invalid (\w{1,30})/.exec(message)?.[1] ?? 'a field'} was refused`)
    case '404.001.01':
    case '405.001':
      return fault(`${code} the address or the method was refused`)
    case '500.001.1001':
      // One code for three troubles; only the words tell the lender's two from the customer's locked line.
      if (/credential/i.test(message)) return { kind: 'our-fault', fault: 'credentials', detail: code }
      if (/merchant/i.test(message)) return fault(`${code} the shortcode was refused`)
      return { kind: 'declined', reason: 'busy', again: 'later', code }
    case '500.003.02':
      return { kind: 'declined', reason: 'busy', again: 'later', code }
    case '500.003.03':
      return { kind: 'our-fault', fault: 'quota', detail: code }
    default:
      return { kind: 'unknown', why: `answer ${code ?? status}` }
  }
}

async function inquire(attempt: AttemptRef, config: MpesaConfig, tools: Tools): Promise<Outcome> {
  const id = attempt.providerReference
  if (id === undefined) return { kind: 'unknown', why: 'cannot be asked: Safaricom never named this push' }
  const body = { ...signature(config, tools.now()), CheckoutRequestID: id }
  const answer = await post('/mpesa/stkpushquery/v1/query', body, config, tools)
  // A question that did not leave says nothing of the push.
  if (answer.kind === 'not-sent')
    return answer.outcome.kind === 'our-fault'
      ? answer.outcome
      : { kind: 'unknown', why: 'the question was not sent' }
  if (answer.kind === 'no-answer') return { kind: 'unknown', why: answer.why }
  if (answer.kind === 'refused')
    return answer.refused.code === '500.001.1001'
      ? { kind: 'accepted', providerReference: id }
      : { kind: 'unknown', why: `answer ${answer.refused.code ?? answer.refused.status}` }
  const result = QueryAnswer.safeParse(answer.body)
  if (!result.success) return { kind: 'unknown', why: 'the answer holds no result' }
  if (result.data.CheckoutRequestID !== undefined && result.data.CheckoutRequestID !== id)
    return { kind: 'unknown', why: 'the answer is about another push' }
  // The query tells neither amount nor receipt: a push is paid whole or not at all, and the receipt comes later.
  return result.data.ResultCode === '0'
    ? { kind: 'confirmed', amount: attempt.amount }
    : readResult(result.data.ResultCode)
}

/** Daraja signs nothing; whether the URL and the sender's address prove enough is for the gateway to say. */
function readCallback(request: RawRequest, config: MpesaConfig, attempt?: AttemptRef): CallbackReading {
  if (request.method !== 'POST') return { kind: 'unreadable', why: 'Daraja calls back by POST' }
  const confirmation = readConfirmation(request)
  if (confirmation !== undefined) return readPayment(confirmation, config)
  const parsed = Callback.safeParse(parseJson(request.body))
  if (!parsed.success) return { kind: 'unreadable', why: 'the body is no stkCallback' }
  const id = parsed.data.CheckoutRequestID
  if (attempt?.providerReference !== undefined && attempt.providerReference !== id)
    return { kind: 'unreadable', why: 'the body is about another push than its URL' }
  return {
    kind: 'outcome',
    outcome: readPaid(parsed.data),
    providerReference: id,
    proof: 'none',
    ...(attempt === undefined ? {} : { reference: attempt.reference }),
  }
}

/** The paybill's own word for money that came, also for the money of a push. */
function readPayment(
  { receipt, amount, at, billReference, shortcode }: Confirmation,
  config: MpesaConfig,
): CallbackReading {
  if (shortcode !== config.shortcode && shortcode !== config.till)
    return { kind: 'unreadable', why: 'a confirmation for another shortcode' }
  return { kind: 'payment', receipt, amount, at, shownReference: billReference }
}

const fault = (detail: string): Outcome => ({ kind: 'our-fault', fault: 'configuration', detail })
