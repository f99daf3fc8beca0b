import { constants, publicEncrypt } from 'node:crypto'
import { formatMoney } from '../../domain/money.ts'
import { digitsOf } from '../../domain/msisdn.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Tools } from '../../domain/outside.ts'
import type { AttemptRef, Order } from '../provider.ts'
import { fault, type Posted, post, type Refused } from './access.ts'
import type { MpesaConfig, Payout } from './config.ts'
import { Taken } from './wire.ts'

/**
 * What the organisation's API operator does: pays out, sends back, asks. Each call is only taken here; the result comes
 * by a callback. Source: developer.safaricom.co.ke, APIs "B2C", "Reversal", "Transaction Status".
 */

/** Our account's type, "organisation shortcode", as the portal numbers them; reversals have a number of their own. */
const SHORTCODE_TYPE = '4'
const REVERSED_PARTY_TYPE = '11'
/** Safaricom's own bounds, to tell which of them an amount has passed; it is Safaricom who refuses. */
const LEAST_MINOR = 1_000n

const NOT_CONFIGURED = 'this connection has no payout operator'

/** The operator's password under Safaricom's key, RSA with PKCS#1 v1.5 as the portal's page "Security Credentials" wants it. */
function credential({ securityCredential, initiatorPassword = '', certificate = '' }: Payout): string {
  if (securityCredential !== undefined) return securityCredential
  const key = { key: certificate, padding: constants.RSA_PKCS1_PADDING }
  return publicEncrypt(key, Buffer.from(initiatorPassword)).toString('base64')
}

/** The marks by which a callback tells an answer to a question from the order's own result, and both from a time-out. */
function listeners(callbackUrl: string, marks: readonly string[] = []) {
  const marked = (more: readonly string[]) => {
    const url = new URL(callbackUrl)
    for (const mark of more) url.searchParams.set(mark, '1')
    return url.href
  }
  return { ResultURL: marked(marks), QueueTimeOutURL: marked([...marks, 'timeout']) }
}

/** What the operator signs; the name's field is not the same in all calls. */
const signed = (name: 'InitiatorName' | 'Initiator', payout: Payout) => ({
  [name]: payout.initiator,
  SecurityCredential: credential(payout),
})

/** Pays a customer. `OriginatorConversationID` is our reference: Safaricom takes it once, which guards against paying twice. */
export async function payOut(order: Order, config: MpesaConfig, tools: Tools): Promise<Outcome> {
  const { payout } = config
  if (payout === undefined) return fault(NOT_CONFIGURED)
  const body = {
    OriginatorConversationID: order.reference,
    ...signed('InitiatorName', payout),
    CommandID: payout.commandId,
    Amount: Number.parseInt(formatMoney(order.amount), 10),
    PartyA: Number(payout.shortcode ?? config.shortcode),
    PartyB: Number(digitsOf(order.msisdn)),
    Remarks: `Payout ${order.shownReference}`,
    ...listeners(order.callbackUrl),
    Occassion: order.shownReference,
  }
  return readTaken(await post('/mpesa/b2c/v3/paymentrequest', body, config, tools), order)
}

/** Sends a customer's payment back to her, known by its receipt. There is no key of ours on this wire. */
export async function sendBack(order: Order, config: MpesaConfig, tools: Tools): Promise<Outcome> {
  const { payout } = config
  const receipt = order.original?.receipt
  if (payout === undefined) return fault(NOT_CONFIGURED)
  if (receipt === undefined) return fault('the receipt of the payment that shall go back is missing')
  const body = {
    ...signed('Initiator', payout),
    CommandID: 'TransactionReversal',
    TransactionID: receipt,
    Amount: Number.parseInt(formatMoney(order.amount), 10),
    ReceiverParty: Number(config.shortcode),
    // the misspelt name is Safaricom's
    RecieverIdentifierType: REVERSED_PARTY_TYPE,
    ...listeners(order.callbackUrl),
    Remarks: `Refund ${order.shownReference}`,
    Occasion: order.shownReference,
  }
  return readTaken(await post('/mpesa/reversal/v1/request', body, config, tools), order)
}

