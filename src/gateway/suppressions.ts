import type { Msisdn } from '../domain/msisdn.ts'
import type { Act } from './step.ts'
import { rulesOf } from './topics.ts'

/** Phones that want no prompts and no reminders of this lender: by her own word, or as a gateway tells it. */

export async function suppress(
  { trx, setup, at }: Act,
  msisdn: Msisdn,
  toldBy: 'her' | 'gateway',
): Promise<void> {
  await trx('suppressions')
    .insert({ tenant_id: setup.tenant.id, msisdn, told_by: toldBy, since: at })
    .onConflict(['tenant_id', 'msisdn'])
    .merge({ told_by: toldBy, since: at, lifted_at: null })
}

export async function lift({ trx, setup, at }: Act, msisdn: Msisdn): Promise<void> {
  await trx('suppressions').where({ tenant_id: setup.tenant.id, msisdn }).update({ lifted_at: at })
}

/** True where a message about this must not be sent to her. */
export async function isSuppressed({ trx, setup }: Act, msisdn: Msisdn, about: string): Promise<boolean> {
  // what she still gets is what she has done herself: receipts, results, answers
  if (rulesOf(about).unasked !== true) return false
  const found = await trx('suppressions')
    .where({ tenant_id: setup.tenant.id, msisdn, lifted_at: null })
    .first('msisdn')
  return found !== undefined
}
