import type { Ids } from '../domain/ids.ts'
import type { TenantSettings } from '../domain/tenant.ts'
import { addDays, instantOf, localDate } from '../domain/time.ts'
import type { Row, Trx } from './database.ts'

/** What a tenant has done every day at an hour of its own; `claims`: as long as somebody waits for it. */
export type Job = 'due-run' | 'staff-morning' | 'reminders' | 'claims'

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

/** A job that is done where there is something to do, at this time or sooner. */
export async function planBy(
  { trx, tenantId }: Where,
  ids: Ids,
  job: Extract<Job, 'claims'>,
  dueAt: Date,
  zone: string,
): Promise<void> {
  await trx('schedules')
    .insert({ tenant_id: tenantId, id: ids.next(), job, local_time: '00:00', zone, due_at: dueAt })
    .onConflict(['tenant_id', 'job'])
    .merge({ due_at: trx.raw('least(schedules.due_at, excluded.due_at)') })
}

/** Before anybody's hour. */
const REMINDERS_AT = '05:00'

/** What a lender has done each day by its settings, the next time the hour comes: the officers' morning SMS, the reminders. */
export async function planDaily(
  write: Where,
  ids: Ids,
  { staff, reminders }: Pick<TenantSettings, 'staff' | 'reminders'>,
  zone: string,
): Promise<void> {
  const reminds = reminders.before.length + reminders.after.length > 0
  await planJob(write, ids, 'staff-morning', staff.morning, zone)
  await planJob(write, ids, 'reminders', reminds ? REMINDERS_AT : undefined, zone)
}

/** A job at this hour, the next time it comes, where it is not planned so; undefined: none any more. */
async function planJob(
  { trx, tenantId, at }: Where,
  ids: Ids,
  name: Job,
  time: string | undefined,
  zone: string,
): Promise<void> {
  const job = { tenant_id: tenantId, job: name }
  if (time === undefined) return void (await trx('schedules').where(job).update({ due_at: null }))
  const known: Row | undefined = await trx('schedules')
    .where({ ...job, local_time: time })
    .whereNotNull('due_at')
    .first('id')
  if (known !== undefined) return
  await trx('schedules')
    .insert({ ...job, id: ids.next(), local_time: time, zone, due_at: firstDue(at, time, zone, false) })
    .onConflict(['tenant_id', 'job'])
    .merge(['local_time', 'due_at'])
}
