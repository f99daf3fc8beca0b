/** Dates are `YYYY-MM-DD` strings inside: they sort as text and have no zone. */

export type Clock = { now(): Date }

const formats = new Map<string, Intl.DateTimeFormat>()

/** The date on the wall at the tenant: upstream org.apache.fineract.infrastructure.core.service.DateUtils.getLocalDateOfTenant. */
export function dateIn(zone: string, at: Date): string {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone })
  formats.set(zone, format)
  return format.format(at)
}

/** How Fineract prints a LocalDate (LocalDateAdapter): [2024,5,31]. */
export function dateArray(date: string): number[]
export function dateArray(date: string | null | undefined): number[] | undefined
export function dateArray(date: string | null | undefined): number[] | undefined {
  return date == null ? undefined : date.split('-').map(Number)
}

/** How Fineract prints a LocalDateTime: [y,m,d,h,mi,s,nanos]. */
export function timeArray(at: Date): number[] {
  const iso = at.toISOString()
  return [
    ...dateArray(iso.slice(0, 10)),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
    at.getUTCMilliseconds() * 1_000_000,
  ]
}

const utc = (date: string) => new Date(`${date}T00:00:00Z`)
const iso = (at: Date) => at.toISOString().slice(0, 10)

export function addDays(date: string, days: number): string {
  return iso(new Date(utc(date).getTime() + days * 86_400_000))
}

/** The same day of a later (or earlier) month, or that month's last day. */
export function addMonths(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = dateArray(date)
  const lastDay = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate()
  return iso(new Date(Date.UTC(year, month - 1 + months, Math.min(day, lastDay))))
}

export function daysBetween(from: string, to: string): number {
  return Math.round((utc(to).getTime() - utc(from).getTime()) / 86_400_000)
}

function monthNames(locale: string, style: 'long' | 'short'): string[] {
  const format = new Intl.DateTimeFormat(locale.replace('_', '-'), { month: style, timeZone: 'UTC' })
  return Array.from({ length: 12 }, (_, month) =>
    format.format(new Date(Date.UTC(2024, month, 1))).toLowerCase(),
  )
}

const TOKENS = /yyyy|MMMM|MMM|MM|M|dd|d/g

function tokenPattern(token: string): string {
  if (token === 'yyyy') return '(\\d{4})'
  if (token === 'MM' || token === 'dd') return '(\\d{2})'
  return token.length > 2 ? '(\\p{L}+\\.?)' : '(\\d{1,2})'
}

/** Reads a date by the caller's `dateFormat`; undefined where the text does not have that form or is no day. */
export function parseDate(text: string, format: string, locale: string): string | undefined {
  const tokens = format.match(TOKENS) ?? []
  const pattern = format.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(TOKENS, tokenPattern)
  const found = new RegExp(`^${pattern}$`, 'u').exec(text.trim())
  if (found === null) return undefined
  let [year, month, day] = ['', '', '']
  for (const [at, token] of tokens.entries()) {
    const value = found[at + 1] ?? ''
    if (token === 'yyyy') year = value
    else if (token.startsWith('d')) day = value
    else if (token.length <= 2) month = value
    else
      month = String(monthNames(locale, token === 'MMM' ? 'short' : 'long').indexOf(value.toLowerCase()) + 1)
  }
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const real = /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(utc(date).getTime())
  return real && iso(utc(date)) === date ? date : undefined
}
