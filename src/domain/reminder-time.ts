import { quietUntil, spreadOf } from './quiet-hours.ts'
import type { Tenant } from './tenant.ts'
import { instantOf, later, localDate, localTime } from './time.ts'

const HOUR_MS = 3_600_000

const wall = (hour: number): string => `${String(hour).padStart(2, '0')}:00`

/** The hour on her wall at which she has paid most often; of two, the one that she paid at last. The latest comes first. */
export function usualHour(paidAt: readonly Date[], zone: string): number | undefined {
  const hours = paidAt.map(at => Number(localTime(at, zone).slice(0, 2)))
  const times = (hour: number): number => hours.filter(other => other === hour).length
  return hours.reduce<number | undefined>(
    (best, hour) => (best === undefined || times(hour) > times(best) ? hour : best),
    undefined,
  )
}

/** Among which a borrower may choose, as far as none of it is quiet. */
export const PROMPT_HOURS: readonly number[] = [9, 12, 15, 17]

/** The hours of any day at which this lender may prompt and remind. */
export function promptHours(tenant: Tenant, at: Date): number[] {
  const today = localDate(at, tenant.zone)
  return PROMPT_HOURS.filter(hour => {
    const start = instantOf(today, wall(hour), tenant.zone)
    return [start, later(start, HOUR_MS - 1)].every(time => quietUntil(tenant, time) === undefined)
  })
}

type Hers = {
  /** The hour that she chose, and the one at which she usually pays. */
  readonly chosen: number | undefined
  readonly usual: number | undefined
  /** Spreads within the hour: the same for the same name. */
  readonly name: string
}

/** When she is prompted today, where she chose an hour that is still to come; undefined: as soon as may be. */
export function promptToday(
  tenant: Tenant,
  at: Date,
  chosen: number | undefined,
  name: string,
): Date | undefined {
  if (chosen === undefined) return undefined
  const today = localDate(at, tenant.zone)
  const start = instantOf(today, wall(chosen), tenant.zone)
  const time = later(start, spreadOf(`${name}:${today}`, HOUR_MS))
  return start > at && quietUntil(tenant, time) === undefined ? time : undefined
}

/**
 * When she is reminded today: within the hour that she chose, else within the one at which she usually pays, else within
 * that of the lender, as far as it is not quiet then; else in the first hour of the day in which it is not. Undefined where
 * nothing is left of today to write in. Never before now.
 */
export function reminderToday(tenant: Tenant, at: Date, { chosen, usual, name }: Hers): Date | undefined {
  const { zone, settings } = tenant
  const today = localDate(at, zone)
  const within = (start: Date): Date => later(start, spreadOf(`${name}:${today}`, HOUR_MS))
  const isOpen = (time: Date): boolean =>
    localDate(time, zone) === today && quietUntil(tenant, time) === undefined
  const wanted = [chosen, usual].flatMap(hour => (hour === undefined ? [] : [wall(hour)]))
  const hours = [...wanted, settings.reminders.at].map(time => within(instantOf(today, time, zone)))
  const midnight = instantOf(today, '00:00', zone)
  const first = within(quietUntil(tenant, midnight) ?? midnight)
  const best = hours.find(isOpen) ?? first
  // the hour is behind us: the run was late
  const time = best >= at ? best : within(at)
  return isOpen(time) ? time : undefined
}
