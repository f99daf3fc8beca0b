import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  add,
  equal,
  exponentOf,
  formatMoney,
  fromText,
  isWhole,
  money,
  parseMoney,
  sum,
  toText,
} from '../../src/domain/money.ts'

const currency = fc.constantFrom('KES', 'XAF', 'EUR', 'UGX', 'KWD', 'MGA', 'ZMW')
const minor = fc.bigInt({ min: 0n, max: 10n ** 17n - 1n })
const amount = fc
  .tuple(minor, currency)
  .map(([value, code]) => money(value / 10n ** BigInt(2 - Math.min(2, exponentOf(code))), code))

describe('money', () => {
  it('survives its codec, in every currency, negative too', () => {
    fc.assert(
      fc.property(amount, fc.boolean(), (value, isNegative) => {
        const signed = isNegative ? money(-value.minor, value.currency) : value
        expect(fromText(toText(signed))).toEqual(signed)
      }),
    )
  })

  it('is written with exactly the currency’s digits', () => {
    fc.assert(
      fc.property(amount, value => {
        const [, fraction = ''] = formatMoney(value).split('.')
        expect(fraction).toHaveLength(exponentOf(value.currency))
      }),
    )
    expect(formatMoney(money(150_000n, 'KES'))).toBe('1500.00')
    expect(formatMoney(money(1_500n, 'XAF'))).toBe('1500')
    expect(formatMoney(money(-5n, 'KES'))).toBe('-0.05')
    expect(formatMoney(money(1n, 'KWD'))).toBe('0.001')
  })

  it('reads any number of zeros behind the point as nothing, and any other digit too many as no amount', () => {
    fc.assert(
      fc.property(
        amount,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 9 }),
        (value, zeros, digit) => {
          const text = formatMoney(value)
          const pointed = text.includes('.') ? text : `${text}.`
          expect(parseMoney(pointed + '0'.repeat(zeros), value.currency)).toEqual(value)
          expect(parseMoney(pointed + '0'.repeat(zeros - 1) + digit, value.currency)).toBeUndefined()
        },
      ),
    )
  })

  it('reads only digits and a point, whatever else is sent', () => {
    for (const text of [
      '',
      ' 1',
      '1 ',
      '-1',
      '+1',
      '1,000',
      '1.',
      '.5',
      '1e3',
      '0x10',
      '١٢',
      '1_0',
      'NaN',
      '1.2.3',
      '1\n',
    ])
      expect(parseMoney(text, 'KES')).toBeUndefined()
    fc.assert(
      fc.property(fc.string(), text => {
        const value = parseMoney(text, 'KES')
        if (value !== undefined) expect(text).toMatch(/^\d+(\.\d+)?$/)
      }),
    )
  })

  it('adds up exactly, in any order, and refuses to mix', () => {
    fc.assert(
      fc.property(fc.array(minor, { maxLength: 20 }), values => {
        const parts = values.map(value => money(value, 'KES'))
        expect(equal(sum(parts, 'KES'), sum([...parts].reverse(), 'KES'))).toBe(true)
        expect(sum(parts, 'KES').minor).toBe(values.reduce((total, value) => total + value, 0n))
      }),
    )
    expect(() => add(money(1n, 'KES'), money(1n, 'XAF'))).toThrow('KES')
  })

  it('is whole where it has no fraction of a major unit', () => {
    fc.assert(
      fc.property(amount, value => expect(isWhole(value)).toBe(!/\.\d*[1-9]/.test(formatMoney(value)))),
    )
  })

  it('throws on text that its own codec cannot have written', () => {
    expect(() => fromText({ amount: '1.5', currency: 'XAF' })).toThrow('XAF')
    expect(() => fromText({ amount: '--1', currency: 'KES' })).toThrow()
  })
})
