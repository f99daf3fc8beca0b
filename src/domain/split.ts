import { amountOf } from './limits.ts'
import { type Money, sum } from './money.ts'
import type { Candidate, Limited, Part, Plan, SplitRules } from './split/candidate.ts'
import { mostNow, refusal } from './split/refusal.ts'
import { raised, search } from './split/search.ts'
import { type Spans, shortened, spansOf, type Terms, termsOf, unitsOf } from './split/terms.ts'
import { addDays } from './time.ts'

export type { Candidate, Part, Plan, SplitRules, WhyRefused, Wire } from './split/candidate.ts'

export const MAX_PARTS = 30
export const MAX_DAYS = 31
/** More wallets than this nobody has beside one loan. */
export const MAX_CANDIDATES = 5

/** Beyond the provider's window for twins: two calls do not leave on the very second that they are due. */
export const TWINS_MARGIN_MS = 10_000

/**
 * Divides an amount into parts that break no cap, or refuses it whole and says why.
 *
 * Parts serve the caps on one transaction only. A cap by day, week, month or year, on amount or number, is met by
 * later days (only with `days: 'spread'`) or by another wallet (only if it is given: her answer for a collection, a
 * wallet of her own for a payout). The cap on a balance holds for payouts: what we paid in on the same day and the new
 * parts together may not exceed it, for we cannot see what she has spent since.
 *
 * Of the plans that are possible it takes the one that ends soonest, needs the fewest of the wallets in their order,
 * and has the fewest parts. Minimum and multiple hold for every part: the last is filled up from those before it.
 * Equal parts to one wallet are staggered where its provider takes them for twins.
 *
 * The caps of later days are those of the plan's own day; whoever carries out the plan reserves its use when it is
 * made, and on the day of each part plans that part anew, with `days: 'same'`: it leaves whole, or waits. Throws where currencies are mixed, for an amount that is not positive, without a
 * candidate or with a wallet given twice: all bugs of the caller.
 */
export function plan<C extends Candidate>(
  amount: Money,
  candidates: readonly C[],
  rules: SplitRules,
): Plan<C> {
  check(amount, candidates)
  const limited: Limited = {
    ...rules,
    first: rules.first ?? rules.today,
    maxDays: rules.days === 'same' ? 1 : Math.min(rules.maxDays ?? MAX_DAYS, MAX_DAYS),
    maxParts: Math.min(rules.maxParts ?? MAX_PARTS, MAX_PARTS),
  }
  const parts = partsOf(amount, candidates, limited)
  if (parts !== undefined) return { kind: 'parts', parts }
  const refused = refusal(
    amount,
    candidates,
    limited,
    later => partsOf(amount, candidates, later) !== undefined,
  )
  return { ...refused, now: partsNow(amount, candidates[0] as C, limited) }
}

/** What the preferred wallet would take of it at once; the rest stays refused. */
function partsNow<C extends Candidate>(amount: Money, candidate: C, rules: Limited): readonly Part<C>[] {
  const most = mostNow(amount, candidate, rules)
  if (most === undefined || most.minor >= amount.minor) return []
  return partsOf(most, [candidate], { ...rules, days: 'same', maxDays: 1 }) ?? []
}

function check(amount: Money, candidates: readonly Candidate[]): void {
  if (amount.minor <= 0n) throw new Error('only an amount above zero can be planned')
  if (candidates.length === 0 || candidates.length > MAX_CANDIDATES)
    throw new Error(`a plan takes 1 to ${MAX_CANDIDATES} wallets, not ${candidates.length}`)
  if (new Set(candidates.map(({ wallet }) => wallet)).size < candidates.length)
    throw new Error('a wallet is given twice')
  const foreign = candidates.find(({ limits }) => limits.currency !== amount.currency)
  if (foreign !== undefined) throw new Error(`cannot mix ${amount.currency} and ${foreign.limits.currency}`)
  for (const { use, ahead = [], limits } of candidates)
    sum(
      [...Object.values(use).flatMap(windows => Object.values(windows)), ...ahead].map(each => each.amount),
      limits.currency,
    )
}

function partsOf<C extends Candidate>(amount: Money, candidates: readonly C[], rules: Limited) {
  const spans = candidates.map(each => spansOf(each, rules, rules.maxDays))
  for (let days = 1; days <= rules.maxDays; days++)
    for (let wallets = 1; wallets <= candidates.length; wallets++) {
      const asked = candidates.slice(0, wallets)
      const units = unitsOf(asked)
      const terms = asked.map((each, c) =>
        termsOf(each, units[c] as bigint, amount.minor, shortened(spans[c] as Spans, days)),
      )
      const shares = search(terms, amount.minor, days, rules.maxParts)
      if (shares === undefined) continue
      return Array.from({ length: days }, (_, day) =>
        asked.flatMap((candidate, c) => {
          const share = shares[c]?.[day]
          return share === undefined ? [] : dayOf(candidate, terms[c] as Terms, share, day, rules)
        }),
      ).flat()
    }
  return undefined
}

/** One wallet's parts of one day: as large as they may be, what is left at the end, never below the minimum. */
function dayOf<C extends Candidate>(
  candidate: C,
  { least, most, unit }: Terms,
  share: { readonly parts: number; readonly amount: bigint },
  dayOffset: number,
  { first }: Limited,
): Part<C>[] {
  const floors = Array.from({ length: share.parts }, () => least)
  const more = share.amount - BigInt(share.parts) * least
  const amounts = raised(
    floors,
    floors.map(() => most),
    more,
    unit,
  )
  const { twinsMs } = candidate.wire
  return amounts.map((minor, at) => {
    const twins = amounts.slice(0, at).filter(before => before === minor).length
    return {
      candidate,
      amount: amountOf(minor, candidate.limits),
      day: addDays(first, dayOffset),
      dayOffset,
      startsAfterMs: twinsMs === undefined ? 0 : twins * (twinsMs + TWINS_MARGIN_MS),
    }
  })
}
