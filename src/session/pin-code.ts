import type { Answer } from '../../flows/dialogue.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import { MAX_PIN_TRIES } from '../domain/pin.ts'
import type { Act } from '../gateway/step.ts'
import type { Row } from '../store/database.ts'
import type { Keys } from '../store/keys.ts'
import { phonesOf } from '../store/people.ts'

/** The code that an officer had sent to a customer, by which she sets a new PIN. */

/** These phones may try a PIN again. */
export const openPhones = async ({ trx, setup }: Act, phones: readonly Msisdn[]): Promise<unknown> =>
  trx('phone_locks')
    .where({ tenant_id: setup.tenant.id })
    .whereIn('msisdn', phones)
    .update({ tries: 0, locked_at: null })

/** A code is good no more; it leaves the SMS that brought it too. */
export async function forgetCode({ trx, setup }: Act, customerId: string): Promise<void> {
  const hers = { tenant_id: setup.tenant.id }
  await trx('customers')
    .where({ ...hers, id: customerId })
    .update({ pin_code_hash: null, pin_code_until: null, pin_code_tries: 0 })
  await trx('messages')
    .where({ ...hers, customer_id: customerId, about: 'pin-code' })
    .whereNotIn('state', ['queued', 'sending'])
    .update({ body: trx.raw("regexp_replace(body, '\\d{6}', '......')") })
}

/** The code that was sent to her: three tries. It stays good until the new PIN holds, for her session may break off. */
export async function checkCode(act: Act, keys: Keys, customerId: string, code: string): Promise<Answer> {
  const { trx, setup, at } = act
  const hers = { tenant_id: setup.tenant.id, id: customerId }
  const row: Row | undefined = await trx('customers').where(hers).forUpdate().first()
  const hash = (row?.pin_code_hash ?? null) as string | null
  if (row === undefined || hash === null || (row.pin_code_until as Date) <= at)
    return { type: 'REFUSED', why: 'code-spent' }
  if (await keys.checkPin(code, hash)) {
    await openPhones(act, await phonesOf(trx, setup.tenant.id, customerId))
    // from now on she may propose a new PIN, also where she had none
    await trx('customers').where(hers).update({ new_pin_hash: null, new_pin_until: row.pin_code_until })
    return { type: 'DONE' }
  }
  const tries = Number(row.pin_code_tries) + 1
  if (tries >= MAX_PIN_TRIES) {
    await forgetCode(act, customerId)
    return { type: 'REFUSED', why: 'code-spent' }
  }
  await trx('customers').where(hers).update({ pin_code_tries: tries })
  return { type: 'REFUSED', why: 'wrong-pin', left: MAX_PIN_TRIES - tries }
}
