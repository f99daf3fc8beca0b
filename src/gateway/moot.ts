import type { CollectionContext } from '../../flows/collection.ts'
import type { LifeRow } from '../store/lives.ts'
import type { Act } from './step.ts'
import { rulesOf } from './topics.ts'

/** States in which a request still waits for her answer; of one that was paid in part a prompt names too much. */
const WAITING = ['asked', 'reminded']

/**
 * Whether what a message says is true no more: she is asked for what has been paid, approved, declined or put off, or the
 * code in it is good no more.
 */
export async function isMoot(act: Act, message: LifeRow): Promise<boolean> {
  if (rulesOf(String(message.about)).unasked) return message.request_id != null && isDecided(act, message)
  return message.about === 'pin-code' && isSpent(act, message)
}

async function isDecided({ trx, setup }: Act, { request_id: id, about }: LifeRow): Promise<boolean> {
  const request: LifeRow | undefined = await trx('collection_requests')
    .where({ tenant_id: setup.tenant.id, id })
    .first()
  const waiting = about === 'reminder' ? [...WAITING, 'part-paid'] : WAITING
  if (request === undefined || !waiting.includes(request.state)) return true
  return (request.snapshot as { context: CollectionContext }).context.remindAt !== null
}

/** Used, too old, or followed by another one. */
async function isSpent({ trx, setup, at }: Act, message: LifeRow): Promise<boolean> {
  const key = { tenant_id: setup.tenant.id }
  const her = await trx('customers')
    .where({ ...key, id: message.customer_id })
    .first('pin_code_until')
  if (her === undefined) return false
  const until = her.pin_code_until as Date | null
  if (until === null || until <= at) return true
  const next = await trx('messages')
    .where({ ...key, customer_id: message.customer_id, about: 'pin-code' })
    .where('id', '>', message.id)
    .first('id')
  return next !== undefined
}
