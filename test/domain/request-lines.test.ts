import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Money, money, sum } from '../../src/domain/money.ts'
import { linesSummingTo, linesWithin } from '../../src/domain/request-lines.ts'

const kes = (minor: number | bigint) => money(BigInt(minor), 'KES')
const total = (values: readonly { readonly amount: Money }[]) =>
  sum(
    values.map(({ amount }) => amount),
    'KES',
  )

const lines = fc.array(
  fc.record({ loanId: fc.string(), amount: fc.integer({ min: 1, max: 100_000 }).map(kes) }),
  { minLength: 1, maxLength: 20 },
)

describe('the lines of a payment for others', () => {
  it('sum to what is paid, to the minor unit, and none becomes less', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: -200, max: 300 }), (own, more) => {
        const asked = kes(total(own).minor + BigInt(more))
        const summed = linesSummingTo(own, asked)
        expect(summed !== undefined).toBe(more >= 0 && more < 100)
        if (summed === undefined) return
        expect(total(summed)).toEqual(asked)
        for (const [at, line] of summed.entries()) {
          expect(line.loanId).toBe(own[at]?.loanId)
          expect(line.amount.minor).toBeGreaterThanOrEqual(own[at]?.amount.minor ?? 0n)
        }
      }),
    )
  })

  it('are covered by any division of it into parts: each part exactly, each line once', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 6 })
    fc.assert(
      fc.property(lines, cuts, (own, at) => {
        const whole = Number(total(own).minor)
        const ends = [...new Set(at.map(cut => cut % whole)), whole]
          .filter(end => end > 0)
          .sort((a, b) => a - b)
        const covered = new Map<number, bigint>()
        let before = 0
        for (const end of ends) {
          const part = linesWithin(
            own.map((line, place) => ({ ...line, place })),
            kes(before),
            kes(end - before),
          )
          expect(total(part).minor).toBe(BigInt(end - before))
          for (const { place, amount } of part) covered.set(place, (covered.get(place) ?? 0n) + amount.minor)
          before = end
        }
        expect([...covered].sort(([a], [b]) => a - b).map(([, minor]) => minor)).toEqual(
          own.map(({ amount }) => amount.minor),
        )
      }),
    )
  })
})
