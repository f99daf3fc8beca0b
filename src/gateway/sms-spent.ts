import { addDays, instantOf, type LocalDate } from '../domain/time.ts'
import type { Row } from '../store/database.ts'
import type { Act } from './step.ts'

/**
 * What the SMS of a month came to, by sender and by what they were about: those that a gateway took, the parts it counted,
 * and its own prices. A gateway that tells no price leaves `currency` and `cost` null: not known, which is never nothing.
 */
export async function smsSpent(
  { trx, setup: { tenant } }: Act,
  month: string,
): Promise<readonly SpentLine[]> {
  const first = `${month}-01` as LocalDate
  const next = `${addDays(first, 31).slice(0, 7)}-01` as LocalDate
  const { rows } = await trx.raw(SPENT, {
    tenantId: tenant.id,
    from: instantOf(first, '00:00', tenant.zone),
    until: instantOf(next, '00:00', tenant.zone),
  })
  return (rows as Row[]).map(row => ({
    gateway: String(row.gateway),
    sender: String(row.sender),
    about: String(row.about),
    messages: Number(row.messages),
    parts: Number(row.parts),
    currency: (row.currency ?? null) as string | null,
    cost: (row.cost ?? null) as string | null,
  }))
}

type SpentLine = {
  readonly gateway: string
  readonly sender: string
  readonly about: string
  readonly messages: number
  readonly parts: number
  readonly currency: string | null
  readonly cost: string | null
}

/** A price reads `KES 0.8000`; of a price in other words its number is not guessed at. */
const SPENT = `
  select gateway, sender, about, currency, count(*) as messages, sum(parts) as parts, sum(price)::text as cost
    from (select c.adapter as gateway, c.address as sender, m.about, coalesce(m.parts, 1) as parts,
                 (regexp_match(m.cost, '^([A-Z]{3}) [0-9]+([.][0-9]+){0,1}$'))[1] as currency,
                 (regexp_match(m.cost, '^[A-Z]{3} ([0-9]+([.][0-9]+){0,1})$'))[1]::numeric as price
            from messages m join channels c on c.tenant_id = m.tenant_id and c.id = m.channel_id
           where m.tenant_id = :tenantId and m.provider_id is not null
             and m.created_at >= :from and m.created_at < :until) sent
   group by gateway, sender, about, currency
   order by gateway, sender, about, currency`
