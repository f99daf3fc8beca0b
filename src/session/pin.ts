import type { Answer } from '../../flows/dialogue.ts'
import { later } from '../domain/time.ts'
import type { Act } from '../gateway/step.ts'
import type { Keys } from '../store/keys.ts'
import type { Caller } from './desk.ts'

/** Three wrong PINs in a row, counted by customer and by phone, then a lock that time or the officer opens. */
const MAX_TRIES = 3
const LOCK_MS = 24 * 3_600_000

/** Checks our own PIN. The counters are taken for update before the slow hash, so that parallel guesses queue up. */
export async function checkPin(
  commit: Act,
  keys: Keys,
  caller: Caller,
  customerId: string,
  pin: string,
): Promise<Answer> {
  const { trx, setup, at } = commit
  const tenantId = setup.tenant.id
  const person = await trx('customers').where({ tenant_id: tenantId, id: customerId }).forUpdate().first()
  if (person?.pin_hash == null) return { type: 'REFUSED', why: 'no-pin' }
  await trx('phone_locks')
    .insert({ tenant_id: tenantId, msisdn: caller.phone, tries: 0 })
    .onConflict()
    .ignore()
  const phone = await trx('phone_locks')
    .where({ tenant_id: tenantId, msisdn: caller.phone })
    .forUpdate()
    .first()

  const held = (lockedAt: Date | null): boolean => lockedAt !== null && later(lockedAt, LOCK_MS) > at
  if (held(person.pin_locked_at) || held(phone.locked_at)) return { type: 'REFUSED', why: 'pin-locked' }

  const right = await keys.checkPin(pin, person.pin_hash)
  const tries = right
    ? 0
    : Math.max(expired(person.pin_locked_at, person.pin_tries), expired(phone.locked_at, phone.tries)) + 1
  const lockedAt = tries >= MAX_TRIES ? at : null
  await trx('customers')
    .where({ tenant_id: tenantId, id: customerId })
    .update({ pin_tries: tries, pin_locked_at: lockedAt })
  await trx('phone_locks')
    .where({ tenant_id: tenantId, msisdn: caller.phone })
    .update({ tries, locked_at: lockedAt })
  if (right) return { type: 'DONE' }
  return lockedAt === null
    ? { type: 'REFUSED', why: 'wrong-pin', left: MAX_TRIES - tries }
    : { type: 'REFUSED', why: 'pin-locked' }
}

/** A lock that has run out starts the count again. */
const expired = (lockedAt: Date | null, tries: number): number => (lockedAt === null ? tries : 0)
