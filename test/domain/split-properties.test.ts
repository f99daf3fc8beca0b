import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Ahead, unused } from '../../src/domain/limits/room.ts'
import type { Cap, Operation, Period } from '../../src/domain/limits.ts'
import { money } from '../../src/domain/money.ts'
import { type Candidate, type Part, plan, type SplitRules } from '../../src/domain/split.ts'
import { addDays, type LocalDate } from '../../src/domain/time.ts'

/**
 * Plans against the rules themselves, told a second time in the plainest way: a list of movements, and for each cap the
 * sum of those in its window. The amounts are so small that every possible plan can be counted out.
 */
type Moved = {
  readonly wallet: string
  readonly operation: Operation
  readonly day: LocalDate
  readonly amount: number
}
type World = {
  readonly candidates: readonly Candidate[]
  readonly rules: SplitRules
  readonly past: readonly Moved[]
}

const runs = { numRuns: 10_000 }
/** Ten thousand runs take seconds, on a busy machine many of them. */
const TIMEOUT_MS = 120_000
const xaf = (amount: number) => money(BigInt(amount), 'XAF')
/** A Saturday: within three days a new week begins, and with it the month of March. */
const TODAY = '2026-02-28' as LocalDate

/** The name of the window that a day lies in. */
const windowOf: Record<Period, (day: string) => string> = {
  day: day => day,
  week: day => String(Math.floor((Date.parse(day) / 86_400_000 + 3) / 7)),
  month: day => day.slice(0, 7),
  year: day => day.slice(0, 4),
}

const figure = (cap: Cap) => Number(cap.measure === 'number' ? cap.value : cap.value.minor)

/** The caps that new movements of one wallet break, together with those that went before in the same windows. */
function broken(caps: readonly Cap[], before: readonly Moved[], added: readonly Moved[]): Cap[] {
  return caps.filter(cap => {
    if (cap.window === 'transaction') return false
    const name = windowOf[cap.window === 'balance' ? 'day' : cap.window]
    const scope = cap.window === 'balance' ? 'disburse' : cap.operation
    const isCounted = ({ operation }: Moved) => scope === '*' || scope === operation
    const sums = new Map(added.filter(isCounted).map(({ day }) => [name(day), 0]))
    for (const { day, amount } of [...before, ...added].filter(isCounted)) {
      const sum = sums.get(name(day))
      if (sum !== undefined) sums.set(name(day), sum + (cap.measure === 'number' ? 1 : amount))
    }
    return [...sums.values()].some(sum => sum > figure(cap))
  })
}

const mayBePart = ({ limits }: Candidate, amount: number): boolean =>
  limits.caps.every(cap => {
    if (cap.window !== 'transaction') return true
    if (cap.measure === 'multiple') return amount % figure(cap) === 0
    return cap.measure === 'minimum' ? amount >= figure(cap) : amount <= figure(cap)
  })

type Place = { readonly candidate: Candidate; readonly day: LocalDate; readonly cells: readonly Cell[] }
type Cell = { readonly parts: number; readonly amount: number }

/** Every (number of parts, amount) that one wallet may move on one day as far as single transactions go. */
function cells(candidate: Candidate, amount: number, maxParts: number): Cell[] {
  const sizes = Array.from({ length: amount }, (_, at) => at + 1).filter(size => mayBePart(candidate, size))
  let reached = [0]
  const all: Cell[] = [{ parts: 0, amount: 0 }]
  for (let parts = 1; parts <= maxParts; parts++) {
    reached = [...new Set(reached.flatMap(sum => sizes.map(size => sum + size)))].filter(sum => sum <= amount)
    all.push(...reached.map(sum => ({ parts, amount: sum })))
  }
  return all
}

