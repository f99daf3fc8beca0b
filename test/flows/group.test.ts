import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { PayLine } from '../../flows/dialogue.ts'
import { group } from '../../flows/group.ts'
import type { Handover } from '../../flows/handover.ts'
import { formatMoney, fromText, money, parseMoney } from '../../src/domain/money.ts'
import { begin, step } from '../../src/session/pure.ts'
import { me } from '../support/play.ts'

const line = (place: number, minor: number): PayLine => ({
  customerId: `c${place}`,
  firstName: `Member${place}`,
  loanId: `l${place}`,
  account: `00${place}`,
  amount: { amount: formatMoney(money(BigInt(minor), 'KES')), currency: 'KES' },
})

/** What she does with a line that she has turned to: leaves it out, or types an amount in cents. */
const deeds = fc.array(
  fc.record({
    place: fc.nat(11),
    typed: fc.option(fc.integer({ min: 1, max: 2_000_000 })),
  }),
  { maxLength: 6 },
)

describe('a group', () => {
  it('is paid by lines that sum to its total, whatever she changes, and none of nothing', () => {
    const dues = fc.array(fc.nat(500_000), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(dues, deeds, (amounts, changes) => {
        const lines = amounts.map((minor, place) => line(place, minor))
        const expected = [...amounts]
        let [now] = begin(group.machine, { me, group: { id: '5', name: 'Upendo' }, lines })
        const types = (text: string) => {
          ;[now] = step(group.machine, now, { type: 'INPUT', text })
        }
        let page = 0
        for (const { place, typed } of changes) {
          // pages are turned forward only
          if (place >= amounts.length || Math.floor(place / 2) < page) continue
          for (; page < Math.floor(place / 2); page++) types('98')
          types(String((place % 2) + 1))
          types(typed === null ? '2' : '1')
          if (typed !== null) types(formatMoney(money(BigInt(typed), 'KES')))
          expected[place] = typed ?? 0
        }
        expect(now.value).toBe('shown')
        types('4')
        const owed = expected.filter(minor => minor > 0)
        expect(now.status).toBe(owed.length === 0 ? 'active' : 'done')
        if (owed.length === 0) return
        const paid = now.output as Extract<Handover, { to: 'pay' }>
        const minors = (paid.forOthers?.lines ?? []).map(({ amount }) => fromText(amount).minor)
        expect(minors).toEqual(owed.map(BigInt))
        expect(paid.known && parseMoney(paid.known.amount, 'KES')?.minor).toBe(
          minors.reduce((sum, minor) => sum + minor, 0n),
        )
      }),
    )
  })

  it('is never more than can be paid at once', () => {
    const lines = [line(0, 999_999_998), line(1, 1)]
    let [now] = begin(group.machine, { me, group: { id: '5', name: 'Upendo' }, lines })
    for (const text of ['2', '1', '0.02']) [now] = step(group.machine, now, { type: 'INPUT', text })
    expect(now.value).toBe('typing')
    ;[now] = step(group.machine, now, { type: 'INPUT', text: '0.01' })
    expect(now.value).toBe('shown')
  })
})
