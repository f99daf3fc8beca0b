import type { Ids } from '../domain/ids.ts'
import { mayBeSame } from '../domain/names.ts'
import { later } from '../domain/time.ts'
import type { LifeRow } from '../store/lives.ts'
import { openCase } from './cases.ts'
import type { Act } from './step.ts'

/** Numbers that we pay: a new one cools off or is approved, and the name behind it is compared where it can be learnt. */

const keyOf = ({ setup }: Act, row: LifeRow) => ({
  tenant_id: setup.tenant.id,
  msisdn: row.msisdn,
  provider: row.provider,
  customer_id: row.customer_id,
})

/** When this number may be paid: undefined for at once. The first look at a new number starts its time to cool off. */
export async function coolsOffUntil(act: Act, row: LifeRow): Promise<Date | undefined> {
  const { trx, setup, at } = act
  const hours = setup.tenant.settings.payouts.coolOffHours
  await trx('payees')
    .insert({ ...keyOf(act, row), first_used_at: at })
    .onConflict()
    .ignore()
  const payee = await trx('payees').where(keyOf(act, row)).first('first_used_at', 'approved_by')
  const until = later(payee.first_used_at, hours * 3_600_000)
  return payee.approved_by !== null || until <= at ? undefined : until
}

/** The time of every new number of a batch starts with its approval, not where each item has its turn. */
export async function startCooling({ trx, setup, at }: Act, batchId: string): Promise<void> {
  await trx.raw(
    `insert into payees (tenant_id, msisdn, provider, customer_id, first_used_at)
     select distinct tenant_id, msisdn, provider, customer_id, ?::timestamptz from disbursements
      where tenant_id = ? and batch_id = ? order by 1, 2, 3, 4
     on conflict do nothing`,
    [at, setup.tenant.id, batchId],
  )
}

const WAITING = ['planned', 'approved']

/** Whether one of the payouts that wait for this number is that person's own order. */
export async function hasOrdered(act: Act, row: LifeRow, by: string): Promise<boolean> {
  const own = await act
    .trx('disbursements')
    .where({ ...keyOf(act, row), created_by: by })
    .whereIn('state', WAITING)
    .first('id')
  return own !== undefined
}

/** A person stands for a new number: what waits for it is looked at again at once. False where it does not cool off. */
export async function approvePayee(act: Act, row: LifeRow, by: string): Promise<boolean> {
  if ((await coolsOffUntil(act, row)) === undefined) return false
  const { trx, at } = act
  const key = keyOf(act, row)
  const approved = await trx('payees').where(key).whereNull('approved_by').update({ approved_by: by })
  if (approved === 0) return false // another person was quicker
  await trx('disbursements')
    .where({ ...key, state: 'approved' })
    .update({ due_at: at, lease_until: null })
  return true
}

/** The number as a person decides about it: who stands for it, and until when it cools off. */
export async function payeeView(act: Act, row: LifeRow): Promise<object> {
  const { trx, setup, at } = act
  const payee = await trx('payees').where(keyOf(act, row)).first('first_used_at', 'approved_by')
  const hours = setup.tenant.settings.payouts.coolOffHours
  const until = later(payee?.first_used_at ?? at, hours * 3_600_000)
  const cools = payee?.approved_by == null && until > at
  return { approvedBy: payee?.approved_by ?? null, coolsOffUntil: cools ? until : null }
}

/** What the provider says whose number it is; whether that may be her. */
export async function compareName(act: Act, row: LifeRow, name: string): Promise<boolean> {
  const { trx, setup, at } = act
  await trx('payees').where(keyOf(act, row)).update({ name, name_at: at })
  const her = await trx('customers')
    .where({ tenant_id: setup.tenant.id, id: row.customer_id })
    .first('display_name', 'first_name')
  return mayBeSame(String(her.display_name), name)
}

/** A name that came with the confirmation: too late to stop the money, early enough to look into it. */
export async function heardName(ids: Ids, act: Act, row: LifeRow, name: string): Promise<void> {
  if (act.setup.tenant.settings.payouts.nameCheck === 'off' || (await compareName(act, row, name))) return
  await openCase(ids, act, {
    about: 'other-name',
    subject: 'transaction',
    subjectId: row.id,
    customerId: row.customer_id,
    detail: { name },
  })
}
