import type { Msisdn } from '../domain/msisdn.ts'
import type { Row, Trx } from './database.ts'
import { KEY_VERSION, type Keys } from './keys.ts'
import type { Language } from './people.ts'

/** Loan officers who work by phone: rows ↔ domain, always by tenant. */

export type StaffMember = {
  readonly id: string
  readonly phone: Msisdn
  readonly name: string
  readonly language: Language
  /** Her user in the core, where known. */
  readonly login: string | undefined
}

/** An officer as a tenant is set up with her. `left`: the phone is hers no more. */
export type StaffPlan = {
  readonly phone: Msisdn
  readonly name: string
  readonly language: Language
  readonly login?: string | undefined
  /** Her first staff PIN: it counts only where she is new. */
  readonly pin: string
  /** It was drawn, and whoever sets the lender up has not seen it. */
  readonly pinDrawn: boolean
  readonly left?: boolean | undefined
}

export const staffOf = (row: Row): StaffMember => ({
  id: String(row.id),
  phone: row.msisdn as Msisdn,
  name: String(row.name),
  language: row.language as Language,
  login: (row.login ?? undefined) as string | undefined,
})

/** Whose phone it is; the row is locked where a PIN is to be counted (`lock`). */
export async function staffRow(
  trx: Trx,
  tenantId: string,
  phone: Msisdn,
  lock = false,
): Promise<Row | undefined> {
  const found = trx('staff').where({ tenant_id: tenantId, msisdn: phone }).whereNull('left_at').first()
  return lock ? found.forUpdate() : found
}

export async function addStaff(
  { trx, tenantId, keys, at, id }: Writing & { readonly keys: Keys; readonly id: string },
  { phone, name, language, login, pin }: StaffPlan,
): Promise<void> {
  await trx('staff').insert({
    ...{ tenant_id: tenantId, id, msisdn: phone, name, language, login: login ?? null, since: at },
    ...{ pin_hash: await keys.hashPin(pin), pin_version: KEY_VERSION },
  })
}

type Writing = { readonly trx: Trx; readonly tenantId: string; readonly at: Date }

/** Brings an officer up to the plan; answers what was done. Her language and her PIN are hers once she is there. */
export async function changeStaff(
  { trx, tenantId, at }: Writing,
  known: StaffMember,
  { name, login, left }: StaffPlan,
): Promise<'changed' | 'left' | undefined> {
  const row = trx('staff').where({ tenant_id: tenantId, id: known.id })
  if (left === true) {
    await row.update({ left_at: at })
    return 'left'
  }
  if (known.name === name && known.login === login) return undefined
  await row.update({ name, login: login ?? null })
  return 'changed'
}

export async function setStaffLanguage(
  trx: Trx,
  tenantId: string,
  id: string,
  language: Language,
): Promise<void> {
  await trx('staff').where({ tenant_id: tenantId, id }).update({ language })
}

/** The officer of this phone may try again; answers how many there are. */
export const unlockStaff = (trx: Trx, tenantId: string, phone: Msisdn): Promise<number> =>
  trx('staff')
    .where({ tenant_id: tenantId, msisdn: phone })
    .whereNull('left_at')
    .update({ pin_tries: 0, pin_locked_at: null })

/** Gives an officer another staff PIN, and lifts a lock; the PIN itself is kept nowhere. */
export async function setStaffPin(
  trx: Trx,
  keys: Keys,
  tenantId: string,
  id: string,
  pin: string,
): Promise<void> {
  await trx('staff')
    .where({ tenant_id: tenantId, id })
    .update({
      pin_hash: await keys.hashPin(pin),
      pin_version: KEY_VERSION,
      pin_tries: 0,
      pin_locked_at: null,
    })
}
