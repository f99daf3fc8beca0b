import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { roomFor, unused, withUse } from '../../src/domain/limits/room.ts'
import {
  type Asked,
  type Limit,
  limitsFor,
  nextWindow,
  PERIODS,
  type Period,
  windowStart,
} from '../../src/domain/limits.ts'
import { SEED } from '../../src/domain/limits-seed.ts'
import { formatMoney, type Money, money, parseMoney } from '../../src/domain/money.ts'
import { addDays, type LocalDate } from '../../src/domain/time.ts'

const day = (text: string) => text as LocalDate
const kes = (major: string) => parseMoney(major, 'KES') as Money

const MPESA: Asked = {
  country: 'KE',
  provider: 'mpesa-ke',
  tier: undefined,
  operation: 'disburse',
  currency: 'KES',
  on: day('2026-03-04'),
}
const daily = (major: string, more: Partial<Limit> = {}): Limit =>
  ({
    country: 'KE',
    provider: 'mpesa-ke',
    tier: '*',
    currency: 'KES',
    operation: '*',
    window: 'day',
    measure: 'amount',
    value: kes(major),
    from: day('2026-01-01'),
    source: 'contract',
    ...more,
  }) as Limit

/** What holds, in words: `day amount 500000.00`. */
const told = (rows: readonly Limit[], overrides: readonly Limit[], asked: Asked) =>
  limitsFor(rows, overrides, asked)
    .caps.map(({ window, measure, value }) =>
      [window, measure, typeof value === 'object' ? formatMoney(value) : value].join(' '),
    )
    .sort()

describe('which limits hold', () => {
  it('knows the caps of an M-Pesa payout and of a push, which cannot fill a wallet', () => {
    expect(told(SEED, [], MPESA)).toEqual([
      'balance amount 500000.00',
      'day amount 500000.00',
      'transaction amount 250000.00',
      'transaction minimum 10.00',
    ])
    expect(told(SEED, [], { ...MPESA, operation: 'collect' })).toEqual([
      'day amount 500000.00',
      'transaction amount 250000.00',
      'transaction minimum 1.00',
    ])
  })

  it('lets a tenant’s row replace the seed’s row of the same key, from its day, and no other row', () => {
    const mine = [daily('300000')]
    expect(told(SEED, mine, MPESA)).toContain('day amount 300000.00')
    expect(told(SEED, mine, MPESA)).toHaveLength(4)
    expect(told(SEED, mine, { ...MPESA, on: day('2025-12-31') })).toContain('day amount 500000.00')
  })

  it('lets a tenant lift a cap that its contract does not know', () => {
    const lifted = [daily('1', { value: 'none' })]
    expect(told(SEED, lifted, MPESA)).not.toContain('day amount 500000.00')
    expect(told(SEED, lifted, MPESA)).toHaveLength(3)
  })

  it('takes the newest row in force, and a row ends on the eve of its `until`', () => {
    const rows = [daily('100'), daily('200', { from: day('2026-02-01'), until: day('2026-03-01') })]
    const on = (date: string) => told(rows, [], { ...MPESA, on: day(date) })
    expect(on('2025-12-31')).toEqual([])
    expect(on('2026-01-31')).toEqual(['day amount 100.00'])
    expect(on('2026-02-28')).toEqual(['day amount 200.00'])
    expect(on('2026-03-01')).toEqual(['day amount 100.00'])
    expect(told([...rows].reverse(), [], { ...MPESA, on: day('2026-02-02') })).toEqual(['day amount 200.00'])
  })

  it('holds every tier’s caps for a wallet whose tier is not known', () => {
    const asked = { ...MPESA, country: 'IN', provider: 'mosambee-in', currency: 'INR' }
    expect(told(SEED, [], { ...asked, tier: 'full-kyc' })).toEqual(['balance amount 200000.00'])
    expect(told(SEED, [], { ...asked, tier: 'min-kyc' })).toEqual([
      'balance amount 10000.00',
      'month amount 10000.00',
      'year amount 120000.00',
    ])
    expect(told(SEED, [], asked)).toHaveLength(4)
  })

  it('keeps countries, providers and currencies apart, and knows no cap where none is published', () => {
    expect(told(SEED, [], { ...MPESA, country: 'SN', provider: 'wave-sn', currency: 'XOF' })).toEqual([])
    expect(told(SEED, [], { ...MPESA, provider: 'airtel-ke' })).toEqual([])
    const zimbabwe = { ...MPESA, country: 'ZW', provider: 'ecocash-zw', operation: 'collect' } as const
    expect(told(SEED, [], { ...zimbabwe, currency: 'ZWG' })).toEqual([])
    expect(told(SEED, [], { ...zimbabwe, currency: 'ZWL' })).toEqual([])
    expect(told(SEED, [], { ...zimbabwe, currency: 'ZWL', on: day('2021-06-01') })).toEqual([
      'day amount 5000.00',
      'transaction amount 20000.00',
      'week amount 35000.00',
    ])
  })

  it('is seeded with rows that have a source and no rival on the same day', () => {
    const keys = SEED.map(row =>
      [row.country, row.provider, row.tier, row.operation, row.window, row.measure, row.from].join(),
    )
    expect(new Set(keys).size).toBe(SEED.length)
    for (const { source } of SEED) expect(source.length).toBeGreaterThan(5)
  })

  it('refuses a cap in another currency than its row’s', () => {
    expect(() => limitsFor([daily('1', { value: money(1n, 'XAF') })], [], MPESA)).toThrow('XAF')
  })
})

