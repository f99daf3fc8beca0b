import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  type AggregatorCode,
  chooseRoute,
  codeOf,
  type Route,
  type RouteAsked,
} from '../../src/domain/route.ts'
import type { LocalDate } from '../../src/domain/time.ts'

const day = (text: string) => text as LocalDate

const route = (connection: string, priority: number, more: Partial<Route> = {}): Route => ({
  id: `${connection}-${priority}`,
  provider: 'mtn-cm',
  currency: 'XAF',
  operation: 'collect',
  connection,
  priority,
  from: day('2026-01-01'),
  until: undefined,
  ...more,
})

const DIRECT = route('mtn', 1)
const AGGREGATED = route('market', 2)
const asked = (more: Partial<RouteAsked> = {}): RouteAsked => ({
  provider: 'mtn-cm',
  currency: 'XAF',
  operation: 'collect',
  on: day('2026-03-04'),
  healthy: () => true,
  lacking: () => undefined,
  ...more,
})
const except = (sick: string) => (connection: string) => connection !== sick
const nothingBut = (unfit: string) => (each: Route) => (each.connection === unfit ? 'a code' : undefined)

describe('the road for a new attempt', () => {
  it('is the first by priority, whatever the order of the rows', () => {
    const chosen = { kind: 'route', route: DIRECT }
    expect(chooseRoute([AGGREGATED, DIRECT], asked())).toEqual(chosen)
    expect(chooseRoute([DIRECT, AGGREGATED], asked())).toEqual(chosen)
  })

  it('fails over to the next while a connection is sick', () => {
    expect(chooseRoute([DIRECT, AGGREGATED], asked({ healthy: except('mtn') }))).toEqual({
      kind: 'route',
      route: AGGREGATED,
    })
  })

  it('waits for the first where all are sick, and goes nowhere else', () => {
    const away = { healthy: () => false }
    expect(chooseRoute([AGGREGATED, DIRECT], asked(away))).toEqual({ kind: 'sick', route: DIRECT })
    expect(chooseRoute([AGGREGATED, DIRECT], asked({ ...away, lacking: nothingBut('mtn') }))).toEqual({
      kind: 'sick',
      route: AGGREGATED,
    })
  })

  it('passes over what lacks something, and says what where nothing is left', () => {
    expect(chooseRoute([DIRECT, AGGREGATED], asked({ lacking: nothingBut('mtn') }))).toMatchObject({
      route: AGGREGATED,
    })
    expect(
      chooseRoute([AGGREGATED, DIRECT], asked({ lacking: each => `${each.connection} lacks it` })),
    ).toEqual({ kind: 'none', lacks: ['mtn lacks it', 'market lacks it'] })
  })

  it.each([
    ['that is not there', []],
    ['of another operation', [route('mtn', 1, { operation: 'disburse' })]],
    ['of another currency', [route('mtn', 1, { currency: 'EUR' })]],
    ['of another provider', [route('mtn', 1, { provider: 'orange-cm' })]],
    ['that is over', [route('mtn', 1, { until: day('2026-03-04') })]],
    ['that has not begun', [route('mtn', 1, { from: day('2026-03-05') })]],
    ['that never will', [route('mtn', 1, { from: day('2026-03-05'), until: day('2026-03-05') })]],
  ])('is none by a route %s', (_, routes) => {
    expect(chooseRoute(routes, asked({ lacking: () => 'a code' }))).toEqual({ kind: 'none', lacks: [] })
  })

  it('is always one that could be taken, and no better one was free', () => {
    const dates = fc.constantFrom('2026-03-03', '2026-03-04', '2026-03-05').map(day)
    const anyRoute = fc.record({
      connection: fc.constantFrom('a', 'b', 'c', 'd'),
      priority: fc.integer({ min: 1, max: 3 }),
      provider: fc.constantFrom('mtn-cm', 'orange-cm'),
      from: dates,
      until: fc.option(dates, { nil: undefined }),
    })
    const some = fc.subarray(['a', 'b', 'c', 'd'])
    fc.assert(
      fc.property(fc.array(anyRoute, { maxLength: 6 }), some, some, (drawn, well, able) => {
        const routes = drawn.map(({ connection, priority, ...more }) => route(connection, priority, more))
        const question = asked({
          healthy: each => well.includes(each),
          lacking: ({ connection }) => (able.includes(connection) ? undefined : 'a code'),
        })
        const inForce = routes.filter(
          each =>
            each.provider === 'mtn-cm' &&
            each.from <= '2026-03-04' &&
            (each.until === undefined || each.until > '2026-03-04'),
        )
        const free = inForce.filter(each => able.includes(each.connection))
        const best = Math.min(
          ...free.filter(each => well.includes(each.connection)).map(each => each.priority),
        )
        const made = chooseRoute(routes, question)
        if (made.kind === 'route') {
          expect(free).toContain(made.route)
          expect([made.route.priority, well]).toEqual([best, expect.arrayContaining([made.route.connection])])
        } else {
          expect(best).toBe(Number.POSITIVE_INFINITY)
          expect(made.kind).toBe(free.length > 0 ? 'sick' : 'none')
          if (made.kind === 'none') expect(made.lacks).toHaveLength(inForce.length)
        }
        expect(chooseRoute([...routes].reverse(), question).kind).toBe(made.kind)
      }),
      { numRuns: 10_000 },
    )
  })
})

describe('an aggregator’s code for a provider', () => {
  const code = (text: string, more: Partial<AggregatorCode> = {}): AggregatorCode => ({
    aggregator: 'furthermarket',
    provider: 'mtn-cm',
    code: text,
    from: day('2026-01-01'),
    until: undefined,
    ...more,
  })
  const of = { aggregator: 'furthermarket', provider: 'mtn-cm' }

  it('is that of the day, of two in force the newer, whatever the order of the rows', () => {
    const codes = [
      code('OLD'),
      code('NEW', { from: day('2026-03-01') }),
      code('NEXT', { from: day('2026-04-01') }),
    ]
    for (const rows of [codes, [...codes].reverse()])
      expect(['2026-02-28', '2026-03-04', '2026-04-01'].map(on => codeOf(rows, of, day(on)))).toEqual([
        'OLD',
        'NEW',
        'NEXT',
      ])
  })

  it.each([
    ['for another provider', code('X', { provider: 'orange-cm' })],
    ['of another aggregator', code('X', { aggregator: 'ynote' })],
    ['that is over', code('X', { until: day('2026-03-04') })],
    ['that has not begun', code('X', { from: day('2026-03-05') })],
  ])('is none by one %s', (_, known) => {
    expect(codeOf([known], of, day('2026-03-04'))).toBeUndefined()
  })

  it('is none where the connection names no aggregator', () => {
    expect(codeOf([code('X')], { ...of, aggregator: undefined }, day('2026-03-04'))).toBeUndefined()
  })
})