/** The fewest parts that can carry the amount on such days, by counting out every way. */
function fewest(world: World, amount: number, places: readonly Place[]): number {
  const maxParts = world.rules.maxParts as number
  let best = Number.POSITIVE_INFINITY
  const walk = (at: number, left: number, parts: number, moved: readonly Moved[]): void => {
    const place = places[at]
    if (left === 0 && parts < best) best = parts
    if (place === undefined || left === 0) return
    for (const cell of place.cells) {
      if (cell.amount > left || parts + cell.parts > maxParts || parts + cell.parts >= best) continue
      const now = [...moved, ...movesOfCell(place, cell)]
      const own = (each: Moved) => each.wallet === place.candidate.wallet
      if (broken(place.candidate.limits.caps, world.past.filter(own), now.filter(own)).length > 0) continue
      walk(at + 1, left - cell.amount, parts + cell.parts, now)
    }
  }
  walk(0, amount, 0, [])
  return best
}

/** Only a day's sum and number matter to the caps: one movement carries the sum, the others nothing. */
const movesOfCell = ({ candidate, day }: Place, { parts, amount }: Cell): Moved[] =>
  Array.from({ length: parts }, (_, nth) => ({
    wallet: candidate.wallet,
    operation: candidate.limits.operation,
    day,
    amount: nth === 0 ? amount : 0,
  }))

/** The best plan in the order of our wishes: soonest, then with the fewest wallets, then in the fewest parts. */
function counted(world: World, amount: number): { days: number; wallets: number; parts: number } | undefined {
  const { candidates, rules } = world
  const all = candidates.map(each => cells(each, amount, rules.maxParts as number))
  for (let days = 1; days <= (rules.days === 'same' ? 1 : (rules.maxDays as number)); days++)
    for (let wallets = 1; wallets <= candidates.length; wallets++) {
      const places = Array.from({ length: days }, (_, offset) =>
        candidates
          .slice(0, wallets)
          .map((candidate, at) => ({ candidate, day: addDays(TODAY, offset), cells: all[at] as Cell[] })),
      ).flat()
      const parts = fewest(world, amount, places)
      if (parts < Number.POSITIVE_INFINITY) return { days, wallets, parts }
    }
  return undefined
}

const source = 'a test'
const operations = fc.constantFrom('collect' as const, 'disburse' as const, '*' as const)
const perTransaction: fc.Arbitrary<Cap[]> = fc
  .record({
    most: fc.option(fc.integer({ min: 2, max: 8 })),
    least: fc.option(fc.integer({ min: 1, max: 5 })),
    multiple: fc.constantFrom(null, null, 2, 4),
  })
  .map(({ most, least, multiple }) =>
    (
      [
        ['amount', most],
        ['minimum', least],
        ['multiple', multiple],
      ] as const
    ).flatMap(([measure, value]) =>
      value === null
        ? []
        : [{ operation: '*', source, window: 'transaction', measure, value: xaf(value) } as Cap],
    ),
  )
const perWindow: fc.Arbitrary<Cap> = fc.oneof(
  fc
    .record({
      operation: operations,
      window: fc.constantFrom(
        'day' as const,
        'day' as const,
        'week' as const,
        'month' as const,
        'balance' as const,
      ),
      value: fc.integer({ min: 0, max: 16 }).map(xaf),
    })
    .map(cap => ({ ...cap, measure: 'amount' as const, source })),
  fc
    .record({
      operation: operations,
      window: fc.constantFrom('day' as const, 'week' as const, 'month' as const),
      value: fc.integer({ min: 0, max: 4 }),
    })
    .map(cap => ({ ...cap, measure: 'number' as const, source })),
)

const someMoves = (wallet: string): fc.Arbitrary<Moved[]> =>
  fc.array(
    fc.record({
      wallet: fc.constant(wallet),
      operation: fc.constantFrom('collect' as const, 'disburse' as const),
      day: fc
        .constantFrom('2026-02-02', '2026-02-23', TODAY, '2026-03-01', '2026-03-02')
        .map(day => day as LocalDate),
      amount: fc.integer({ min: 1, max: 5 }),
    }),
    { maxLength: 2 },
  )

