import {
  amountOf,
  type Cap,
  figureOf,
  type Limits,
  nextWindow,
  OPERATIONS,
  type Operation,
  PERIODS,
  type Period,
  periodOf,
  windowStart,
} from '../limits.ts'
import { add, type Currency, type Money, zero } from '../money.ts'
import type { LocalDate } from '../time.ts'

export type Counted = { readonly amount: Money; readonly number: number }

/**
 * What one wallet has used up to today in the windows that are open: everything planned, sent, unresolved or confirmed, each
 * direction for itself. There is no balance here, for we cannot see it.
 */
export type Use = Readonly<Record<Operation, Readonly<Record<Period, Counted>>>>

/** A movement that is planned for a later day than today. */
export type Ahead = { readonly day: LocalDate; readonly operation: Operation; readonly amount: Money }

/** All that is taken of one wallet's caps already. */
export type Taken = { readonly use: Use; readonly ahead?: readonly Ahead[] }

/** How much is left under the tightest cap, and the day on which that cap's window opens anew. */
export type Bound<Left> = { readonly left: Left; readonly cap: Cap; readonly opens: LocalDate }
/** What may still move now; undefined where nothing caps it. */
export type Room = { readonly amount: Bound<Money> | undefined; readonly number: Bound<number> | undefined }

const everywhere = (of: (operation: Operation, period: Period) => Counted): Use =>
  Object.fromEntries(
    OPERATIONS.map(operation => [
      operation,
      Object.fromEntries(PERIODS.map(period => [period, of(operation, period)])),
    ]),
  ) as Use

const nothing = (currency: Currency): Counted => ({ amount: zero(currency), number: 0 })

export const unused = (currency: Currency): Use => everywhere(() => nothing(currency))

/** The use after one more movement within all of its windows. Throws where currencies are mixed. */
export const withUse = (use: Use, moved: Operation, amount: Money): Use =>
  everywhere((operation, period) => {
    const counted = use[operation][period]
    return operation === moved ? { amount: add(counted.amount, amount), number: counted.number + 1 } : counted
  })

/**
 * What of a cap is used, in its own unit, in the window that `day` lies in: what is counted up to today where that is
 * today's window, and what is planned for the days of that window after today. The balance of a wallet is not shown to
 * us: we take what we pay into it on one day as if it were all still there.
 */
export function usedOf(cap: Cap, { use, ahead = [] }: Taken, today: LocalDate, day: LocalDate): bigint {
  const period = periodOf(cap)
  if (period === undefined) return 0n
  const start = windowStart(period, day)
  const ways = cap.window === 'balance' ? (['disburse'] as const) : OPERATIONS.filter(counts(cap))
  const counted = start === windowStart(period, today) ? ways.map(way => use[way][period]) : []
  const planned = ahead
    .filter(each => ways.some(way => way === each.operation) && windowStart(period, each.day) === start)
    .map(({ amount }) => ({ amount, number: 1 }))
  return [...counted, ...planned]
    .map(({ amount, number }) => (cap.measure === 'number' ? BigInt(number) : amount.minor))
    .reduce((total, figure) => total + figure, 0n)
}

const counts = (cap: Cap) => (operation: Operation) => cap.operation === '*' || cap.operation === operation

/** The room under the caps of one measure, tightest first; of two as tight, the one that opens later binds. */
function tightest(
  limits: Limits,
  taken: Taken,
  today: LocalDate,
  day: LocalDate,
  measure: 'amount' | 'number',
) {
  const bounds = limits.caps.flatMap(cap => {
    const period = periodOf(cap)
    if (period === undefined || cap.measure !== measure) return []
    const left = figureOf(cap) - usedOf(cap, taken, today, day)
    return [{ left: left > 0n ? left : 0n, cap, opens: nextWindow(period, day) }]
  })
  return bounds.sort((a, b) =>
    a.left === b.left ? b.opens.localeCompare(a.opens) : a.left < b.left ? -1 : 1,
  )[0]
}

/**
 * What may still move on a day, by default today, under the caps of day, week, month, year and balance. The caps of one transaction are not
 * in it: those are met by parts.
 */
export function roomFor(limits: Limits, taken: Taken, today: LocalDate, day = today): Room {
  const amount = tightest(limits, taken, today, day, 'amount')
  const number = tightest(limits, taken, today, day, 'number')
  return {
    amount: amount && { ...amount, left: amountOf(amount.left, limits) },
    number: number && { ...number, left: Number(number.left) },
  }
}
