import { type Currency, type Money, money } from './money.ts'
import { addDays, type LocalDate } from './time.ts'

/** Who moves: we ask her wallet for money, or we pay into it. */
export const OPERATIONS = ['collect', 'disburse'] as const
export type Operation = (typeof OPERATIONS)[number]
/** A calendar window of the tenant's zone; a week is ISO 8601's, from Monday. */
export const PERIODS = ['day', 'week', 'month', 'year'] as const
export type Period = (typeof PERIODS)[number]
export type Window = 'transaction' | Period | 'balance'

/** One cap that holds now. `operation` says what is counted against it: `*` counts both directions together. */
export type Cap = { readonly operation: Operation | '*'; readonly source: string } & (
  | { readonly window: Window; readonly measure: 'amount'; readonly value: Money }
  | { readonly window: Period; readonly measure: 'number'; readonly value: number }
  | { readonly window: 'transaction'; readonly measure: 'minimum' | 'multiple'; readonly value: Money }
)

/**
 * One row of the tables. It holds from `from` up to, not including, `until`. A provider `*` is a rule of the country,
 * a tier `*` one for every KYC tier.
 */
export type Limit = {
  readonly country: string
  readonly provider: string | '*'
  readonly tier: string | '*'
  readonly currency: Currency
  readonly from: LocalDate
  readonly until?: LocalDate | undefined
} & (Cap | Lifted)

/** A tenant's row that takes away the seed's row of the same key, where its own contract knows no such cap. */
type Lifted = {
  readonly operation: Operation | '*'
  readonly window: Window
  readonly measure: Cap['measure']
  readonly value: 'none'
  readonly source: string
}

export type Asked = {
  readonly country: string
  readonly provider: string
  /** Undefined where her tier is not known: then the caps of every tier hold. */
  readonly tier: string | undefined
  readonly operation: Operation
  readonly currency: Currency
  readonly on: LocalDate
}

/** Every cap that holds for one wallet, one operation and one day. They hold together: the tightest binds. */
export type Limits = {
  readonly operation: Operation
  readonly currency: Currency
  readonly caps: readonly Cap[]
}

const keyOf = (row: Limit): string =>
  [row.country, row.provider, row.tier, row.currency, row.operation, row.window, row.measure].join('|')

const inForce = (row: Limit, on: LocalDate): boolean =>
  row.from <= on && (row.until === undefined || on < row.until)

/** Of the rows in force, the newest of each key: a later row supersedes an open one without closing it. */
function newest(rows: readonly Limit[], on: LocalDate): Map<string, Limit> {
  const found = new Map<string, Limit>()
  for (const row of rows) {
    const known = found.get(keyOf(row))
    if (inForce(row, on) && (known === undefined || row.from >= known.from)) found.set(keyOf(row), row)
  }
  return found
}

function concerns(row: Limit, asked: Asked): boolean {
  return (
    row.country === asked.country &&
    row.currency === asked.currency &&
    (row.provider === '*' || row.provider === asked.provider) &&
    (row.tier === '*' || asked.tier === undefined || row.tier === asked.tier) &&
    (row.operation === '*' || row.operation === asked.operation) &&
    // Taking money out of a wallet cannot fill it.
    !(row.window === 'balance' && asked.operation === 'collect')
  )
}

function capOf(row: Limit): readonly Cap[] {
  if (row.value === 'none') return []
  if (typeof row.value === 'object' && row.value.currency !== row.currency)
    throw new Error(`a limit of ${row.currency} given in ${row.value.currency}`)
  const { operation, window, measure, value, source } = row
  return [{ operation, window, measure, value, source } as Cap]
}

/**
 * The caps that hold on a day. Rules of the country, the provider and the tier hold side by side; a tenant's own row
 * replaces the seed's row of the same country, provider, tier, currency, operation, window and measure, and no other.
 */
export function limitsFor(seed: readonly Limit[], overrides: readonly Limit[], asked: Asked): Limits {
  const rows = new Map([...newest(seed, asked.on), ...newest(overrides, asked.on)])
  const caps = [...rows.values()].filter(row => concerns(row, asked)).flatMap(capOf)
  return { operation: asked.operation, currency: asked.currency, caps }
}

/** The first day of the window that a day lies in. */
export function windowStart(period: Period, day: LocalDate): LocalDate {
  if (period === 'day') return day
  if (period === 'month') return `${day.slice(0, 7)}-01` as LocalDate
  if (period === 'year') return `${day.slice(0, 4)}-01-01` as LocalDate
  const sinceMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
  return addDays(day, -sinceMonday)
}

/** The first day of the next such window. */
export function nextWindow(period: Period, day: LocalDate): LocalDate {
  const start = windowStart(period, day)
  const inside = { day: 1, week: 7, month: 31, year: 366 }[period]
  return period === 'week' ? addDays(start, 7) : windowStart(period, addDays(start, inside))
}

/** The window in which a cap is counted, or undefined for one that concerns each transaction alone. */
export function periodOf(cap: Cap): Period | undefined {
  if (cap.window === 'transaction') return undefined
  return cap.window === 'balance' ? 'day' : cap.window
}

/** A cap's figure as a whole number: minor units, or how many. */
export const figureOf = (cap: Cap): bigint => (cap.measure === 'number' ? BigInt(cap.value) : cap.value.minor)

export const amountOf = (minor: bigint, { currency }: Limits): Money => money(minor, currency)
