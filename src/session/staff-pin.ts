import type { Answer } from '../../flows/dialogue.ts'
import { MAX_PIN_TRIES } from '../domain/pin.ts'
import type { Act } from '../gateway/step.ts'
import type { Keys } from '../store/keys.ts'
import { staffRow } from '../store/staff.ts'
import type { Caller } from './desk.ts'

/**
 * Checks an officer's own PIN. The row is locked before the slow hash, so that parallel guesses queue up. After three wrong
 * ones in a row it stays locked until another officer or the back office opens it: it stands before every customer's data.
 */
export async function checkStaffPin(
  { trx, setup, at }: Act,
  keys: Keys,
  { phone }: Caller,
  staffId: string,
  pin: string,
): Promise<Answer> {
  const tenantId = setup.tenant.id
  const row = await staffRow(trx, tenantId, phone, true)
  if (row?.id !== staffId || row.pin_locked_at !== null) return { type: 'REFUSED', why: 'pin-locked' }
  const right = await keys.checkPin(pin, String(row.pin_hash))
  const tries = right ? 0 : Number(row.pin_tries) + 1
  const isLocked = tries >= MAX_PIN_TRIES
  await trx('staff')
    .where({ tenant_id: tenantId, id: staffId })
    .update({ pin_tries: tries, pin_locked_at: isLocked ? at : null })
  if (right) return { type: 'DONE' }
  return isLocked
    ? { type: 'REFUSED', why: 'pin-locked' }
    : { type: 'REFUSED', why: 'wrong-pin', left: MAX_PIN_TRIES - tries }
}