/** Use as the store would count it, window by window, and what is planned for later. */
function taken(past: readonly Moved[], today: LocalDate): { use: Candidate['use']; ahead: Ahead[] } {
  const counts = (operation: Operation, period: Period) => {
    const inWindow = past.filter(
      moved =>
        moved.operation === operation &&
        moved.day <= today &&
        windowOf[period](moved.day) === windowOf[period](today),
    )
    return { amount: xaf(inWindow.reduce((sum, { amount }) => sum + amount, 0)), number: inWindow.length }
  }
  const periods = (operation: Operation) => ({
    day: counts(operation, 'day'),
    week: counts(operation, 'week'),
    month: counts(operation, 'month'),
    year: counts(operation, 'year'),
  })
  const ahead = past
    .filter(({ day }) => day > today)
    .map(({ day, operation, amount }) => ({ day, operation, amount: xaf(amount) }))
  return { use: { collect: periods('collect'), disburse: periods('disburse') }, ahead }
}

const candidate = (wallet: string, operation: Operation): fc.Arbitrary<{ own: Candidate; past: Moved[] }> =>
  fc
    .tuple(perTransaction, fc.array(perWindow, { maxLength: 3 }), someMoves(wallet))
    .map(([transaction, windows, past]) => {
      const caps = [...transaction, ...windows].filter(
        cap =>
          (cap.operation === '*' || cap.operation === operation) &&
          !(cap.window === 'balance' && operation === 'collect'),
      )
      const limits = { operation, currency: 'XAF', caps }
      return { own: { wallet, limits, ...taken(past, TODAY), wire: { wholeUnitsOnly: true } }, past }
    })

const world: fc.Arbitrary<World> = fc
  .record({
    operation: fc.constantFrom('collect' as const, 'disburse' as const),
    wallets: fc.integer({ min: 1, max: 3 }),
    days: fc.constantFrom('same' as const, 'spread' as const),
    maxParts: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ operation, wallets, days, maxParts }) =>
    fc
      .tuple(...['first', 'second', 'third'].slice(0, wallets).map(name => candidate(name, operation)))
      .map(made => ({
        candidates: made.map(({ own }) => own),
        past: made.flatMap(({ past }) => past),
        rules: { today: TODAY, days, maxParts, maxDays: 4 - wallets },
      })),
  )

const movesOf = (parts: readonly Part<Candidate>[]): Moved[] =>
  parts.map(({ candidate: { wallet, limits }, day, amount }) => ({
    wallet,
    operation: limits.operation,
    day,
    amount: Number(amount.minor),
  }))

