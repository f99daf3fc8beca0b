import type { Answer } from '../../flows/dialogue.ts'
import { WORDS } from '../../flows/words/index.ts'
import type { Language } from '../../flows/words/words.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import { isWeakPin, MAX_PIN_TRIES } from '../domain/pin.ts'
import { later } from '../domain/time.ts'
import type { Gateway } from '../gateway/index.ts'
import type { Act } from '../gateway/step.ts'
import type { Row } from '../store/database.ts'
import type { Keys } from '../store/keys.ts'
import { setPin } from '../store/tenancy.ts'
import type { Caller } from './desk.ts'
import { forgetCode } from './pin-code.ts'

/** Wrong PINs are counted by customer and by phone; then a lock that time or the officer opens. */
const LOCK_MS = 24 * 3_600_000

/** A lock ends by itself after a day. */
export const isLocked = (since: Date | null, at: Date): boolean =>
  since !== null && later(since, LOCK_MS) > at

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

  if (isLocked(person.pin_locked_at, at) || isLocked(phone.locked_at, at))
    return { type: 'REFUSED', why: 'pin-locked' }

  const right = await keys.checkPin(pin, person.pin_hash)
  const tries = right
    ? 0
    : Math.max(expired(person.pin_locked_at, person.pin_tries), expired(phone.locked_at, phone.tries)) + 1
  const lockedAt = tries >= MAX_PIN_TRIES ? at : null
  await trx('customers')
    .where({ tenant_id: tenantId, id: customerId })
    .update({ pin_tries: tries, pin_locked_at: lockedAt })
  await trx('phone_locks')
    .where({ tenant_id: tenantId, msisdn: caller.phone })
    .update({ tries, locked_at: lockedAt })
  if (right) return { type: 'DONE' }
  return lockedAt === null
    ? { type: 'REFUSED', why: 'wrong-pin', left: MAX_PIN_TRIES - tries }
    : { type: 'REFUSED', why: 'pin-locked' }
}

/** What she proposed is forgotten after so long. */
const PROPOSED_MS = 10 * 60_000

/** Where she has none yet, her leave to choose one outlives what she proposed: her session may break off. */
function untilOf({ pin_hash, new_pin_until }: Row, at: Date): Date {
  const proposed = later(at, PROPOSED_MS)
  const leave = new_pin_until as Date | null
  return pin_hash === null && leave !== null && leave > proposed ? leave : proposed
}

/** Keeps the hash of a new PIN, until she has typed it once more. One that is easy to guess, or the old one, is refused. */
export async function proposePin(
  { trx, setup, at }: Act,
  keys: Keys,
  { phone }: Caller,
  customerId: string,
  pin: string,
): Promise<Answer> {
  const hers = { tenant_id: setup.tenant.id, id: customerId }
  const person = await trx('customers').where(hers).forUpdate().first('pin_hash', 'new_pin_until')
  const hash: string | null = person?.pin_hash ?? null
  // the first PIN of all is opened by the code that was sent to her, or by the link to her phone
  if (hash === null && !(person?.new_pin_until > at)) return { type: 'REFUSED', why: 'no-pin' }
  if (isWeakPin(pin, phone) || (hash !== null && (await keys.checkPin(pin, hash))))
    return { type: 'REFUSED', why: 'weak-pin' }
  await trx('customers')
    .where(hers)
    .update({ new_pin_hash: await keys.hashPin(pin), new_pin_until: untilOf(person, at) })
  return { type: 'DONE' }
}

/** The new PIN once more: it holds from now on, and her phone is told, for it may be somebody else who did this. */
export async function confirmPin(
  commit: Act,
  { deps: { keys }, messenger }: Gateway,
  { phone }: Caller,
  customerId: string,
  pin: string,
): Promise<Answer> {
  const { trx, setup, at } = commit
  const { id: tenantId, settings } = setup.tenant
  const hers = { tenant_id: tenantId, id: customerId }
  const person = await trx('customers').where(hers).forUpdate().first()
  const proposed: string | null = person?.new_pin_until > at ? person.new_pin_hash : null
  // who has none yet may choose again: her leave to do so was for more than this one
  await trx('customers')
    .where(hers)
    .update({ new_pin_hash: null, ...(person?.pin_hash == null ? {} : { new_pin_until: null }) })
  if (proposed === null || !(await keys.checkPin(pin, proposed)))
    return { type: 'REFUSED', why: 'pin-differs' }
  await setPin(trx, keys, tenantId, customerId, pin)
  await forgetCode(commit, customerId)
  await messenger.tell(commit, {
    key: `pin-changed:${customerId}:${at.toISOString()}`,
    to: (person.phone ?? phone) as Msisdn,
    customerId,
    about: 'pin-changed',
    language: person.language,
    text: WORDS[person.language as Language].sms.pinChanged(settings.lender, settings.lenderPhone),
  })
  return { type: 'DONE' }
}

/** A lock that has run out starts the count again. */
const expired = (lockedAt: Date | null, tries: number): number => (lockedAt === null ? tries : 0)
