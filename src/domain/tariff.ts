import { OPERATIONS } from './limits.ts'
import { type Currency, type Money, money } from './money.ts'
import type { LocalDate } from './time.ts'

/** What a provider charges for: a refund by its own price, never by that of a payout. */
export const PRICED = [...OPERATIONS, 'refund'] as const
export type PricedOperation = (typeof PRICED)[number]

export const BEARERS = ['customer', 'lender', 'unknown'] as const
export type Bearer = (typeof BEARERS)[number]

/** A hundredth of a percent; a share is whole basis points, at most all of it. */
export const ALL_BASIS_POINTS = 10_000

/** A sum and a share: of the amount for a charge, of the charge for a tax. */
export type Levy = { readonly fixed: Money; readonly basisPoints: number }

/**
 * What a connection charges for amounts from `min` to `max`, both included; without `max`, for anything above. All rows
 * of one connection, operation and currency with the same `from` are a price list; it holds until the next list begins,
 * at the latest up to, not including, its own `until`.
 */
export type Tariff = {
  readonly connection: string
  readonly operation: PricedOperation
  readonly currency: Currency
  readonly min: Money
  readonly max: Money | undefined
  readonly charge: Levy
  readonly tax: Levy
  readonly bearer: Bearer
  readonly from: LocalDate
  readonly until: LocalDate | undefined
}

export type Quote =
  | { readonly kind: 'known'; readonly charge: Money; readonly tax: Money; readonly bearer: Bearer }
  /** No list, or no band for that amount. Nobody may read a nought into it. */
  | { readonly kind: 'unknown' }

export type Priced = {
  readonly connection: string
  readonly operation: PricedOperation
  readonly amount: Money
  readonly on: LocalDate
}

/** The list that a row belongs to. */
export const listOf = ({ connection, operation, currency, from }: Tariff): string =>
  [connection, operation, currency, from].join('|')

const isWithin = ({ min, max }: Tariff, { minor }: Money): boolean =>
  min.minor <= minor && (max === undefined || minor <= max.minor)

/** A share of an amount in minor units, rounded half up. */
const shareOf = (minor: bigint, basisPoints: number): bigint => {
  const all = BigInt(ALL_BASIS_POINTS)
  return (minor * BigInt(basisPoints) * 2n + all) / (all * 2n)
}

const levied = ({ fixed, basisPoints }: Levy, base: Money): Money =>
  money(fixed.minor + shareOf(base.minor, basisPoints), base.currency)

/** Charge and tax of one movement on a day. The newest list decides alone: a band that it left out is unknown. */
export function quote(tariffs: readonly Tariff[], { connection, operation, amount, on }: Priced): Quote {
  const lists = tariffs.filter(
    row =>
      row.connection === connection &&
      row.operation === operation &&
      row.currency === amount.currency &&
      row.from <= on,
  )
  const newest = lists
    .map(({ from }) => from)
    .sort()
    .at(-1)
  const row = lists.find(
    each => each.from === newest && (each.until === undefined || on < each.until) && isWithin(each, amount),
  )
  if (row === undefined) return { kind: 'unknown' }
  const charge = levied(row.charge, amount)
  return { kind: 'known', charge, tax: levied(row.tax, charge), bearer: row.bearer }
}

/**
 * Pairs of places in `tariffs` whose bands claim the same amount in the same list, the later place first; each band is
 * told with the widest one below it.
 */
export function overlaps(tariffs: readonly Tariff[]): (readonly [later: number, earlier: number])[] {
  const widest = new Map<string, number>()
  const found: (readonly [number, number])[] = []
  const byMin = [...tariffs.keys()].sort((a, b) =>
    (tariffs[a] as Tariff).min.minor < (tariffs[b] as Tariff).min.minor ? -1 : 1,
  )
  for (const at of byMin) {
    const row = tariffs[at] as Tariff
    const before = widest.get(listOf(row))
    const end = before === undefined ? undefined : (tariffs[before] as Tariff)
    if (before !== undefined && end !== undefined && isWithin(end, row.min))
      found.push([Math.max(at, before), Math.min(at, before)])
    if (
      end === undefined ||
      (end.max !== undefined && !(row.max !== undefined && row.max.minor <= end.max.minor))
    )
      widest.set(listOf(row), at)
  }
  return found
}
