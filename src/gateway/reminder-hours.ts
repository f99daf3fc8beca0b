import { quietUntil } from '../domain/quiet-hours.ts'
import type { Tenant } from '../domain/tenant.ts'
import { addDays, instantOf, later, localDate, localTime } from '../domain/time.ts'

/** When a borrower who says "later" is reminded: today, but not at night; else the next morning. */

/** A reminder sooner than this is no reminder. */
const SOONEST_MS = 30 * 60_000
const HOUR_MS = 3_600_000
const MORNING_HOUR = 8
/** Hours of today on her screen; tomorrow's morning stands below them. */
const OFFERED = 3

const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`

const eveningOf = ({ zone, settings }: Tenant, at: Date): Date =>
  instantOf(localDate(at, zone), settings.later.until, zone)

/** No reminder goes out in the quiet hours: she is promised none then. */
const outOfQuiet = (tenant: Tenant, at: Date): Date => quietUntil(tenant, at) ?? at

const tomorrow = (tenant: Tenant, at: Date): Date =>
  outOfQuiet(tenant, instantOf(addDays(localDate(at, tenant.zone), 1), clock(MORNING_HOUR), tenant.zone))

/** Where she names no hour: in as many as the lender says. */
export function reminderTime(tenant: Tenant, at: Date): Date {
  const evening = eveningOf(tenant, at)
  const wanted = later(at, tenant.settings.later.hours * HOUR_MS)
  if (wanted <= evening) return outOfQuiet(tenant, wanted)
  return later(at, SOONEST_MS) <= evening ? outOfQuiet(tenant, evening) : tomorrow(tenant, at)
}

/** The whole hours among which she may choose: up to three that are left of today, the next and the last among them; and tomorrow morning. */
export function reminderHours(tenant: Tenant, at: Date): Date[] {
  const { zone } = tenant
  const evening = eveningOf(tenant, at)
  const soonest = later(at, SOONEST_MS)
  const hours: Date[] = []
  const next = Number(localTime(at, zone).slice(0, 2)) + 1
  for (let hour = Math.max(next, MORNING_HOUR); hour < 24; hour++) {
    const whole = instantOf(localDate(at, zone), clock(hour), zone)
    if (whole >= soonest && whole <= evening && quietUntil(tenant, whole) === undefined) hours.push(whole)
  }
  return [...spread(hours, OFFERED), tomorrow(tenant, at)]
}

/** So many of them at most, the first and the last among them. */
function spread<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items]
  const places = Array.from({ length: most }, (_, at) => Math.round((at * (items.length - 1)) / (most - 1)))
  return items.filter((_, at) => places.includes(at))
}
