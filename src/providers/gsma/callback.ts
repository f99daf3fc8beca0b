import { createHash, timingSafeEqual } from 'node:crypto'
import type { RawRequest } from '../../domain/outside.ts'
import type { AttemptRef, CallbackReading, Operation } from '../provider.ts'
import { sha256 } from './access.ts'
import type { GsmaConfig } from './config.ts'
import { isForeign, readFailure, readTransaction } from './outcomes.ts'
import { parseJson, readError, Transaction } from './wire.ts'

/**
 * The operator PUTs the transaction as it ended, or the error that ended it, to the address that came with the order.
 * Source: GSMA Mobile Money API 1.2, `transactionsSuccessEvent` and `transactionsFailureEvent`.
 */

/** Compared by digests, so that neither length nor time tells anything. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** Every header that was agreed on, with its secret; and the hash of the body, where one was sent. */
export function proves({ headers, body }: RawRequest, { callbackHeaders }: GsmaConfig): boolean {
  const agreed = Object.entries(callbackHeaders ?? {})
  const hash = headers['x-content-hash']
  return (
    agreed.length > 0 &&
    agreed.every(([name, secret]) => same(headers[name] ?? '', secret)) &&
    (hash === undefined || same(hash.toLowerCase(), sha256(body)))
  )
}

const unreadable = (why: string): CallbackReading => ({ kind: 'unreadable', why })

export function readCallback(request: RawRequest, config: GsmaConfig, attempt?: AttemptRef): CallbackReading {
  if (request.method !== 'PUT' && request.method !== 'POST')
    return unreadable('the operator calls back by PUT or POST')
  const value = parseJson(request.body)
  const correlation = request.headers['x-correlationid']
  if (attempt !== undefined && (correlation ?? attempt.reference).toLowerCase() !== attempt.reference)
    return unreadable('the call is about another order than its URL')
  const reference = attempt?.reference ?? correlation
  const error = readError(value, 0)
  if (error.code !== undefined) {
    const outcome = readFailure(error, attempt?.operation ?? 'collect', config)
    return { kind: 'outcome', outcome, ...(reference === undefined ? {} : { reference }) }
  }
  const told = Transaction.safeParse(value)
  if (!told.success) return unreadable('the body is neither a transaction nor an error')
  if (attempt !== undefined && isForeign(told.data, attempt))
    return unreadable('the body is about another order than its URL')
  const known = attempt ?? { operation: operationOf(told.data.type, config) }
  const named = reference ?? (told.data.requestingOrganisationTransactionReference || undefined)
  return {
    kind: 'outcome',
    outcome: readTransaction(told.data, known, config),
    ...(named === undefined ? {} : { reference: named }),
  }
}

function operationOf(type: string | null | undefined, { disburseType }: GsmaConfig): Operation {
  if (type === 'reversal' || type === 'adjustment') return 'refund'
  return type === disburseType ? 'disburse' : 'collect'
}
