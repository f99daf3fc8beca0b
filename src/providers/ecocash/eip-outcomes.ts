import { equal, type Money } from '../../domain/money.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Order } from '../provider.ts'
import { asReference, meaningOf, notFound, ours, readAmount, unknown } from './common.ts'
import type { EipConfig } from './eip-config.ts'
import { isAllNull, isPortalError, readTransaction, type Transaction, wordOf } from './eip-wire.ts'
import { EIP_WORDS, REFUND_DONE, refusalOf } from './eip-words.ts'

/** Every amount that is told, nought left out, must be the same one. */
function amountOf({ amount, currency, paymentAmount }: Transaction, config: EipConfig): Money | undefined {
  const info = paymentAmount?.charginginformation
  const told = [paymentAmount?.totalAmountCharged, info?.amount, amount].filter(
    value => value != null && Number(value) !== 0,
  )
  const [first, ...rest] = told.map(value => readAmount(value, info?.currency ?? currency, config))
  return first !== undefined && rest.every(other => other !== undefined && equal(first, other))
    ? first
    : undefined
}

/** What is asked about, as far as it is known. */
export type Asked = Pick<Order, 'operation' | 'original'> & { readonly reference?: string }

/** What a transaction object says of an attempt, however it came. */
export function toOutcome(
  transaction: Transaction,
  { operation, reference, original }: Asked,
  config: EipConfig,
): Outcome {
  const word = wordOf(transaction)
  if (word === undefined) return unknown('an answer without a status')
  const { clientCorrelator, ecocashReference, transactionId, serverReferenceCode } = transaction
  if (reference !== undefined && clientCorrelator != null && clientCorrelator !== reference)
    return unknown('the answer is about another request')
  // that refunds are found by their own correlator is our reading: the answer has to say so
  if (operation === 'refund' && reference !== undefined && clientCorrelator == null)
    return unknown('an answer that does not say which refund it is about')
  const words = operation === 'refund' ? { ...EIP_WORDS, ...REFUND_DONE } : EIP_WORDS
  // a refund is not the payment that it gives back, and the PIN goes nowhere, whatever field it comes in
  const name = (...values: unknown[]) =>
    values
      .map(asReference)
      .find(value => value !== undefined && value !== original?.receipt && value !== config.merchantPin)
  switch (meaningOf(word, words, config)) {
    case 'pending': {
      const providerReference = name(ecocashReference, transactionId, serverReferenceCode)
      return { kind: 'accepted', ...(providerReference === undefined ? {} : { providerReference }) }
    }
    case 'declined': {
      const { statusCode, statusMessage, responseMessage, remarks } = transaction
      const texts = [statusCode, statusMessage, responseMessage, remarks]
      const refusal = refusalOf(operation, texts) ?? { kind: 'declined', reason: 'failed', again: 'later' }
      return refusal.kind === 'our-fault' ? { ...refusal, ended: true } : refusal
    }
    case 'confirmed': {
      const amount = amountOf(transaction, config)
      if (amount === undefined) return unknown('a yes without one readable amount')
      const receipt = name(ecocashReference, transactionId)
      return { kind: 'confirmed', amount, ...(receipt === undefined ? {} : { receipt }) }
    }
    default:
      return unknown('a status that is not listed')
  }
}

/** The answer to an order. A 400 may be a correlator that was used: only what is named otherwise is a refusal. */
export function readSent(order: Order, status: number, body: string, config: EipConfig): Outcome {
  if (status === 401) return ours('credentials', 'the user or its password was refused')
  if (status === 403) return ours('address-refused', 'the gateway lets this address or client not in')
  const transaction = readTransaction(body)
  if (transaction === undefined) return unknown(`answer ${status}, and no transaction object`)
  if (status === 200) return toOutcome(transaction, order, config)
  const { statusCode, statusMessage } = transaction
  const refusal = refusalOf(order.operation, [statusCode, statusMessage])
  if ((status === 400 || status === 422) && refusal !== undefined) return refusal
  // nothing can have moved, and asking again will not find the payment that should go back
  if (order.operation === 'refund' && status === 404 && isPortalError(transaction))
    return { kind: 'declined', reason: 'failed', again: 'never' }
  return unknown(`answer ${status}`)
}

/** The answer to a question. */
export function readAsked(attempt: Asked, status: number, body: string, config: EipConfig): Outcome {
  if (status === 401) return ours('credentials', 'the user or its password was refused')
  if (status === 403) return ours('address-refused', 'the gateway lets this address or client not in')
  const transaction = readTransaction(body)
  if (status === 200 && isAllNull(body)) return notFound(attempt.operation, config)
  if (status === 404 && transaction !== undefined && isPortalError(transaction))
    return notFound(attempt.operation, config)
  if (status !== 200 || transaction === undefined) return unknown(`answer ${status}`)
  return toOutcome(transaction, attempt, config)
}
