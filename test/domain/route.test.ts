import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type AggregatorCode, chooseRoute, type Route, type RouteAsked } from '../../src/domain/route.ts'
import type { LocalDate } from '../../src/domain/time.ts'

const day = (text: string) => text as LocalDate

const route = (connection: string, priority: number, more: Partial<Route> = {}): Route => ({
  id: `${connection}-${priority}`,
  provider: 'mtn-cm',
  currency: 'XAF',
  operation: 'collect',
  connection,
  priority,
  aggregator: undefined,
  from: day('2026-01-01'),
  until: undefined,
  ...more,
})
const code = (text: string, more: Partial<AggregatorCode> = {}): AggregatorCode => ({
  aggregator: 'furthermarket',
  provider: 'mtn-cm',
  code: text,
  from: day('2026-01-01'),
  until: undefined,
  ...more,
})

const DIRECT = route('mtn', 1)
const AGGREGATED = route('market', 2, { aggregator: 'furthermarket' })
const CODES = [code('MTN_CM')]
const asked = (more: Partial<RouteAsked> = {}): RouteAsked => ({
  provider: 'mtn-cm',
  currency: 'XAF',
  operation: 'collect',
  on: day('2026-03-04'),
  healthy: () => true,
  capable: () => true,
  ...more,
})
const except = (sick: string) => (connection: string) => connection !== sick

describe('the road for a new attempt', () => {
  it('is the first by priority, whatever the order of the rows', () => {
    const chosen = { kind: 'route', route: DIRECT, code: undefined }
    expect(chooseRoute([AGGREGATED, DIRECT], CODES, asked())).toEqual(chosen)
    expect(chooseRoute([DIRECT, AGGREGATED], CODES, asked())).toEqual(chosen)
  })

  it('fails over to the next while a connection is sick, with the aggregator’s code', () => {
    expect(chooseRoute([DIRECT, AGGREGATED], CODES, asked({ healthy: except('mtn') }))).toEqual({
      kind: 'route',
      route: AGGREGATED,
      code: 'MTN_CM',
    })
  })

  it('waits where all are sick, and goes nowhere else', () => {
    expect(chooseRoute([AGGREGATED, DIRECT], CODES, asked({ healthy: () => false }))).toEqual({
      kind: 'sick',
      candidates: [DIRECT, AGGREGATED],
    })
    const notable = asked({ healthy: except('mtn'), capable: except('market') })
    expect(chooseRoute([AGGREGATED, DIRECT], CODES, notable)).toEqual({ kind: 'sick', candidates: [DIRECT] })
  })

  it('passes over an aggregator that has no code for the provider, and says so', () => {
    for (const codes of [
      [],
      [code('X', { provider: 'orange-cm' })],
      [code('X', { until: day('2026-03-04') })],
    ])
      expect(chooseRoute([AGGREGATED], codes, asked())).toEqual({
        kind: 'none',
        why: 'no-code',
        unusable: [{ route: AGGREGATED, why: 'no-code' }],
      })
  })

  it('takes the code of the day, of two in force the newer', () => {
    const codes = [
      code('OLD'),
      code('NEW', { from: day('2026-03-01') }),
      code('NEXT', { from: day('2026-04-01') }),
    ]
    const on = (date: string) => chooseRoute([AGGREGATED], codes, asked({ on: day(date) }))
    expect(on('2026-02-28')).toMatchObject({ code: 'OLD' })
    expect(on('2026-03-04')).toMatchObject({ code: 'NEW' })
    expect(on('2026-04-01')).toMatchObject({ code: 'NEXT' })
  })

  it('tells why there is none', () => {
    const none = (routes: Route[], more: Partial<RouteAsked> = {}) => {
      const made = chooseRoute(routes, CODES, asked(more))
      return made.kind === 'none' ? made.why : made.kind
    }
    expect(none([])).toBe('no-route')
    expect(none([route('mtn', 1, { operation: 'disburse' })])).toBe('no-route')
    expect(none([route('mtn', 1, { currency: 'EUR' })])).toBe('no-route')
    expect(none([route('mtn', 1, { until: day('2026-03-04') })])).toBe('not-in-force')
    expect(none([route('mtn', 1, { from: day('2026-03-05') })])).toBe('not-in-force')
    expect(none([route('mtn', 1, { from: day('2027-01-01') }), AGGREGATED], { capable: () => false })).toBe(
      'not-capable',
    )
  })

  it('is always one that could be taken, and no better one was free', () => {
    const dates = fc.constantFrom('2026-03-03', '2026-03-04', '2026-03-05').map(day)
    const anyRoute = fc.record({
      connection: fc.constantFrom('a', 'b', 'c', 'd'),
      priority: fc.integer({ min: 1, max: 3 }),
      provider: fc.constantFrom('mtn-cm', 'orange-cm'),
      aggregator: fc.constantFrom(undefined, 'furthermarket', 'ynote'),
      from: dates,
      until: fc.option(dates, { nil: undefined }),
    })
    const some = fc.subarray(['a', 'b', 'c', 'd'])
    fc.assert(
      fc.property(fc.array(anyRoute, { maxLength: 6 }), some, some, (drawn, well, able) => {
        const routes = drawn.map(({ connection, priority, ...more }) => route(connection, priority, more))
        const question = asked({ healthy: each => well.includes(each), capable: each => able.includes(each) })
        const free = routes.filter(
          each =>
            each.provider === 'mtn-cm' &&
            each.from <= '2026-03-04' &&
            (each.until === undefined || each.until > '2026-03-04') &&
            able.includes(each.connection) &&
            each.aggregator !== 'ynote',
        )
        const best = Math.min(
          ...free.filter(each => well.includes(each.connection)).map(each => each.priority),
        )
        const made = chooseRoute(routes, CODES, question)
        if (made.kind === 'route') {
          expect(free).toContain(made.route)
          expect([made.route.priority, well]).toEqual([best, expect.arrayContaining([made.route.connection])])
          expect(made.code).toBe(made.route.aggregator && 'MTN_CM')
        } else {
          expect(best).toBe(Number.POSITIVE_INFINITY)
          expect(made.kind).toBe(free.length > 0 ? 'sick' : 'none')
        }
        expect(chooseRoute([...routes].reverse(), CODES, question).kind).toBe(made.kind)
      }),
      { numRuns: 10_000 },
    )
  })
})