describe('every plan', () => {
  it(
    'is the best that counting out all plans finds, and there is none where that finds none',
    () => {
      let refused = 0
      fc.assert(
        fc.property(world, fc.integer({ min: 1, max: 14 }), (given, amount) => {
          const made = plan(xaf(amount), given.candidates, given.rules)
          const best = counted(given, amount)
          if (made.kind === 'refused') refused += 1
          expect(made.kind === 'refused' ? undefined : made.parts.length).toBe(best?.parts)
          if (made.kind === 'refused' || best === undefined) return
          const last = Math.max(...made.parts.map(({ dayOffset }) => dayOffset))
          const used = made.parts.map(part => given.candidates.indexOf(part.candidate))
          expect([last + 1, Math.max(...used) < best.wallets]).toEqual([best.days, true])
        }),
        runs,
      )
      expect(refused).toBeGreaterThan(1_000)
      expect(refused).toBeLessThan(9_000)
    },
    TIMEOUT_MS,
  )

  it(
    'sums up exactly and breaks no cap of a transaction, window or balance, counting what went before',
    () => {
      fc.assert(
        fc.property(world, fc.integer({ min: 1, max: 40 }), (given, amount) => {
          const made = plan(xaf(amount), given.candidates, given.rules)
          // of what is refused, what may go at once is less, and breaks nothing either
          const parts = made.kind === 'refused' ? made.now : made.parts
          const moved = movesOf(parts)
          const sum = moved.reduce((all, part) => all + part.amount, 0)
          if (made.kind === 'refused') expect(sum).toBeLessThan(amount)
          else expect(sum).toBe(amount)
          for (const part of parts) expect(mayBePart(part.candidate, Number(part.amount.minor))).toBe(true)
          for (const { wallet, limits } of given.candidates) {
            const own = moved.filter(each => each.wallet === wallet)
            const before = given.past.filter(each => each.wallet === wallet)
            expect(broken(limits.caps, before, own)).toEqual([])
          }
        }),
        runs,
      )
    },
    TIMEOUT_MS,
  )

  it(
    'leaves room for the next: plans made one after the other never pass a cap together',
    () => {
      const amounts = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat({ max: 2 })), {
        maxLength: 4,
      })
      fc.assert(
        fc.property(
          candidate('first', 'disburse'),
          fc.constantFrom('same', 'spread'),
          amounts,
          ({ own }, days, asks) => {
            let moved: Moved[] = []
            let today = TODAY
            for (const [amount, wait] of asks) {
              today = addDays(today, wait)
              const made = plan(xaf(amount), [{ ...own, ...taken(moved, today) }], {
                today,
                days,
                maxDays: 3,
                maxParts: 4,
              })
              if (made.kind === 'parts') moved = [...moved, ...movesOf(made.parts)]
            }
            expect(broken(own.limits.caps, [], moved)).toEqual([])
          },
        ),
        runs,
      )
    },
    TIMEOUT_MS,
  )

  it(
    'is refused with the first day on which it would go through, if there is one',
    () => {
      let told = 0
      fc.assert(
        fc.property(world, fc.integer({ min: 1, max: 14 }), (given, amount) => {
          const on = (first: LocalDate) => plan(xaf(amount), given.candidates, { ...given.rules, first })
          const made = on(TODAY)
          if (made.kind !== 'refused') return
          const soon = [1, 2, 3, 4]
            .map(days => addDays(TODAY, days))
            .find(first => on(first).kind === 'parts')
          if (soon !== undefined) told += 1
          if (soon !== undefined) expect(made.when).toBe(soon)
          else if (made.when !== undefined)
            expect([on(made.when).kind, made.when > '2026-03-04']).toEqual(['parts', true])
        }),
        runs,
      )
      expect(told).toBeGreaterThan(20)
    },
    TIMEOUT_MS,
  )
})

describe('a plan of any size', () => {
  it(
    'over one wallet has as few parts as arithmetic allows, or there is no way',
    () => {
      const big = fc.bigInt({ min: 1n, max: 10n ** 12n })
      fc.assert(
        fc.property(big, big, fc.bigInt({ min: 1n, max: 10n ** 9n }), (amount, most, least) => {
          const caps: Cap[] = [
            { operation: '*', source, window: 'transaction', measure: 'amount', value: money(most, 'XAF') },
            { operation: '*', source, window: 'transaction', measure: 'minimum', value: money(least, 'XAF') },
          ]
          const own = {
            wallet: 'own',
            limits: { operation: 'collect', currency: 'XAF', caps },
            use: unused('XAF'),
          }
          const made = plan(money(amount, 'XAF'), [{ ...own, wire: { wholeUnitsOnly: true } } as Candidate], {
            today: TODAY,
            days: 'same',
          })
          const parts = (amount + most - 1n) / most
          const isPossible = parts <= 30n && parts * least <= amount
          expect(made.kind === 'parts' ? BigInt(made.parts.length) : undefined).toBe(
            isPossible ? parts : undefined,
          )
          if (made.kind === 'refused') return
          expect(made.parts.reduce((sum, part) => sum + part.amount.minor, 0n)).toBe(amount)
          for (const { amount: part } of made.parts)
            expect(part.minor >= least && part.minor <= most).toBe(true)
        }),
        runs,
      )
    },
    TIMEOUT_MS,
  )
})
