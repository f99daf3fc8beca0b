import { usedOf } from '../limits/room.ts'
import { type Cap, figureOf, nextWindow, periodOf } from '../limits.ts'
import { addDays, type LocalDate } from '../time.ts'
import { type Candidate, transactionCaps } from './candidate.ts'

/** What a run of days, first to last, may hold together. */
export type Span = { readonly first: number; readonly last: number; readonly left: bigint }

/**
 * A candidate as numbers for the search. Every part is a multiple of `unit`, at least `least` and at most `most` (both
 * multiples themselves; `most` below `least` means that it can take nothing).
 */
export type Terms = {
  readonly unit: bigint
  readonly least: bigint
  readonly most: bigint
  readonly amounts: readonly Span[]
  readonly numbers: readonly Span[]
}

export const down = (value: bigint, unit: bigint): bigint => (value / unit) * unit
export const up = (value: bigint, unit: bigint): bigint => down(value + unit - 1n, unit)
/** `Math.min` and `Math.max` for bigints, which those two do not take; of one value at least. */
export function min([first, ...rest]: readonly bigint[]): bigint {
  let least = first as bigint
  for (const value of rest) if (value < least) least = value
  return least
}
export function max([first, ...rest]: readonly bigint[]): bigint {
  let most = first as bigint
  for (const value of rest) if (value > most) most = value
  return most
}
export const total = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n)

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))
const lcm = (a: bigint, b: bigint): bigint => (a / gcd(a, b)) * b

const figures = (caps: readonly Cap[], measure: Cap['measure']): bigint[] =>
  caps.filter(cap => cap.measure === measure).map(figureOf)

/** The smallest step that all multiples of a candidate allow. */
export const unitOf = (candidate: Candidate): bigint =>
  figures(transactionCaps(candidate), 'multiple').reduce(lcm, 1n)

/**
 * A unit for each candidate such that of any two one divides the other, as the real ones do (a franc, five francs, a
 * whole shilling). Where they do not, the coarser is made coarser still: never an amount that its wallet cannot carry.
 */
export function unitsOf(candidates: readonly Candidate[]): bigint[] {
  const own = candidates.map(unitOf)
  const units = [...own]
  const order = own.map((_, at) => at).sort((a, b) => Number((own[a] ?? 1n) - (own[b] ?? 1n)))
  let coarsest = 1n
  for (const at of order) {
    coarsest = lcm(coarsest, own[at] ?? 1n)
    units[at] = coarsest
  }
  return units
}

/** The day that use is counted up to, and the first on which parts may move. */
export type Dates = { readonly today: LocalDate; readonly first: LocalDate }

const daysBetween = (from: LocalDate, to: LocalDate): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)

/** A cap as the windows that it opens within so many days from the first. */
function windowsOf(cap: Cap, candidate: Candidate, { today, first: start }: Dates, days: number): Span[] {
  const period = periodOf(cap)
  const spans: Span[] = []
  for (let first = 0; period !== undefined && first < days; ) {
    const day = addDays(start, first)
    const next = daysBetween(start, nextWindow(period, day))
    const left = figureOf(cap) - usedOf(cap, candidate, today, day)
    spans.push({ first, last: next - 1, left: left > 0n ? left : 0n })
    first = next
  }
  return spans
}

export type Spans = Pick<Terms, 'amounts' | 'numbers'>

/** All windows that a candidate's caps open within so many days. */
export function spansOf(candidate: Candidate, dates: Dates, days: number): Spans {
  const spans = (measure: 'amount' | 'number') =>
    candidate.limits.caps
      .filter(cap => cap.measure === measure)
      .flatMap(cap => windowsOf(cap, candidate, dates, days))
  return { amounts: spans('amount'), numbers: spans('number') }
}

/** The same windows for a shorter plan. */
export function shortened({ amounts, numbers }: Spans, days: number): Spans {
  const within = (spans: readonly Span[]) =>
    spans.filter(({ first }) => first < days).map(span => ({ ...span, last: Math.min(span.last, days - 1) }))
  return { amounts: within(amounts), numbers: within(numbers) }
}

/** What one candidate can do for an amount, within the windows given. */
export function termsOf(candidate: Candidate, unit: bigint, amount: bigint, spans: Spans): Terms {
  const each = transactionCaps(candidate)
  return {
    ...spans,
    unit,
    least: up(max([unit, ...figures(each, 'minimum')]), unit),
    most: down(min([amount, ...figures(each, 'amount')]), unit),
  }
}