describe('windows', () => {
  const someDay = fc.integer({ min: 0, max: 40_000 }).map(days => addDays(day('1990-01-01'), days))
  /** A name that all days of one window share, and no other day: told by the calendar, not by our code. */
  const nameOf: Record<Period, (date: LocalDate) => string> = {
    day: date => date,
    week: date => String(Math.floor((Date.parse(date) / 86_400_000 + 3) / 7)),
    month: date => date.slice(0, 7),
    year: date => date.slice(0, 4),
  }

  it('begin on their first day and end on the eve of the next', () => {
    fc.assert(
      fc.property(someDay, fc.constantFrom(...PERIODS), (date, period) => {
        const [start, next] = [windowStart(period, date), nextWindow(period, date)]
        const name = nameOf[period]
        expect(start <= date && date < next).toBe(true)
        expect([name(start), name(addDays(next, -1))]).toEqual([name(date), name(date)])
        expect([name(addDays(start, -1)), name(next)]).not.toContain(name(date))
      }),
      { numRuns: 10_000 },
    )
    expect(windowStart('week', day('2026-01-01'))).toBe('2025-12-29')
  })
})

describe('the room that is left', () => {
  const limits = limitsFor(SEED, [], MPESA)
  const today = MPESA.on
  const having = (...majors: string[]) =>
    majors.reduce((use, major) => withUse(use, 'disburse', kes(major)), unused('KES'))

  it('is what the tightest cap leaves; what came out of the wallet counts for the day, not for the balance', () => {
    expect(roomFor(limits, { use: having('200000') }, today).amount?.left).toEqual(kes('300000'))
    const mixed = withUse(having('100000'), 'collect', kes('50000'))
    expect(roomFor(limits, { use: mixed }, today).amount).toMatchObject({
      left: kes('350000'),
      cap: { window: 'day' },
    })
    expect(roomFor(limits, { use: having('500000', '7') }, today).amount?.left).toEqual(kes('0'))
    expect(roomFor(limits, { use: having('500000') }, today).number).toBeUndefined()
  })

  it('of caps as tight names the one that opens last', () => {
    const rows = [daily('100'), daily('100', { window: 'month' }), daily('100', { window: 'week' })]
    expect(roomFor(limitsFor(rows, [], MPESA), { use: unused('KES') }, today).amount).toMatchObject({
      cap: { window: 'month' },
      opens: '2026-04-01',
    })
  })

  it('counts movements by number', () => {
    const five = limitsFor(SEED, [], {
      ...MPESA,
      country: 'CM',
      provider: 'orange-cm',
      currency: 'XAF',
    })
    const four = [1n, 2n, 3n, 4n].reduce(
      (use, minor) => withUse(use, 'collect', money(minor, 'XAF')),
      unused('XAF'),
    )
    expect(roomFor(five, { use: four }, today).number).toMatchObject({ left: 1, cap: { window: 'day' } })
    expect(roomFor(five, { use: four }, today, addDays(today, 1)).number?.left).toBe(5)
  })

  it('comes back window by window, less what is planned for then', () => {
    const rows = PERIODS.map(window => daily('100', { window }))
    const taken = {
      use: having('10'),
      ahead: [{ day: day('2026-03-31'), operation: 'disburse', amount: kes('5') } as const],
    }
    const left = (on: string) =>
      rows.map(row => {
        const bound = roomFor(limitsFor([row], [], MPESA), taken, today, day(on)).amount
        return bound && Number(bound.left.minor / 100n)
      })
    expect(left('2026-03-04')).toEqual([90, 90, 85, 85])
    expect(left('2026-03-05')).toEqual([100, 90, 85, 85])
    expect(left('2026-03-09')).toEqual([100, 100, 85, 85])
    expect(left('2026-03-31')).toEqual([95, 95, 85, 85])
    expect(left('2026-04-01')).toEqual([100, 95, 100, 85])
    expect(left('2027-01-01')).toEqual([100, 100, 100, 100])
  })

  it('never mixes currencies', () => {
    expect(() => withUse(unused('KES'), 'collect', money(1n, 'XAF'))).toThrow('XAF')
  })
})
