import { formatMoney } from '../../domain/money.ts'
import { digitsOf, type Msisdn } from '../../domain/msisdn.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Tools } from '../../domain/outside.ts'
import type { AttemptRef, Order } from '../provider.ts'
import { type Called, call, NOT_SENT, ours } from './access.ts'
import type { Limits, OrangeConfig } from './config.ts'
import { readPaid, toOutcome } from './outcomes.ts'
import { CURRENCY, type Payment, readInit, readSaid } from './wire.ts'

/** Where each operation stands, and the lender's line that it is made on. */
const PRODUCTS = { collect: 'mp', disburse: 'cashin' } as const
type Offered = keyof typeof PRODUCTS
const lineOf = (operation: Offered, config: OrangeConfig) =>
  operation === 'collect' ? config.collection : config.disbursement

/** On this wire numbers are national: nine digits. */
export const nationalOf = (msisdn: Msisdn): string | undefined => /^237(6\d{8})$/.exec(digitsOf(msisdn))?.[1]

type Ready = {
  readonly operation: Offered
  readonly subscriberMsisdn: string
  readonly line: { readonly channelUserMsisdn: string; readonly pin: string }
}

/** What the wire cannot carry, or the lender's contract does not allow, is found before anything is sent. */
function prepare({ operation, amount, msisdn }: Order, config: OrangeConfig): Ready | Outcome {
  if (operation === 'refund') return ours('configuration', 'Orange sends no payment back by this API')
  if (amount.currency !== CURRENCY) return ours('configuration', `Orange carries ${CURRENCY} only`)
  if (amount.minor <= 0n) return ours('configuration', 'nothing to move')
  const line = lineOf(operation, config)
  if (line === undefined) return ours('configuration', 'this connection has no line that pays out')
  const subscriberMsisdn = nationalOf(msisdn)
  if (subscriberMsisdn === undefined)
    return { kind: 'declined', reason: 'no-account', again: 'other-wallet', code: 'not-a-cameroonian-mobile' }
  return beyond(amount.minor, config.limits[operation]) ?? { operation, subscriberMsisdn, line }
}

function beyond(minor: bigint, { min, max, multiple }: Limits = {}): Outcome | undefined {
  if (min !== undefined && minor < BigInt(min))
    return { kind: 'declined', reason: 'below-minimum', again: 'never' }
  if (max !== undefined && minor > BigInt(max)) return { kind: 'declined', reason: 'limit', again: 'never' }
  return multiple !== undefined && minor % BigInt(multiple) !== 0n
    ? ours('configuration', `not a multiple of ${multiple}`)
    : undefined
}

/**
 * Two calls. `init` gives the pay token and moves nothing: whatever goes wrong there, and in what little time is left
 * after it, nothing was started. `pay` moves the money, once for each token. From its start on the token is the name of
 * the payment, so an outcome that is open carries it: also after a lost answer the payment can be asked about.
 */
export async function send(order: Order, config: OrangeConfig, tools: Tools): Promise<Outcome> {
  const ready = prepare(order, config)
  if ('kind' in ready) return ready
  const { operation, subscriberMsisdn, line } = ready
  const endMs = performance.now() + config.callMs
  const product = PRODUCTS[operation]
  const payToken = readToken(await call({ method: 'POST', path: `/${product}/init` }, config, tools, endMs))
  if (typeof payToken !== 'string') return payToken
  // money is not asked for when there is hardly time left to hear the answer
  if (endMs - performance.now() < config.callMs / 4) return NOT_SENT
  const body = {
    ...(operation === 'collect' ? { notifUrl: order.callbackUrl } : {}),
    channelUserMsisdn: line.channelUserMsisdn,
    amount: formatMoney(order.amount),
    subscriberMsisdn,
    pin: line.pin,
    orderId: order.reference,
    description: `Loan ${order.shownReference}`,
    payToken,
  }
  const answer = await call({ method: 'POST', path: `/${product}/pay`, body }, config, tools, endMs)
  const outcome = readAnswer(answer, ({ status, body }) =>
    readPaid(status, body, { operation, payToken }, config),
  )
  return outcome.kind === 'accepted' || outcome.kind === 'unknown'
    ? { ...outcome, providerReference: payToken }
    : outcome
}

function readToken(answer: Called): string | Outcome {
  if (answer.kind === 'not-sent') return answer.outcome
  return (answer.kind === 'answer' && answer.status === 200 && readInit(answer.body)) || NOT_SENT
}

type Answer = Extract<Called, { kind: 'answer' }>
function readAnswer(called: Called, read: (answer: Answer) => Outcome): Outcome {
  if (called.kind === 'not-sent') return called.outcome
  return called.kind === 'no-answer' ? { kind: 'unknown', why: called.why } : read(called)
}

/**
 * Asks by the pay token. An attempt whose token never reached our books, because the process died in the middle of
 * `send`, cannot be asked about: Orange does not find payments by our `orderId`.
 */
export async function inquire(attempt: AttemptRef, config: OrangeConfig, tools: Tools): Promise<Outcome> {
  const { operation, providerReference: payToken } = attempt
  if (operation === 'refund') return ours('configuration', 'Orange sends no payment back by this API')
  if (payToken === undefined)
    return { kind: 'unknown', why: 'cannot be asked: its pay token was never heard' }
  const path = `/${PRODUCTS[operation]}/paymentstatus/${encodeURIComponent(payToken)}`
  const answer = await call({ method: 'GET', path }, config, tools, performance.now() + config.callMs)
  // A question that did not get through says nothing of the payment.
  if (answer.kind === 'not-sent' && answer.outcome.kind !== 'our-fault')
    return { kind: 'unknown', why: 'the question was not sent' }
  return readAnswer(answer, ({ status, body }) => {
    if (status !== 200) return { kind: 'unknown', why: `answer ${status}` }
    const said = readSaid(body)
    return said.payment !== undefined && isForeign(said.payment, attempt)
      ? { kind: 'unknown', why: 'the answer is about another payment' }
      : toOutcome(said, operation, config)
  })
}

/** Another token, or another customer's number; of a payment that expired the number is null. */
function isForeign({ payToken, subscriberMsisdn }: Payment, attempt: AttemptRef): boolean {
  return (
    (payToken != null && payToken !== attempt.providerReference) ||
    (subscriberMsisdn != null && subscriberMsisdn.slice(-9) !== nationalOf(attempt.msisdn))
  )
}
