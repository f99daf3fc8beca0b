import { formatMoney } from '../../domain/money.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Tools } from '../../domain/outside.ts'
import type { Order } from '../provider.ts'
import { call, fault, type Said, unknown } from './access.ts'
import { findTransaction } from './ask.ts'
import type { GsmaConfig } from './config.ts'
import { readRefused, readState, readTransaction } from './outcomes.ts'
import { RequestState, Transaction } from './wire.ts'

/**
 * Orders that move money, each under our reference as its `X-CorrelationID`: the operator answers a repetition with the
 * first one's answer. Source: GSMA Mobile Money API 1.2, `/transactions/type/{transactionType}` and `…/reversals`.
 */

export async function send(order: Order, config: GsmaConfig, tools: Tools): Promise<Outcome> {
  const { operation, amount } = order
  if (amount.currency !== config.currency) return fault(`the account carries ${config.currency} only`)
  if (amount.minor <= 0n) return fault('an amount that is nothing')
  const endMs = performance.now() + config.callMs
  if (operation === 'refund') return sendBack(order, config, tools, endMs)
  const customer = [{ key: 'msisdn', value: order.msisdn }]
  const type = operation === 'collect' ? config.collectType : config.disburseType
  const parties =
    operation === 'collect'
      ? { debitParty: customer, creditParty: config.account }
      : { debitParty: config.account, creditParty: customer }
  return post(order, `/transactions/type/${type}`, { ...terms(order), ...parties }, config, tools, endMs)
}

const terms = ({ amount, shownReference, reference }: Order) => ({
  amount: formatMoney(amount),
  currency: amount.currency,
  descriptionText: shownReference,
  requestingOrganisationTransactionReference: reference,
})

/** The operator knows the payment by its own name only: that is looked up first, which moves nothing. */
async function sendBack(order: Order, config: GsmaConfig, tools: Tools, endMs: number): Promise<Outcome> {
  const { original } = order
  if (original === undefined) return fault('a refund without the payment that goes back')
  if (original.reference === '') return fault('a refund of a payment that we did not order')
  const found = await findTransaction({ ...original, operation: 'refund' }, config, tools, endMs)
  if (found.kind === 'not-found' || found.kind === 'declined')
    return { kind: 'declined', reason: 'failed', again: 'never', code: 'original-not-there' }
  if (found.kind === 'our-fault') return { kind: 'our-fault', fault: found.fault, ...detailOf(found) }
  if (found.kind !== 'transaction')
    return unknown('what became of the original is not clear: nothing was sent')
  const path = `/transactions/${encodeURIComponent(found.name)}/reversals`
  return post(order, path, { type: config.refundType, ...terms(order) }, config, tools, endMs)
}

const detailOf = ({ detail }: { readonly detail?: string }) => (detail === undefined ? {} : { detail })

async function post(
  order: Order,
  path: string,
  body: object,
  config: GsmaConfig,
  tools: Tools,
  endMs: number,
): Promise<Outcome> {
  const headers = { 'x-correlationid': order.reference, 'x-callback-url': order.callbackUrl }
  const said = await call({ method: 'POST', path, body, headers }, config, tools, endMs)
  return readSent(said, order, config)
}

/** 201 brings the transaction itself, 202 the state of a request that was taken. */
function readSent(said: Said, order: Order, config: GsmaConfig): Outcome {
  if (said.kind === 'outcome') return said.outcome
  if (said.kind === 'refused') return readRefused(said.refused, order.operation, config)
  const state = RequestState.safeParse(said.value)
  if (state.success) return readState(state.data, order.operation, config)
  const told = Transaction.safeParse(said.value)
  return told.success
    ? readTransaction(told.data, order, config)
    : unknown('the answer is neither a transaction nor the state of a request')
}
