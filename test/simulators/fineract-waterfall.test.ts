import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { addMonths, dateIn, parseDate } from '../../src/simulators/fineract/dates.ts'
import { amountOf, write } from '../../src/simulators/fineract/json.ts'
import { amortise } from '../../src/simulators/fineract/loans/schedule.ts'
import { type Due, PARTS, play, sum } from '../../src/simulators/fineract/loans/waterfall.ts'
import { major, parseDecimal, parseMajor, toMinor } from '../../src/simulators/fineract/money.ts'

const minor = fc.bigInt({ min: 0n, max: 10_000_000n })
const loan = fc.array(fc.record({ penalties: minor, fees: minor, interest: minor, principal: minor }), {
  minLength: 1,
  maxLength: 8,
})
const dues = (parts: readonly Due['due'][]): Due[] =>
  parts.map((due, index) => ({ number: index + 1, dueDate: addMonths('2026-01-31', index), due }))
const payments = fc.array(fc.bigInt({ min: 1n, max: 30_000_000n }), { maxLength: 12 })
const dated = (amounts: readonly bigint[]) => amounts.map(amount => ({ date: '2026-03-01', amount }))

describe('the waterfall', () => {
  it('spreads every repayment exactly: the portions sum to the amount', () => {
    fc.assert(
      fc.property(loan, payments, (parts, amounts) => {
        const { portions } = play(dues(parts), dated(amounts))
        expect(portions.map(share => sum(share) + share.overpayment)).toEqual(amounts)
      }),
    )
  })

  it('never pays more of an instalment than it owes, and what is left open is what was not paid', () => {
    fc.assert(
      fc.property(loan, payments, (parts, amounts) => {
        const { instalments, portions } = play(dues(parts), dated(amounts))
        for (const { due, paid } of instalments)
          for (const part of PARTS) expect(paid[part] <= due[part]).toBe(true)
        const paid = instalments.reduce((total, instalment) => total + sum(instalment.paid), 0n)
        expect(paid).toBe(portions.reduce((total, share) => total + sum(share), 0n))
      }),
    )
  })

  it('touches no instalment while an older one is open, and no principal while a charge or interest of it is', () => {
    fc.assert(
      fc.property(loan, payments, (parts, amounts) => {
        const { instalments } = play(dues(parts), dated(amounts))
        const steps = instalments.flatMap(({ due, paid }) =>
          PARTS.map(part => ({ due: due[part], paid: paid[part] })),
        )
        const firstOpen = steps.findIndex(({ due, paid }) => paid < due)
        if (firstOpen >= 0) expect(steps.slice(firstOpen + 1).every(({ paid }) => paid === 0n)).toBe(true)
      }),
    )
  })

  it('closes the loan when every instalment is paid, however the money is cut', () => {
    fc.assert(
      fc.property(loan, payments, (parts, amounts) => {
        const owed = parts.reduce((total, due) => total + sum(due), 0n)
        const cut: bigint[] = []
        let left = owed
        for (const amount of amounts) {
          if (amount > left) continue
          cut.push(amount)
          left -= amount
        }
        if (left > 0n) cut.push(left)
        const { instalments, portions } = play(dues(parts), dated(cut))
        expect(instalments.every(({ due, paid }) => sum(due) === sum(paid))).toBe(true)
        expect(portions.every(({ overpayment }) => overpayment === 0n)).toBe(true)
      }),
    )
  })
})

describe('the schedule', () => {
  it('repays exactly the principal, and comes back to the 31st after February', () => {
    const terms = {
      interestPerPeriod: 100n,
      anchor: { number: 1, date: '2026-01-31' },
      rhythm: { monthly: true } as const,
    }
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        fc.integer({ min: 1, max: 60 }),
        (principal, instalments) => {
          const planned = amortise({ ...terms, principal, instalments }, '2025-12-31')
          expect(planned.reduce((total, { principal: part }) => total + part, 0n)).toBe(principal)
        },
      ),
    )
    const dates = amortise({ ...terms, principal: 300n, instalments: 3 }, '2025-12-31').map(
      ({ dueDate }) => dueDate,
    )
    expect(dates).toEqual(['2026-01-31', '2026-02-28', '2026-03-31'])
    const anchored = { ...terms, anchor: { number: 3, date: '2026-03-31' }, principal: 300n, instalments: 3 }
    expect(amortise(anchored, '2025-12-31').map(({ dueDate }) => dueDate)).toEqual(dates)
  })
})

describe('numbers and dates', () => {
  const read = (text: string, locale: string, digits: number, multiple = 0) => {
    const decimal = parseDecimal(text, locale)
    return decimal && major(toMinor(decimal, digits, multiple), digits)
  }

  it('are read with the separators of the locale, even where that misreads them', () => {
    expect(read('1,500.50', 'en', 2)).toBe('1500.50')
    expect(read('100.50', 'de', 2)).toBe('10050.00')
    expect(read('100.50', 'fr', 2)).toBe('100.00')
    expect(read('1 500,50', 'fr', 2)).toBe('1500.50')
    expect(read('many', 'en', 2)).toBeUndefined()
  })

  it('are rounded half to even and, without digits, to the multiple', () => {
    expect(['0.125', '0.135', '0.1251'].map(text => read(text, 'en', 2))).toEqual(['0.12', '0.14', '0.13'])
    expect(['1500.5', '1501.5'].map(text => read(text, 'en', 0))).toEqual(['1500', '1502'])
    expect(['1512', '1513'].map(text => read(text, 'en', 0, 25))).toEqual(['1500', '1525'])
    expect(read('15.13', 'en', 2, 25)).toBe('15.13')
  })

  it('leave as JSON numbers of six decimals, without a float in between', () => {
    expect(write({ a: amountOf(150_000n, 2), b: amountOf(1500n, 0), c: undefined, d: null })).toBe(
      '{"a":1500.000000,"b":1500.000000}',
    )
    expect(write([amountOf(parseMajor('90071992547409.93', 2), 2)])).toBe('[90071992547409.930000]')
  })

  it('dates follow the given format, and the day is the tenant’s', () => {
    expect(parseDate('31 May 2024', 'dd MMMM yyyy', 'en')).toBe('2024-05-31')
    expect(parseDate('31/05/2024', 'dd/MM/yyyy', 'en')).toBe('2024-05-31')
    expect(parseDate('2024-02-30', 'yyyy-MM-dd', 'en')).toBeUndefined()
    expect(parseDate('31-05-2024', 'yyyy-MM-dd', 'en')).toBeUndefined()
    expect(dateIn('Africa/Nairobi', new Date('2026-03-02T21:30:00Z'))).toBe('2026-03-03')
  })
})
