import { describe, expect, it } from '@jest/globals'
import { type Use, unused, withUse } from '../../src/domain/limits/room.ts'
import { type Cap, limitsFor, type Operation } from '../../src/domain/limits.ts'
import { SEED } from '../../src/domain/limits-seed.ts'
import { formatMoney, type Money, money, parseMoney } from '../../src/domain/money.ts'
import { type Candidate, plan, type SplitRules, TWINS_MARGIN_MS, type Wire } from '../../src/domain/split.ts'
import type { LocalDate } from '../../src/domain/time.ts'

/** A Wednesday. */
const TODAY = '2026-03-04' as LocalDate
const SAME: SplitRules = { today: TODAY, days: 'same' }
const SPREAD: SplitRules = { today: TODAY, days: 'spread' }

const kes = (major: string) => parseMoney(major, 'KES') as Money
const xaf = (major: number) => money(BigInt(major), 'XAF')

function wallet(
  name: string,
  provider: string,
  more: { wire?: Partial<Wire>; use?: Use; operation?: Operation; tier?: string } = {},
): Candidate {
  const [country, currency] = { ke: ['KE', 'KES'], cm: ['CM', 'XAF'], in: ['IN', 'INR'] }[
    provider.slice(-2)
  ] as [string, string]
  const operation = more.operation ?? 'disburse'
  const asked = { country, provider, tier: more.tier, operation, currency, on: TODAY }
  return {
    wallet: name,
    limits: limitsFor(SEED, [], asked),
    use: more.use ?? unused(currency),
    wire: { wholeUnitsOnly: false, ...more.wire },
  }
}
const mpesa = (more = {}) =>
  wallet('mpesa', 'mpesa-ke', { wire: { wholeUnitsOnly: true, twinsMs: 120_000 }, ...more })
const orange = (more = {}) => wallet('orange', 'orange-cm', more)
const mtn = (more = {}) => wallet('mtn', 'mtn-cm', more)
const paid = (currency: string, ...amounts: Money[]) =>
  amounts.reduce((use, amount) => withUse(use, 'disburse', amount), unused(currency))

/** A plan in words: `2026-03-04 mpesa 1500.00`, or why not. */
function told(amount: Money, candidates: Candidate[], rules = SAME): string[] {
  const made = plan(amount, candidates, rules)
  if (made.kind === 'refused') return [[made.why, made.cap?.window, made.when].filter(Boolean).join(' ')]
  return made.parts.map(
    ({ day, candidate, amount: part }) => `${day} ${candidate.wallet} ${formatMoney(part)}`,
  )
}

