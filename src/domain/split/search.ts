import { down, max, min, type Span, type Terms, total } from './terms.ts'

/** What each candidate takes on each day, in how many parts: `[candidate][day]`. */
export type Shares = readonly (readonly { readonly parts: number; readonly amount: bigint }[])[]

/** How many places a search for one number of parts may try. */
const MAX_STEPS = 1_000

const leftOn = (day: number, spans: readonly Span[], taken: readonly bigint[]): bigint[] =>
  spans
    .filter(({ first, last }) => first <= day && day <= last)
    .map(({ first, last, left }) => left - total(taken.slice(first, last + 1)))

const fits = (taken: readonly bigint[], spans: readonly Span[]): boolean =>
  spans.every(({ first, last, left }) => total(taken.slice(first, last + 1)) <= left)

/**
 * Raises floors towards their ceilings until `more` is placed, the first places first, in steps of `unit` and within
 * every span. Spans are runs of neighbours, so to fill from the left is to place as much as can be placed at all.
 */
export function raised(
  floors: readonly bigint[],
  ceilings: readonly bigint[],
  more: bigint,
  unit = 1n,
  spans: readonly Span[] = [],
): bigint[] {
  const taken = [...floors]
  let rest = more
  for (const [place, floor] of floors.entries()) {
    const room = min([(ceilings[place] ?? 0n) - floor, rest, ...leftOn(place, spans, taken)])
    const step = room > 0n ? down(room, unit) : 0n
    taken[place] = floor + step
    rest -= step
  }
  return taken
}

/** The amounts by candidate and day for given numbers of parts; undefined where those cannot carry the amount. */
function settle(
  terms: readonly Terms[],
  parts: readonly (readonly number[])[],
  amount: bigint,
): bigint[][] | undefined {
  const floors = terms.map(({ least }, c) => (parts[c] ?? []).map(n => BigInt(n) * least))
  let rest = amount - total(floors.flat())
  const isPossible = terms.every(
    ({ amounts, numbers }, c) =>
      fits((parts[c] ?? []).map(BigInt), numbers) && fits(floors[c] ?? [], amounts),
  )
  if (rest < 0n || !isPossible) return undefined
  const shares = floors.map(days => [...days])
  // The coarsest units first: what they leave, the finer can fill, since each unit divides the next.
  const coarsestFirst = terms
    .map((_, c) => c)
    .sort((a, b) => Number((terms[b]?.unit ?? 1n) - (terms[a]?.unit ?? 1n)))
  for (const c of coarsestFirst) {
    const { most, unit, amounts } = terms[c] as Terms
    const ceilings = (parts[c] ?? []).map(n => BigInt(n) * most)
    const before = floors[c] ?? []
    const after = raised(before, ceilings, rest, unit, amounts)
    rest -= total(after) - total(before)
    shares[c] = after
  }
  return rest === 0n ? shares : undefined
}

/** The most that a candidate could move in all these days, in however many parts: a bound, not a promise. */
function capacity({ least, most, unit, amounts, numbers }: Terms, days: number, maxParts: number): bigint {
  if (most < least) return 0n
  const none = Array.from({ length: days }, () => 0n)
  const many = BigInt(maxParts)
  const byAmount = raised(
    none,
    none.map(() => many * most),
    many * most,
    unit,
    amounts,
  )
  const byNumber = raised(
    none,
    none.map(() => many),
    many,
    1n,
    numbers,
  )
  return min([total(byAmount), total(byNumber) * most])
}

/**
 * Finds the fewest parts, at most `maxParts`, that carry the amount within so many days; ties go to the earlier day,
 * then to the earlier candidate. Undefined where there is no such plan. Where too many ways would have to be tried for
 * the fewest, any number of parts is good enough.
 */
