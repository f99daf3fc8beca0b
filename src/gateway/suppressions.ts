import type { Msisdn } from '../domain/msisdn.ts'
import type { Row } from '../store/database.ts'
import type { Act } from './step.ts'
import { rulesOf } from './topics.ts'

/**
 * Who wants no prompts and no reminders of this lender: a phone, by her own word or as a gateway tells it; or a customer
 * who was asked for her consent and did not agree, until she says herself that she wants them. And a phone that has a new
 * SIM since she last showed on it who she is gets none.
 */

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
  await trx('suppressions')
    .insert({ tenant_id: setup.tenant.id, msisdn, told_by: 'her', since: at, lifted_at: at })
    .onConflict(['tenant_id', 'msisdn'])
    .merge(['lifted_at'])
}

const SUPPRESSED = `
  select 1 from suppressions where tenant_id = :tenantId and msisdn = :msisdn and lifted_at is null
  union all
  select 1 from (select agreed, at from consents where tenant_id = :tenantId and customer_id = :customerId
                  order by at desc limit 1) last
   where not last.agreed and not exists (
     select from suppressions s where s.tenant_id = :tenantId and s.msisdn = :msisdn and s.lifted_at > last.at)
  union all
  select 1 from phones p where p.tenant_id = :tenantId and p.msisdn = :msisdn and p.sim_changed_at > coalesce(
    (select coalesce(l.proven_at, l.since) from phone_links l
      where l.tenant_id = :tenantId and l.msisdn = :msisdn and l.customer_id = :customerId), '-infinity')
  limit 1`

/** True where a message about this must not be sent to her. */
export async function isSuppressed(
  { trx, setup }: Act,
  msisdn: Msisdn,
  { about, customer_id }: Row,
): Promise<boolean> {
  // what she still gets is what she has done herself: receipts, results, answers
  if (rulesOf(String(about)).unasked !== true) return false
  const { rows } = await trx.raw(SUPPRESSED, {
    ...{ tenantId: setup.tenant.id, msisdn },
    customerId: customer_id as string | null,
  })
  return rows.length > 0
}
