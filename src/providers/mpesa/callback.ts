import * as z from 'zod'
import type { RawRequest } from '../../domain/outside.ts'
import type { AttemptRef, BalancesTold, CallbackReading } from '../provider.ts'
import { readBalances } from './books.ts'
import type { MpesaConfig } from './config.ts'
import { type Confirmation, readConfirmation } from './confirmation.ts'
import { faultOf, Result, readOrderResult, readStatus } from './results.ts'
import { Callback, parseJson, readPaid } from './wire.ts'

/** The request that Safaricom hands back when its own queue took too long. It holds a credential: nothing else is read. */
const TimedOut = z.object({ CommandID: z.string(), OriginatorConversationID: z.string().optional() })

const unreadable = (why: string): CallbackReading => ({ kind: 'unreadable', why })

/** Daraja signs nothing; whether the URL and the sender's address prove enough is for the gateway to say. */
export function readCallback(
  request: RawRequest,
  config: MpesaConfig,
  attempt?: AttemptRef,
): CallbackReading {
  if (request.method !== 'POST') return unreadable('Daraja calls back by POST')
  const confirmation = readConfirmation(request)
  if (confirmation !== undefined) return readPayment(confirmation, config)
  const body = parseJson(request.body)
  const pushed = Callback.safeParse(body)
  if (pushed.success) return readPushed(pushed.data, attempt)
  const result = Result.safeParse(body)
  const timedOut = TimedOut.safeParse(body)
  if (timedOut.success || (result.success && request.query.timeout !== undefined))
    return readTimeOut(timedOut.data?.OriginatorConversationID, attempt)
  if (!result.success) return unreadable('the body is nothing that Daraja sends')
  if (request.query.balance !== undefined) return readAccounts(result.data)
  if (isAnswer(result.data)) return readAnswer(result.data, config, attempt)
  return request.query.inquiry === undefined
    ? readOrder(result.data, attempt)
    : readNoAnswer(result.data, config, attempt)
}

/** The answer to a question about the accounts; nothing moved. */
function readAccounts({ ResultCode, values }: Result): CallbackReading {
  const fault = faultOf(ResultCode)
  const balances = ResultCode === '0' ? readBalances(values.get('AccountBalance') ?? '') : undefined
  const answer: BalancesTold =
    balances !== undefined
      ? { kind: 'balances', balances }
      : fault !== undefined
        ? { kind: 'our-fault', fault, detail: `result ${ResultCode}` }
        : { kind: 'unknown', why: `the accounts were not told (${ResultCode})` }
  return { kind: 'balances', answer }
}

const isAnswer = ({ ResultCode, values }: Result): boolean =>
  ResultCode === '0' && values.has('TransactionStatus')

function readPushed(pushed: Callback, attempt?: AttemptRef): CallbackReading {
  const id = pushed.CheckoutRequestID
  if (attempt !== undefined && attempt.operation !== 'collect')
    return unreadable('a push, at the URL of another order')
  if (attempt?.providerReference !== undefined && attempt.providerReference !== id)
    return unreadable('the body is about another push than its URL')
  return {
    kind: 'outcome',
    outcome: readPaid(pushed),
    providerReference: id,
    ...(attempt === undefined ? {} : { reference: attempt.reference }),
  }
}

/** What took too long may have been done all the same: it is asked about, and never called failed. */
function readTimeOut(reference: string | undefined, attempt?: AttemptRef): CallbackReading {
  if (attempt?.operation === 'disburse' && reference !== undefined && reference !== attempt.reference)
    return unreadable('the body is about another payout than its URL')
  const known = attempt?.reference ?? reference
  return {
    kind: 'outcome',
    outcome: { kind: 'unknown', why: "Safaricom's queue timed out" },
    ...(known === undefined ? {} : { reference: known }),
  }
}

/** A payout's or a refund's own result. A payout is known by our reference, a refund by what Safaricom named it. */
function readOrder(result: Result, attempt?: AttemptRef): CallbackReading {
  const { OriginatorConversationID: ours, ConversationID: theirs, values } = result
  const original = values.get('OriginalTransactionID')
  if (attempt?.operation === 'collect') return unreadable('the result of an order, at the URL of a push')
  if (attempt?.operation === 'disburse' && ours !== attempt.reference)
    return unreadable('the body is about another payout than its URL')
  if (attempt?.operation === 'refund' && (attempt.providerReference ?? theirs) !== theirs)
    return unreadable('the body is about another refund than its URL')
  if (
    attempt?.operation === 'refund' &&
    (original ?? attempt.original?.receipt) !== attempt.original?.receipt
  )
    return unreadable('another payment went back')
  const operation = attempt?.operation ?? (original === undefined ? 'disburse' : 'refund')
  return {
    kind: 'outcome',
    outcome: readOrderResult(result, operation),
    reference: attempt?.reference ?? ours,
    providerReference: theirs,
  }
}

/** The answer to a question; the identifiers around it are the question's own, those within are the payment's. */
function readAnswer({ values }: Result, config: MpesaConfig, attempt?: AttemptRef): CallbackReading {
  const ours = values.get('OriginatorConversationID')
  const receipt = values.get('ReceiptNo')
  const about =
    attempt?.operation === 'refund'
      ? receipt === attempt.original?.receipt
      : attempt?.operation !== 'collect' && (ours ?? attempt?.reference) === (attempt?.reference ?? ours)
  if (!about) return unreadable('the answer is about another payment than its URL')
  const reference = attempt?.reference ?? ours
  return {
    kind: 'outcome',
    outcome: readStatus(values, attempt?.operation, config.payout?.statusWords ?? {}),
    ...(reference === undefined ? {} : { reference }),
  }
}

/** A question that failed says nothing of the payment, but for the codes that say there is none. */
function readNoAnswer(result: Result, config: MpesaConfig, attempt?: AttemptRef): CallbackReading {
  const code = result.ResultCode
  // a refund is asked about by its original: that there is no such payment is not an answer to expect
  const notFound = attempt?.operation === 'disburse' && config.payout?.notFoundCodes.includes(code) === true
  return {
    kind: 'outcome',
    outcome: notFound ? { kind: 'not-found' } : { kind: 'unknown', why: 'the question was not answered' },
    ...(attempt === undefined ? {} : { reference: attempt.reference }),
  }
}

/** The paybill's own word for money that came, also for the money of a push. The number on it is masked, and not read. */
export function readPayment(
  { receipt, amount, at, billReference, shortcode }: Confirmation,
  config: MpesaConfig,
): CallbackReading {
  if (shortcode !== config.shortcode && shortcode !== config.till)
    return unreadable('a confirmation for another shortcode')
  return { kind: 'payment', receipt, amount, at, shownReference: billReference }
}
