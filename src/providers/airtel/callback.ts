import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Outcome } from '../../domain/outcome.ts'
import type { RawRequest } from '../../domain/outside.ts'
import type { AttemptRef, CallbackReading } from '../provider.ts'
import { unknown } from './access.ts'
import type { AirtelConfig } from './config.ts'
import { noOf, readWord } from './outcomes.ts'
import { amountIn, type Callback, parseJson, readTold } from './wire.ts'

/**
 * Callbacks: to the one address that was set in the portal, for all of the application's payments.
 * Source: Airtel developer portal, "Callback" (With and Without Authentication).
 */

/**
 * A hash under the application's key proves a callback that says yes, and how much. Any other is a hint all the same: a no
 * comes without its reason, which an inquiry tells. Airtel puts no time under the hash: an old one says what it said.
 */
export function proves({ method, body }: RawRequest, { callback, currency }: AirtelConfig): boolean {
  const told = readTold(body)
  if (callback === undefined || told?.hash == null || method !== 'POST') return false
  const { status_code, message } = told.transaction
  if (status_code !== 'TS' || amountIn(message, currency) === undefined) return false
  const { hash: _, ...rest } = parseJson(body) as Record<string, unknown>
  const text = JSON.stringify(callback.over === 'body' ? rest : rest.transaction)
  const wanted = createHmac(callback.algorithm, callback.key).update(text).digest()
  const given = Buffer.from(told.hash, 'base64')
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

const unreadable = (why: string): CallbackReading => ({ kind: 'unreadable', why })

export function readCallback(
  request: RawRequest,
  config: AirtelConfig,
  attempt?: AttemptRef,
): CallbackReading {
  if (request.method !== 'POST') return unreadable('Airtel calls back by POST')
  const told = readTold(request.body)
  if (told === undefined) return unreadable('the body is no callback')
  const { id: reference } = told.transaction
  if (attempt !== undefined && (attempt.reference !== reference || attempt.operation === 'refund'))
    return unreadable('the body is about another transaction than its URL')
  return { kind: 'outcome', outcome: read(told, config, attempt), reference }
}

/** Where the message does not tell how much, it was what the attempt asked for; without one, that is to be asked. */
function read({ transaction }: Callback, config: AirtelConfig, attempt: AttemptRef | undefined): Outcome {
  const { status_code: word, message, airtel_money_id: receipt } = transaction
  const amount = amountIn(message, config.currency) ?? attempt?.amount
  if (word === 'TF' || word === 'TE') return noOf(word, attempt?.operation ?? 'collect')
  if (word !== 'TS') return readWord(word, amount, config)
  if (amount === undefined) return unknown('how much was paid is not told')
  return { kind: 'confirmed', amount, ...(receipt ? { receipt } : {}) }
}