export function search(
  terms: readonly Terms[],
  amount: bigint,
  days: number,
  maxParts: number,
): Shares | undefined {
  const usable = terms.filter(({ least, most }) => least <= most)
  if (usable.length === 0 || total(terms.map(each => capacity(each, days, maxParts))) < amount)
    return undefined
  const most = max(usable.map(each => each.most))
  const least = min(usable.map(each => each.least))
  const quest = { terms, amount, days, most, least, holds: holding(terms, amount, days) }
  for (let allowed = Number((amount + most - 1n) / most); allowed <= maxParts; allowed++) {
    const found = assign(quest, allowed)
    if (found === 'too-many-ways') allowed = Math.max(allowed, maxParts - 1)
    else if (found !== undefined) return found
  }
  return undefined
}

type Quest = {
  readonly terms: readonly Terms[]
  readonly amount: bigint
  readonly days: number
  /** The largest and the smallest part that any candidate can take. */
  readonly most: bigint
  readonly least: bigint
  readonly holds: (c: number, fromDay: number) => bigint
}

/** What a candidate could hold from a day on, in however many parts; reckoned once, and only where it is asked for. */
function holding(terms: readonly Terms[], amount: bigint, days: number): Quest['holds'] {
  const known = terms.map(() => new Map<number, bigint>())
  return (c, from) => {
    const { least, most, unit, amounts } = terms[c] as Terms
    const before = most < least || from >= days ? 0n : known[c]?.get(from)
    if (before !== undefined) return before
    const none = Array.from({ length: days }, () => 0n)
    const ceilings = none.map((_, day) => (day < from ? 0n : amount))
    const held = total(raised(none, ceilings, amount, unit, amounts))
    known[c]?.set(from, held)
    return held
  }
}

/**
 * Tries numbers of parts place by place, day after day and the preferred candidate first, the most parts first. On the
 * way it keeps the most and the least that the parts so far can carry, and turns back where the rest cannot do.
 */
function assign(quest: Quest, allowed: number): Shares | 'too-many-ways' | undefined {
  const { terms, amount, days, most, least, holds } = quest
  const parts = terms.map(() => Array.from({ length: days }, () => 0))
  const reached = terms.map(() => Array.from({ length: days }, () => 0n))
  let steps = 0

  const hasNoHope = (day: number, c: number, left: number, reach: bigint, floor: bigint): boolean => {
    const missing = amount > reach ? (amount - reach + most - 1n) / most : 0n
    if (missing > BigInt(left) || floor + missing * least > amount) return true
    return reach + total(terms.map((_, other) => holds(other, other < c ? day + 1 : day))) < amount
  }
  const from = (at: number, left: number, reach: bigint, floor: bigint): bigint[][] | undefined => {
    const [day, c] = [Math.floor(at / terms.length), at % terms.length]
    if (day === days || left === 0 || ++steps > MAX_STEPS) return undefined
    if (hasNoHope(day, c, left, reach, floor)) return undefined
    const own = terms[c] as Terms
    const [row, held] = [parts[c] as number[], reached[c] as bigint[]]
    const room = max([0n, min([amount, ...leftOn(day, own.amounts, held)])])
    for (let n = mostParts(own, amount, row, day, left); n >= 0; n--) {
      row[day] = n
      held[day] = down(min([BigInt(n) * own.most, room]), own.unit)
      const now = reach + held[day]
      const settled = n > 0 && now >= amount ? settle(terms, parts, amount) : undefined
      const found = settled ?? from(at + 1, left - n, now, floor + BigInt(n) * own.least)
      if (found !== undefined) return found
    }
    held[day] = 0n
    return undefined
  }
  const amounts = from(0, allowed, 0n, 0n)
  if (amounts !== undefined)
    return amounts.map((row, c) => row.map((share, day) => ({ parts: parts[c]?.[day] ?? 0, amount: share })))
  return steps > MAX_STEPS ? 'too-many-ways' : undefined
}

/** How many parts are of use on one day, if the parts before it are as small as can be. */
function mostParts(
  { least, most, amounts, numbers }: Terms,
  amount: bigint,
  row: readonly number[],
  day: number,
  left: number,
): number {
  if (most < least) return 0
  const floors = row.map(n => BigInt(n) * least)
  const room = min([amount, ...leftOn(day, amounts, floors)])
  const byNumber = leftOn(day, numbers, row.map(BigInt))
  return Number(max([0n, min([(room + most - 1n) / most, room / least, BigInt(left), ...byNumber])]))
}