/**
 * Asks for a payout by our own reference, and for a refund by the receipt of the payment that goes back: whether it has
 * gone back is what we want to know, whoever did it. `accepted` says that the question was taken; its answer comes to
 * the attempt's callback URL.
 */
export async function askStatus(attempt: AttemptRef, config: MpesaConfig, tools: Tools): Promise<Outcome> {
  const { payout } = config
  if (payout === undefined) return fault(NOT_CONFIGURED)
  if (!URL.canParse(attempt.callbackUrl))
    return { kind: 'unknown', why: 'cannot be asked: the answer has nowhere to come to' }
  const refund = attempt.operation === 'refund'
  const receipt = attempt.original?.receipt
  if (refund && receipt === undefined) return { kind: 'unknown', why: 'cannot be asked without a receipt' }
  const body = {
    ...signed('Initiator', payout),
    CommandID: 'TransactionStatusQuery',
    ...(refund ? { TransactionID: receipt } : { OriginalConversationID: attempt.reference }),
    PartyA: Number(refund ? config.shortcode : (payout.shortcode ?? config.shortcode)),
    IdentifierType: SHORTCODE_TYPE,
    ...listeners(attempt.callbackUrl, ['inquiry']),
    Remarks: `Status ${attempt.shownReference}`,
    Occasion: attempt.shownReference,
  }
  const answer = await post('/mpesa/transactionstatus/v1/query', body, config, tools)
  if (answer.kind === 'value' && Taken.safeParse(answer.body).success) return { kind: 'accepted' }
  // A question that was not taken says nothing of the payment.
  if (answer.kind === 'not-sent' && answer.outcome.kind === 'our-fault') return answer.outcome
  return { kind: 'unknown', why: 'the question was not taken' }
}

/** Asks what the organisation's accounts hold; undefined where it has no operator. */
export async function askBalance(
  callbackUrl: string,
  config: MpesaConfig,
  tools: Tools,
): Promise<Posted | undefined> {
  const { payout } = config
  if (payout === undefined) return undefined
  const body = {
    ...signed('Initiator', payout),
    CommandID: 'AccountBalance',
    PartyA: Number(payout.shortcode ?? config.shortcode),
    IdentifierType: SHORTCODE_TYPE,
    ...listeners(callbackUrl, ['balance']),
    Remarks: 'Balance',
  }
  return post('/mpesa/accountbalance/v1/query', body, config, tools)
}

function readTaken(answer: Posted, order: Order): Outcome {
  if (answer.kind === 'not-sent') return answer.outcome
  if (answer.kind === 'no-answer') return { kind: 'unknown', why: answer.why }
  if (answer.kind === 'refused') return readRefused(answer.refused, order)
  const taken = Taken.safeParse(answer.body)
  return taken.success
    ? { kind: 'accepted', providerReference: taken.data.ConversationID }
    : { kind: 'unknown', why: 'an answer that accepts nothing and refuses nothing' }
}

/** Refusals before anything was started. A repeated reference (500.002.1001) is not among them: the first one may be paid. */
function readRefused({ status, code, message }: Refused, order: Order): Outcome {
  switch (code) {
    case '400.002.02':
      return readRefusedField(code, /Invalid (\w{1,30})/.exec(message)?.[1] ?? 'a field', order)
    case '404.001.01':
    case '405.001':
      return fault(`${code} the address or the method was refused`)
    case '500.003.02':
      return { kind: 'declined', reason: 'busy', again: 'later', code }
    case '500.003.03':
      return { kind: 'our-fault', fault: 'quota', detail: code }
    default:
      return { kind: 'unknown', why: `answer ${code ?? status}` }
  }
}

/** One order's number or amount is no reason to stop them all. */
function readRefusedField(code: string, field: string, order: Order): Outcome {
  if (order.operation === 'disburse' && field === 'PartyB')
    return { kind: 'declined', reason: 'no-account', again: 'other-wallet', code }
  if (field === 'Amount') {
    const reason = order.amount.minor < LEAST_MINOR ? 'below-minimum' : 'limit'
    return { kind: 'declined', reason, again: 'never', code }
  }
  if (order.operation === 'refund' && field === 'TransactionID')
    return { kind: 'declined', reason: 'failed', again: 'never', code }
  return fault(`${code} ${field} was refused`)
}
