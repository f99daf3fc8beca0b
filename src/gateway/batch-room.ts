import { closedUntil } from '../domain/maintenance.ts'
import { later } from '../domain/time.ts'
import type { Act } from './step.ts'

/** Of a batch's items, what moves and what waits; and by that, how many more of them each operator takes now. */

/** So many of a batch may move at once at one operator. */
const MOVING = 200
/** So many go in one look, at all operators together. */
const AT_ONCE = 50
/** What is due again before this still moves: no rest of a sick connection is longer. What is due later waits for its day. */
const SOON_MS = 20 * 60_000

/**
 * A place is taken by what moves: its checks are being made, a part of it leaves or is asked about, its entry is being
 * made. What waits takes none: for a number that cools off, for a limit's day, for a person, or for an answer that nobody has.
 */
const COUNT = `
  select d.provider, d.currency, count(*)::int as items,
         count(*) filter (where d.state in ('paid', 'failed', 'rolled-back'))::int as ended,
         count(*) filter (where d.state = 'planned')::int as planned,
         count(*) filter (where (d.state = 'approved' and d.due_at <= :soon) or (d.state in ('approved', 'paying') and (
           exists (select 1 from transactions t
                    where t.tenant_id = d.tenant_id and t.disbursement_id = d.id
                      and (t.state in ('sending', 'pending') or (t.state = 'logged' and t.due_at <= :soon)))
           or exists (select 1 from bookings b
                       where b.tenant_id = d.tenant_id and b.disbursement_id = d.id
                         and b.state in ('planned', 'sending', 'unknown')))))::int as moving
    from disbursements d where d.tenant_id = :tenant and d.batch_id = :batch
   group by d.provider, d.currency order by d.provider, d.currency`

const COOLS = `
  select 1 from payees p
   where p.tenant_id = d.tenant_id and p.msisdn = d.msisdn and p.provider = d.provider
     and p.customer_id = d.customer_id and p.approved_by is null and p.first_used_at > ?`

type Count = {
  readonly provider: string
  readonly currency: string
  readonly items: number
  readonly ended: number
  readonly planned: number
  readonly moving: number
}

export async function countItems({ trx, setup, at }: Act, batchId: string): Promise<readonly Count[]> {
  const { rows } = await trx.raw(COUNT, {
    tenant: setup.tenant.id,
    batch: batchId,
    soon: later(at, SOON_MS),
  })
  return rows
}

/**
 * The items that may go now, the oldest of each operator first; none to an operator that is shut. An item whose number
 * cools off stays: an order to stop still finds it.
 */
export async function nextItems(
  { trx, setup, at }: Act,
  batchId: string,
  counts: readonly Count[],
): Promise<readonly string[]> {
  const open = counts.filter(
    ({ provider, planned }) =>
      planned > 0 &&
      closedUntil(
        setup.ways.maintenance.filter(window => window.provider === provider),
        at,
      ) === undefined,
  )
  const share = Math.ceil(AT_ONCE / Math.max(1, open.length))
  const cooledSince = later(at, -setup.tenant.settings.payouts.coolOffHours * 3_600_000)
  const next: string[] = []
  for (const { provider, currency, moving } of open) {
    const found: { id: string }[] = await trx('disbursements as d')
      .where({ 'd.tenant_id': setup.tenant.id, 'd.batch_id': batchId, 'd.state': 'planned' })
      .where({ 'd.provider': provider, 'd.currency': currency })
      .whereRaw(`not exists (${COOLS})`, [cooledSince])
      .orderBy('d.id')
      .limit(Math.max(0, Math.min(share, MOVING - moving)))
      .select('d.id')
    next.push(...found.map(({ id }) => id))
  }
  return next
}
