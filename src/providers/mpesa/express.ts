import { formatMoney } from '../../domain/money.ts'
import { digitsOf } from '../../domain/msisdn.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Tools } from '../../domain/outside.ts'
import type { AttemptRef, Order } from '../provider.ts'
import { fault, post, type Refused, signature } from './access.ts'
import type { MpesaConfig } from './config.ts'
import { PushAnswer, QueryAnswer, readResult } from './wire.ts'

/** Pushes the wallet's prompt to the customer's phone: M-Pesa Express, "STK push". */
export async function push(order: Order, config: MpesaConfig, tools: Tools): Promise<Outcome> {
  const phone = Number(digitsOf(order.msisdn))
  const answer = await post(
    '/mpesa/stkpush/v1/processrequest',
    {
      ...signature(config, tools.now()),
      TransactionType: config.transactionType,
      Amount: Number.parseInt(formatMoney(order.amount), 10),
      PartyA: phone,
      PartyB: Number(config.till ?? config.shortcode),
      PhoneNumber: phone,
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
  const taken = PushAnswer.safeParse(answer.body)
  return taken.success && taken.data.ResponseCode === '0'
    ? { kind: 'accepted', providerReference: taken.data.CheckoutRequestID }
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

/** Asks what became of a push, by the name that Safaricom gave it: answered at once, without a receipt. */
export async function askPush(attempt: AttemptRef, config: MpesaConfig, tools: Tools): Promise<Outcome> {
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
  // The same code says that she has not answered yet; its words alone tell that it is our password.
  if (answer.kind === 'refused' && /credential/i.test(answer.refused.message))
    return {
      kind: 'our-fault',
      fault: 'credentials',
      ...(answer.refused.code === undefined ? {} : { detail: answer.refused.code }),
    }
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