describe('a plan', () => {
  it('is one part where one transaction may carry it', () => {
    expect(told(kes('250000'), [mpesa()])).toEqual(['2026-03-04 mpesa 250000.00'])
  })

  it('has the fewest parts, the rest in the last', () => {
    expect(told(kes('250001'), [mpesa()])).toEqual(['2026-03-04 mpesa 249991.00', '2026-03-04 mpesa 10.00'])
    expect(told(xaf(1_200_000), [orange()])).toEqual([
      '2026-03-04 orange 500000',
      '2026-03-04 orange 500000',
      '2026-03-04 orange 200000',
    ])
  })

  it('fills the last part up from the one before, in the provider’s multiples', () => {
    expect(told(xaf(1_000_105), [orange()])).toEqual([
      '2026-03-04 orange 500000',
      '2026-03-04 orange 499605',
      '2026-03-04 orange 500',
    ])
  })

  it('staggers equal parts to one number beyond the time in which they pass for twins', () => {
    const made = plan(kes('500000'), [mpesa()], SAME)
    expect(made).toMatchObject({
      parts: [
        { amount: kes('250000'), startsAfterMs: 0 },
        { amount: kes('250000'), startsAfterMs: 120_000 + TWINS_MARGIN_MS },
      ],
    })
    expect(plan(kes('400000'), [mpesa()], SAME)).toMatchObject({
      parts: [{ startsAfterMs: 0 }, { startsAfterMs: 0 }],
    })
  })

  it('counts equal parts of two wallets, or of two days, as no twins', () => {
    const twins = { wire: { twinsMs: 60_000 } }
    const made = plan(xaf(1_000_000), [orange(twins), { ...orange(twins), wallet: 'second' }], {
      ...SAME,
      maxParts: 2,
    })
    expect(made).toMatchObject({ parts: [{ startsAfterMs: 0 }, { startsAfterMs: 70_000 }] })
    const days = plan(kes('750000'), [mpesa()], SPREAD)
    expect(days).toMatchObject({
      parts: [
        { dayOffset: 0, startsAfterMs: 0 },
        { dayOffset: 0, startsAfterMs: 130_000 },
        { dayOffset: 1, startsAfterMs: 0 },
      ],
    })
  })

  it('takes a second wallet only when it is given, and only for what the first has no room for', () => {
    const used = orange({ use: paid('XAF', xaf(1), xaf(1), xaf(1), xaf(1)) })
    expect(told(xaf(700_000), [used])).toEqual(['over-number day 2026-03-05'])
    expect(told(xaf(700_000), [used, mtn()])).toEqual(['2026-03-04 mtn 700000'])
    expect(told(xaf(400_000), [used, mtn()])).toEqual(['2026-03-04 orange 400000'])
  })

  it('lets the wallet of the finer unit carry what the coarser cannot', () => {
    const used = orange({ use: paid('XAF', xaf(1), xaf(1), xaf(1), xaf(1)) })
    const small = mtn({ wire: { maximum: xaf(300_000) } })
    expect(told(xaf(702_003), [used, small])).toEqual(['2026-03-04 orange 500000', '2026-03-04 mtn 202003'])
    expect(told(xaf(800_003), [used, small], { ...SAME, maxParts: 2 })).toEqual([
      'not-a-multiple transaction',
    ])
  })

  it('meets the cap of a day by the next days, if the order allows it', () => {
    expect(told(kes('1200000'), [mpesa()])).toEqual(['over-period day'])
    expect(told(kes('1200000'), [mpesa()], SPREAD)).toEqual([
      '2026-03-04 mpesa 250000.00',
      '2026-03-04 mpesa 250000.00',
      '2026-03-05 mpesa 250000.00',
      '2026-03-05 mpesa 250000.00',
      '2026-03-06 mpesa 200000.00',
    ])
    expect(told(kes('1200000'), [mpesa()], { ...SPREAD, maxDays: 2 })).toEqual(['over-period day'])
  })

  it('takes less today than it could where the rest would fall below the minimum later', () => {
    const cap = (window: 'transaction' | 'week', measure: 'amount' | 'minimum', value: Money) =>
      ({ operation: '*', source: 'a test', window, measure, value }) as Cap
    const limits = {
      operation: 'disburse',
      currency: 'XAF',
      caps: [
        cap('transaction', 'amount', xaf(600)),
        cap('transaction', 'minimum', xaf(500)),
        cap('week', 'amount', xaf(1_000)),
        { operation: '*', source: 'a test', window: 'day', measure: 'number', value: 1 },
      ],
    } as const
    expect(told(xaf(1_000), [{ ...mtn(), limits }], SPREAD)).toEqual([
      '2026-03-04 mtn 500',
      '2026-03-05 mtn 500',
    ])
  })

  it('prefers another wallet today to the same wallet tomorrow', () => {
    const second = { ...mpesa(), wallet: 'second' }
    expect(told(kes('600000'), [mpesa(), second], SPREAD)).toEqual([
      '2026-03-04 mpesa 250000.00',
      '2026-03-04 mpesa 250000.00',
      '2026-03-04 second 100000.00',
    ])
  })

  it('leaves to earlier plans what they have planned for later days', () => {
    const ahead = [{ day: '2026-03-05' as LocalDate, operation: 'disburse', amount: kes('400000') } as const]
    expect(told(kes('700000'), [{ ...mpesa(), ahead }], SPREAD)).toEqual([
      '2026-03-04 mpesa 250000.00',
      '2026-03-04 mpesa 250000.00',
      '2026-03-06 mpesa 200000.00',
    ])
    const full = { ...mpesa({ use: paid('KES', kes('500000')) }), ahead }
    expect(told(kes('200000'), [full], { ...SAME, first: '2026-03-05' as LocalDate })).toEqual([
      'over-period day 2026-03-06',
    ])
  })

  it('waits across a month for a KYC cap, never by more parts', () => {
    const basic = wallet('wallet', 'mosambee-in', { tier: 'min-kyc' })
    const inr = (major: string) => parseMoney(major, 'INR') as Money
    expect(told(inr('12000'), [basic])).toEqual(['over-period month'])
    expect(told(inr('12000'), [basic], SPREAD)).toEqual([
      '2026-03-04 wallet 10000.00',
      '2026-04-01 wallet 2000.00',
    ])
  })
})

describe('a refusal', () => {
  it('tells a fraction, a wrong multiple and too little apart', () => {
    expect(told(kes('100.50'), [mpesa()])).toEqual(['fraction'])
    expect(told(xaf(1_003), [orange()])).toEqual(['not-a-multiple transaction'])
    expect(told(kes('9'), [mpesa()])).toEqual(['below-minimum transaction'])
    expect(told(kes('9'), [mpesa({ operation: 'collect' })])).toEqual(['2026-03-04 mpesa 9.00'])
  })

  it('tells from which day on the same plan would go through', () => {
    const used = mpesa({ use: paid('KES', kes('400000')) })
    expect(told(kes('200000'), [used])).toEqual(['over-period day 2026-03-05'])
    const rich = wallet('wallet', 'mosambee-in', { tier: 'full-kyc' })
    expect(told(parseMoney('200001', 'INR') as Money, [rich])).toEqual(['over-balance balance'])
    const pushed = mpesa({ operation: 'collect', use: paid('KES', kes('400000')) })
    expect(told(kes('200000'), [pushed])).toEqual(['over-period day 2026-03-05'])
    const month = Array.from({ length: 40 }, () => xaf(1))
    expect(told(xaf(5_000), [orange({ use: paid('XAF', ...month) })])).toEqual([
      'over-number month 2026-04-01',
    ])
  })

  it('is for good where one transaction is too small and parts are not wanted', () => {
    expect(told(kes('300000'), [mpesa()], { ...SAME, maxParts: 1 })).toEqual([
      'over-per-transaction transaction',
    ])
  })

  it('throws at what only a bug can ask', () => {
    expect(() => plan(xaf(1), [mpesa()], SAME)).toThrow('XAF')
    expect(() => plan(kes('1'), [{ ...mpesa(), use: unused('XAF') }], SAME)).toThrow('XAF')
    expect(() => plan(kes('1'), [mpesa({ wire: { wholeUnitsOnly: true, minimum: xaf(1) } })], SAME)).toThrow(
      'KES',
    )
    expect(() => plan(kes('0'), [mpesa()], SAME)).toThrow('above zero')
    expect(() => plan(kes('1'), [], SAME)).toThrow('1 to 5')
    expect(() => plan(kes('1'), [mpesa(), mpesa()], SAME)).toThrow('twice')
  })
})
