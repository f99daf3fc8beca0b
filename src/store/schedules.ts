import type { Ids } from '../domain/ids.ts'
import { addDays, instantOf, localDate } from '../domain/time.ts'
import type { Row, Trx } from './database.ts'

/** What a tenant has done every day at an hour of its own. */
export type Job = 'due-run' | 'staff-morning'

type Where = { readonly trx: Trx; readonly tenantId: string; readonly at: Date }

/** The first time that is still to come; `past`: today's counts too where its hour is behind it. */
function firstDue(at: Date, time: string, zone: string, past: boolean): Date {
  const today = localDate(at, zone)
  const first = instantOf(today, time, zone)
  return first > at || past ? first : instantOf(addDays(today, 1), time, zone)
}

/** The due-date run of a new tenant: today's, if its hour has come, which then is behind it; else the first still to come. */
export async function planDueRun(
  { trx, tenantId, at }: Where,
  ids: Ids,
  time: string,
  zone: string,
): Promise<void> {
  await trx('schedules').insert({
    ...{ tenant_id: tenantId, id: ids.next(), job: 'due-run' satisfies Job, local_time: time, zone },
    due_at: firstDue(at, time, zone, true),
  })
}

/** The next run stays on its day, at the new time. */
export async function moveDueRun({ trx, tenantId }: Where, time: string, zone: string): Promise<void> {
  const run = { tenant_id: tenantId, job: 'due-run' satisfies Job }
  const known: Row | undefined = await trx('schedules').where(run).whereNot({ local_time: time }).first()
  if (known === undefined) return
  const dueAt = known.due_at as Date | null
  await trx('schedules')
    .where(run)
    .update({
      local_time: time,
      due_at: dueAt === null ? null : instantOf(localDate(dueAt, zone), time, zone),
    })
}

/** The officers' morning SMS at this hour, the next time it comes; undefined: none any more. */
export async function planMorning(
  { trx, tenantId, at }: Where,
  ids: Ids,
  time: string | undefined,
  zone: string,
): Promise<void> {
  const morning = { tenant_id: tenantId, job: 'staff-morning' satisfies Job }
  if (time === undefined) return void (await trx('schedules').where(morning).update({ due_at: null }))
  await trx('schedules')
    .insert({ ...morning, id: ids.next(), local_time: time, zone, due_at: firstDue(at, time, zone, false) })
    .onConflict(['tenant_id', 'job'])
    .merge(['local_time', 'due_at'])
}
