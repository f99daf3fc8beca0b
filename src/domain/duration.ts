/** Milliseconds of a duration, or why there are none: a sign, years or months (no fixed length), or another form. */
export type Duration = number | 'negative' | 'calendar' | 'malformed'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY

/** More digits than any length of time that we handle. */
const PART = '\\d{1,9}'
const WEEKS = new RegExp(`^P(${PART})W$`)
const DAYS_AND_TIME = new RegExp(
  `^P(?!$)(?:(${PART})D)?(?:T(?!$)(?:(${PART})H)?(?:(${PART})M)?(?:(${PART})(?:[.,](\\d{1,3}))?S)?)?$`,
)
const CALENDAR = /^P[\d.,WD]*[YM]/
const NEGATIVE = /^-|[PTWDHM]-\d/

/**
 * Reads a duration of ISO 8601-1 (2019, 5.5.2): `P1DT2H`, `PT90M`, `PT0.5S`, or weeks alone, `P2W`. A day is 24 hours,
 * and only the seconds may have a fraction, down to a millisecond. Zero is a duration; whoever asks may refuse it.
 */
export function parseDuration(text: string): Duration {
  if (NEGATIVE.test(text)) return 'negative'
  if (CALENDAR.test(text)) return 'calendar'
  const weeks = WEEKS.exec(text)
  if (weeks !== null) return Number(weeks[1]) * WEEK
  const parts = DAYS_AND_TIME.exec(text)
  if (parts === null) return 'malformed'
  const [days, hours, minutes, seconds, fraction] = parts.slice(1)
  const of = (part: string | undefined, unit: number): number => Number(part ?? 0) * unit
  return (
    of(days, DAY) +
    of(hours, HOUR) +
    of(minutes, MINUTE) +
    of(seconds, SECOND) +
    Number((fraction ?? '').padEnd(3, '0'))
  )
}

/** So many milliseconds (0 or more) as ISO 8601 writes them, in days and less: `P1DT2H`, `PT0S`. */
export function formatDuration(ms: number): string {
  const count = (unit: number, within = Number.POSITIVE_INFINITY): number => Math.floor((ms % within) / unit)
  const part = (value: number, letter: string): string => (value === 0 ? '' : `${value}${letter}`)
  const fraction = ms % SECOND === 0 ? '' : `.${String(ms % SECOND).padStart(3, '0')}`
  const seconds = count(SECOND, MINUTE)
  const time = [
    part(count(HOUR, DAY), 'H'),
    part(count(MINUTE, HOUR), 'M'),
    seconds === 0 && fraction === '' ? '' : `${seconds}${fraction}S`,
  ].join('')
  const days = part(count(DAY), 'D')
  if (days === '' && time === '') return 'PT0S'
  return `P${days}${time === '' ? '' : `T${time}`}`
}
