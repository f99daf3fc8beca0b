import type { Ahead, Use } from '../limits/room.ts'
import type { Cap, Limits } from '../limits.ts'
import { exponentOf, type Money, money } from '../money.ts'
import type { LocalDate } from '../time.ts'

/** What the provider's wire can carry, whatever her limits say. */
export type Wire = {
  /** True where the wire has no fraction of a major unit (M-Pesa's has none). */
  readonly wholeUnitsOnly: boolean
  readonly multiple?: Money
  readonly minimum?: Money
  readonly maximum?: Money
  /** The provider takes the same amount to the same number for a repetition within this time. */
  readonly twinsMs?: number
}

/**
 * One wallet that may take part, with the caps that hold on the day of the plan and what is used of them. A wallet
 * stands for itself only once: two roads to it share its caps, so the road is chosen before.
 */
export type Candidate = {
  readonly wallet: string
  readonly limits: Limits
  readonly use: Use
  /** What is planned for later days than today: the later parts of plans made before. */
  readonly ahead?: readonly Ahead[]
  readonly wire: Wire
}

export type SplitRules = {
  /** The day up to which `use` is counted. */
  readonly today: LocalDate
  /** The first day on which parts may move; by default today. */
  readonly first?: LocalDate
  /** `same`: all on the first day. `spread`: what it does not hold may follow on the next days. */
  readonly days: 'same' | 'spread'
  /** How many days a spread plan may take, the first among them; 31 at most and by default. */
  readonly maxDays?: number
  /** How many parts at most; 30 at most and by default, 1 where parts are not wanted. */
  readonly maxParts?: number
}

/** The rules with nothing left open. */
export type Limited = Required<SplitRules>

export type Part<C extends Candidate> = {
  readonly candidate: C
  readonly amount: Money
  readonly day: LocalDate
  /** Days after the plan's first day. */
  readonly dayOffset: number
  /** Not before this long after that day's start of sending. */
  readonly startsAfterMs: number
}

export type WhyRefused =
  | 'over-per-transaction'
  | 'over-period'
  | 'over-balance'
  | 'over-number'
  | 'below-minimum'
  | 'not-a-multiple'
  | 'fraction'

export type Plan<C extends Candidate> =
  | { readonly kind: 'parts'; readonly parts: readonly Part<C>[] }
  | {
      readonly kind: 'refused'
      readonly why: WhyRefused
      /** The preferred wallet's cap that stands in the way. */
      readonly cap: Cap | undefined
      /** The first day on which the same plan would go through; undefined where waiting does not help. */
      readonly when: LocalDate | undefined
      /** What the preferred wallet would take at once, where a cap by period, balance or number leaves room for a part of it. */
      readonly now: readonly Part<C>[]
    }

/** The caps on each transaction: those of her limits, and the wire's own in the same words. */
export function transactionCaps({ limits, wire }: Candidate): readonly Cap[] {
  const { currency } = limits
  const own = {
    operation: limits.operation,
    window: 'transaction',
    source: 'the wire of the provider',
  } as const
  const whole = wire.wholeUnitsOnly ? [money(10n ** BigInt(exponentOf(currency)), currency)] : []
  const multiples = wire.multiple === undefined ? whole : [...whole, wire.multiple]
  const caps: Cap[] = multiples.map(value => ({ ...own, measure: 'multiple', value }))
  if (wire.minimum !== undefined) caps.push({ ...own, measure: 'minimum', value: wire.minimum })
  if (wire.maximum !== undefined) caps.push({ ...own, measure: 'amount', value: wire.maximum })
  const all = [...limits.caps.filter(({ window }) => window === 'transaction'), ...caps]
  const foreign = all.find(({ value }) => typeof value === 'object' && value.currency !== currency)
  if (foreign !== undefined) throw new Error(`a cap that is not in ${currency}: ${foreign.source}`)
  return all
}
