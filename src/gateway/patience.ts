import type { Ids } from '../domain/ids.ts'
import { formatMoney } from '../domain/money.ts'
import { type Direction, directionOf, keepsBack } from '../domain/pause.ts'
import { later, localDate } from '../domain/time.ts'
import type { Operation } from '../providers/provider.ts'
import type { Connection } from '../store/tenants.ts'
import { openCase } from './cases.ts'
import type { Act } from './step.ts'

/**
 * How long a fault of the lender's own may hold money back before somebody must choose. Nothing is failed or undone by
 * the end of it: whoever is alarmed then gives items up one by one, or goes on waiting until the connection is mended.
 */

/** The second alarm, once for each fault: an item has just been held that the fault has been holding for too long. */
export async function alarmOfHolding(
  ids: Ids,
  act: Act,
  { id, pausedAt, currency }: Connection,
  operation: Operation,
): Promise<void> {
  const { trx, setup, at } = act
  const since = later(at, -setup.tenant.settings.faultPatienceHours * 3_600_000)
  // no fault that it rests for is older than its rest
  if (pausedAt === undefined || pausedAt > since) return
  const direction = directionOf(operation)
  const { rows: faults }: { rows: Fault[] } = await trx.raw(
    `select f.key, f.opened_at as since, f.detail ->> 'fault' as fault, f.detail ->> 'pausedFor' as for
       from cases f
      where f.tenant_id = :tenantId and f.kind = 'our-fault' and f.subject_id = :id and f.state = 'open'
        and f.opened_at <= :since
        and not exists (
          select 1 from cases a where a.tenant_id = f.tenant_id and a.key = 'held-too-long:' || f.key)`,
    { tenantId: setup.tenant.id, id, since },
  )
  for (const { key, fault, for: pausedFor, since: from } of faults)
    if (keepsBack(pausedFor, direction))
      await openCase(ids, act, {
        about: 'held-too-long',
        subject: 'connection',
        subjectId: id,
        key: `held-too-long:${key}`,
        detail: { fault, pausedFor, since: from, ...(await heldBy(act, id, currency, pausedFor)) },
      })
}

type Fault = { readonly key: string; readonly since: Date; readonly fault: string; readonly for: string }

/** What waits for that fault to be mended, and could be given up. */
async function heldBy(
  { trx, setup, at }: Act,
  connectionId: string,
  currency: string,
  pausedFor: string,
): Promise<object> {
  const directions = (['collect', 'disburse'] as const satisfies readonly Direction[]).filter(direction =>
    keepsBack(pausedFor, direction),
  )
  const { rows } = await trx.raw(
    `select count(*)::int as held, coalesce(sum(amount_minor), 0)::bigint as minor from transactions t
      where tenant_id = :tenantId and connection_id = :connectionId
        and (starts_on is null or starts_on <= :today)
        and case when operation = 'collect' then 'collect' else 'disburse' end = any(:directions)
        and (state = 'logged' or (state = 'sending' and exists (
          select 1 from attempts a
           where a.tenant_id = t.tenant_id and a.transaction_id = t.id and a.state = 'planned')))`,
    { tenantId: setup.tenant.id, connectionId, today: localDate(at, setup.tenant.zone), directions },
  )
  const { held, minor } = rows[0]
  return { held, amount: formatMoney({ minor, currency }), currency }
}
