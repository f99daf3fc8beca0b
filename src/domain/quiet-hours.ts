import { createHash } from 'node:crypto'
import type { QuietHours, Tenant } from './tenant.ts'
import { addDays, instantOf, later, localDate, localTime } from './time.ts'

/**
 * When nobody is written to unasked. Each country has hours of its own; a lender may add others, which come on top: so it
 * can tighten them and never loosen them. India: no borrower of a microfinance loan is called on before 9:00 and after
 * 18:00 (Reserve Bank of India, Master Direction on the Regulatory Framework for Microfinance Loans, 14 March 2022,
 * conduct towards borrowers; other loans: before 8:00 and after 19:00, circular of 12 August 2022 on recovery agents). For
 * the other countries we know of no rule about the hours of SMS: their hours are ours, those of the rule that is best known
 * elsewhere (47 CFR § 64.1200(c)(1): not before 8:00, not after 21:00, by the clock of who is called).
 */
const COUNTRIES: Readonly<Record<string, QuietHours>> = { IN: { from: '18:00', until: '09:00' } }
const ELSEWHERE: QuietHours = { from: '21:00', until: '08:00' }

/** What waited for the morning leaves within so long after it, not all in one second. */
const MORNING_SPREAD_MS = 30 * 60_000

type Where = Pick<Tenant, 'country' | 'zone'> & { readonly settings: Pick<Tenant['settings'], 'quiet'> }

const hoursOf = ({ country, settings: { quiet } }: Omit<Where, 'zone'>): readonly QuietHours[] =>
  quiet === 'none' ? [] : [COUNTRIES[country] ?? ELSEWHERE, ...(quiet === undefined ? [] : [quiet])]

const holds = ({ from, until }: QuietHours, time: string): boolean =>
  from < until ? time >= from && time < until : time >= from || time < until

/** Where one ends another may hold; a lender that leaves no hour of the day is refused when it is set up. */
const MAX_ROUNDS = 4

/** The end of the quiet hours that this instant falls in; undefined: it falls in none. */
export function quietUntil(tenant: Where, at: Date): Date | undefined {
  let end = at
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const time = localTime(end, tenant.zone)
    const held = hoursOf(tenant).find(hours => holds(hours, time))
    if (held === undefined) break
    const today = localDate(end, tenant.zone)
    end = instantOf(time < held.until ? today : addDays(today, 1), held.until, tenant.zone)
  }
  return end > at ? end : undefined
}

/** When a message of that name may go: now, or within half an hour after the quiet hours. */
export function afterQuiet(tenant: Where, at: Date, name: string): Date {
  const morning = quietUntil(tenant, at)
  return morning === undefined ? at : later(morning, spreadOf(name, MORNING_SPREAD_MS))
}

/** The same part of a span for the same name, another one for another: what falls together is spread without dice. */
export const spreadOf = (name: string, spanMs: number): number =>
  Math.floor((createHash('sha256').update(name).digest().readUInt32BE(0) / 2 ** 32) * spanMs)

/** Minutes of a day that are left to write in. */
export function openMinutes(tenant: Omit<Where, 'zone'>): number {
  const hours = hoursOf(tenant)
  const minutes = Array.from(
    { length: 1440 },
    (_, minute) =>
      `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
  )
  return minutes.filter(time => !hours.some(quiet => holds(quiet, time))).length
}
