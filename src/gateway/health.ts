import { HEALTH_WINDOW_MS, isSick, restMs } from '../domain/health.ts'
import type { Outcome } from '../domain/outcome.ts'
import { later } from '../domain/time.ts'
import type { Operation } from '../providers/provider.ts'
import type { Row } from '../store/database.ts'
import type { LifeRow } from '../store/lives.ts'
import { isPausedFor } from './road.ts'
import type { Act } from './step.ts'

/**
 * The circuit breaker of a connection, driven by our own traffic: many silent calls make it sick, and what is planned
 * waits or takes another road. When the rest is over one call goes out as a probe; a clear answer makes it well.
 */

/**
 * What a send brought, kept beside whatever is learnt of the attempt later: an inquiry may rightly bring nothing for
 * minutes, and says nothing about the connection.
 */
export async function noteHealth(
  act: Act,
  { id, connection_id: connectionId }: { readonly id: string; readonly connection_id: string },
  outcome: Outcome,
): Promise<void> {
  const { trx, setup, at } = act
  await trx('attempts').where({ tenant_id: setup.tenant.id, id }).update({ answer: outcome.kind })
  const key = { tenant_id: setup.tenant.id, id: connectionId }
  const known = setup.connections.find(each => each.id === connectionId)
  const silent = outcome.kind === 'unknown'
  if (!silent && known?.sickUntil === undefined) return
  if (!silent) {
    await trx('connections')
      .where(key)
      .update({ sick_since: null, sick_until: null, ...NO_PROBE })
    return
  }
  const { sick_since: since } = await trx('connections').where(key).forUpdate().first('sick_since')
  // while it is sick each silence prolongs the rest: after a long one the probe stands alone in the window
  if (since === null && !(await isFoundSick(act, connectionId))) return
  const sickForMs = since === null ? 0 : at.getTime() - since.getTime()
  await trx('connections')
    .where(key)
    .update({ sick_since: since ?? at, sick_until: later(at, restMs(sickForMs)), ...NO_PROBE })
}

const NO_PROBE = { probe_until: null, probe_by: null } as const

async function isFoundSick({ trx, setup, at }: Act, connectionId: string): Promise<boolean> {
  const { rows } = await trx.raw(
    `select count(*) filter (where answer = 'unknown')::int as unknown,
            count(*) filter (where answer <> 'unknown')::int as clear
       from attempts where tenant_id = ? and connection_id = ? and sent_at > ?`,
    [setup.tenant.id, connectionId, later(at, -HEALTH_WINDOW_MS)],
  )
  return isSick(rows[0])
}

export type LastHour = {
  readonly calls: number
  /** Of them brought no clear answer. */
  readonly unanswered: number
  /** The median from a call to its callback; null where none came. Of a collection her own time is in it. */
  readonly callbackMs: number | null
}

/** What the calls of the last hour brought, by connection; one that made none is left out. */
export async function lastHour({ trx, setup, at }: Act): Promise<ReadonlyMap<string, LastHour>> {
  const { rows } = await trx.raw(
    `select a.connection_id as id, count(a.answer)::int as calls,
            count(*) filter (where a.answer = 'unknown')::int as unanswered,
            round(percentile_cont(0.5) within group (order by extract(epoch from c.at - a.sent_at) * 1000))::int as "callbackMs"
       from attempts a
       left join lateral (
         select min(received_at) as at from callbacks
          where tenant_id = a.tenant_id and attempt_id = a.id and kind = 'payment' and not asked) c on true
      where a.tenant_id = ? and a.sent_at > ? group by 1`,
    [setup.tenant.id, later(at, -3_600_000)],
  )
  return new Map(rows.map(({ id, ...hour }: { id: string } & LastHour) => [id, hour]))
}

/** A probe that has brought nothing for so long is given up, and another may go. */
const PROBE_MS = 60_000
/** While a probe is out the others look this often whether it has made the connection well. */
const PROBED_MS = 10_000
/** Paused connections are looked at again after this. */
const PAUSED_MS = 30_000

type Now = Pick<Row, 'state' | 'paused_for' | 'sick_until' | 'probe_until'>

const isOpen = (now: Now, operation: Operation, at: Date): boolean =>
  !isPausedFor({ state: String(now.state), pausedFor: now.paused_for as string | null }, operation) &&
  [now.sick_until, now.probe_until].every(until => until === null || (until as Date) <= at)

/** The connections by which something may leave this moment: what is remembered of them may be as old as their fault. */
export async function openNow({ trx, setup, at }: Act, operation: Operation): Promise<ReadonlySet<string>> {
  const rows: (Now & { id: string })[] = await trx('connections')
    .where({ tenant_id: setup.tenant.id })
    .select('id', 'state', 'paused_for', 'sick_until', 'probe_until')
  return new Set(rows.filter(row => isOpen(row, operation, at)).map(({ id }) => id))
}

/**
 * Whether a movement may go by its connection now: `go`, or how long to wait. After a rest one of them is the probe, from
 * here until its call has brought something, and the others wait. To be asked last, by who else would go: what holds the
 * probe and stays keeps everybody.
 */
export async function mayCall({ trx, setup, at }: Act, life: LifeRow): Promise<'go' | number> {
  const key = { tenant_id: setup.tenant.id, id: life.connection_id }
  const row = await trx('connections').where(key).first('state', 'paused_for', 'sick_until')
  if (isPausedFor({ state: row.state, pausedFor: row.paused_for }, life.operation as Operation))
    return PAUSED_MS
  if (row.sick_until === null) return 'go'
  if (row.sick_until > at) return row.sick_until.getTime() - at.getTime()
  const granted = await trx('connections')
    .where(key)
    .where(query =>
      query.whereNull('probe_until').orWhere('probe_until', '<=', at).orWhere({ probe_by: life.id }),
    )
    .update({ probe_until: later(at, PROBE_MS), probe_by: life.id })
  return granted > 0 ? 'go' : PROBED_MS
}
