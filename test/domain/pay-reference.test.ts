import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { PAY_REFERENCES, payReference, readPayReference } from '../../src/domain/pay-reference.ts'

const numbers = fc.integer({ min: 0, max: PAY_REFERENCES - 1 })
const runs = { numRuns: 10_000 }

describe('a pay-reference', () => {
  it('has eight digits, and is read as people write it', () => {
    expect(payReference(572)).toBe('00005724')
    for (const written of ['00005724', ' 0000 5724 ', 'OOoo-57.24', '0000/5724'])
      expect(readPayReference(written)).toBe('00005724')
    for (const wrong of ['', '0000572', '000057245', '00005725', 'ABCD5724', '0000５724'])
      expect(readPayReference(wrong)).toBeUndefined()
    for (const none of [-1, 1.5, PAY_REFERENCES]) expect(() => payReference(none)).toThrow()
  })

  it('is nobody’s with one wrong digit, or with two neighbours exchanged', () => {
    fc.assert(
      fc.property(numbers, fc.nat({ max: 7 }), fc.integer({ min: 1, max: 9 }), (number, at, more) => {
        const good = payReference(number)
        expect(readPayReference(good)).toBe(good)
        const digit = String((Number(good[at]) + more) % 10)
        expect(readPayReference(good.slice(0, at) + digit + good.slice(at + 1))).toBeUndefined()
        const [one, other] = [good[at] ?? '', good[at + 1] ?? '']
        if (other === '' || one === other) return
        expect(readPayReference(good.slice(0, at) + other + one + good.slice(at + 2))).toBeUndefined()
      }),
      runs,
    )
  })
})
