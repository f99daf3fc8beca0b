import { HEALTH_WINDOW_MS, isSick, restMs } from '../domain/health.ts'
import type { Outcome } from '../domain/outcome.ts'
import { later } from '../domain/time.ts'
import type { Operation } from '../providers/provider.ts'
import { isPausedFor } from './road.ts'
import type { Act } from './step.ts'

/**
 * The circuit breaker of a connection, driven by our own traffic: many silent calls make it sick, and what is planned
 * waits or takes another road. When the rest is over one call goes out as a probe; a clear answer makes it well.
 */

/** What a call brought; only sends count, for an inquiry may rightly bring nothing for minutes. */
export async function noteHealth(act: Act, connectionId: string, outcome: Outcome): Promise<void> {
  const { trx, setup, at } = act
  const key = { tenant_id: setup.tenant.id, id: connectionId }
  const known = setup.connections.find(({ id }) => id === connectionId)
  const silent = outcome.kind === 'unknown'
  if (!silent && known?.sickUntil === undefined) return
  if (!silent) {
    await trx('connections').where(key).update({ sick_since: null, sick_until: null, probe_until: null })
    return
  }
  const { rows } = await trx.raw(
    `select count(*) filter (where outcome ->> 'kind' = 'unknown') as unknown,
            count(*) filter (where outcome ->> 'kind' <> 'unknown') as clear
       from attempts where tenant_id = ? and connection_id = ? and sent_at > ? and outcome is not null`,
    [key.tenant_id, key.id, later(at, -HEALTH_WINDOW_MS)],
  )
  // this call's own outcome is committed by now
  if (!isSick({ clear: Number(rows[0].clear), unknown: Number(rows[0].unknown) })) return
  const { sick_since: since } = await trx('connections').where(key).forUpdate().first('sick_since')
  const sickForMs = since === null ? 0 : at.getTime() - since.getTime()
  await trx('connections')
    .where(key)
    .update({ sick_since: since ?? at, sick_until: later(at, restMs(sickForMs)), probe_until: null })
}

/** A probe that has brought nothing for so long is given up, and another may go. */
const PROBE_MS = 60_000

/** Whether a call may leave now: `go`, or how long to wait. After a rest one call goes as a probe, the others wait. */
export async function mayCall(
  { trx, setup, at }: Act,
  connectionId: string,
  operation: Operation,
): Promise<'go' | number> {
  const key = { tenant_id: setup.tenant.id, id: connectionId }
  const row = await trx('connections').where(key).first('state', 'paused_for', 'sick_until')
  if (isPausedFor({ state: row.state, pausedFor: row.paused_for }, operation)) return PAUSED_MS
  if (row.sick_until === null) return 'go'
  if (row.sick_until > at) return row.sick_until.getTime() - at.getTime()
  const probes = await trx('connections')
    .where(key)
    .where(query => query.whereNull('probe_until').orWhere('probe_until', '<=', at))
    .update({ probe_until: later(at, PROBE_MS) })
  return probes > 0 ? 'go' : PROBE_MS
}

/** Paused connections are looked at again after this. */
const PAUSED_MS = 30_000
