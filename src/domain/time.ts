/** The time as a parameter: a virtual clock moves the whole house, and time never goes back. */
export type Clock = { now(): Date }

/** A calendar day in some zone, `YYYY-MM-DD`. */
export type LocalDate = string & { readonly __localDate: true }

const formatters = new Map<string, Intl.DateTimeFormat>()

function parts(at: Date, zone: string): Record<string, string> {
  let formatter = formatters.get(zone)
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formatters.set(zone, formatter)
  }
  return Object.fromEntries(formatter.formatToParts(at).map(part => [part.type, part.value]))
}

/** The day that an instant falls on in a zone. */
export function localDate(at: Date, zone: string): LocalDate {
  const { year, month, day } = parts(at, zone)
  return `${year}-${month}-${day}` as LocalDate
}

/** The clock on the wall in a zone, `HH:MM`. */
export function localTime(at: Date, zone: string): string {
  const { hour, minute } = parts(at, zone)
  return `${hour}:${minute}`
}

/** A moment as people say it: the time on the wall, and the day where it is not today. */
export type Moment = { readonly time: string; readonly day?: LocalDate }

export function momentOf(at: Date, now: Date, zone: string): Moment {
  const [day, today] = [localDate(at, zone), localDate(now, zone)]
  return { time: localTime(at, zone), ...(day === today ? {} : { day }) }
}

/** The instant at which a wall clock in the zone shows `HH:MM` on that day (the later one where it shows it twice). */
export function instantOf(day: LocalDate, time: string, zone: string): Date {
  const wanted = Date.parse(`${day}T${time}:00Z`)
  let guess = wanted
  for (let round = 0; round < 3; round++) {
    const { year, month, day: d, hour, minute, second } = parts(new Date(guess), zone)
    guess += wanted - Date.parse(`${year}-${month}-${d}T${hour}:${minute}:${second}Z`)
  }
  return new Date(guess)
}

/** That day, moved by whole days. */
export function addDays(day: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10) as LocalDate
}

export const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms)

/** What the work brings, or after so long (in real time, for it is somebody's patience) what `otherwise` says. */
export async function inTime<T>(work: Promise<T>, ms: number, otherwise: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T>(resolve => {
    timer = setTimeout(() => resolve(otherwise()), Math.max(0, ms))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}
