import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { digitsOf, type Msisdn, maskMsisdn, nationalDigits, parseMsisdn } from '../../src/domain/msisdn.ts'

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map(all => all.join(''))
const kenyan = digits(8).map(rest => ({ phone: `+2547${rest}`, local: `07${rest}`, country: 'KE' as const }))
const cameroonian = digits(7).map(rest => ({
  phone: `+23767${rest}`,
  local: `67${rest}`,
  country: 'CM' as const,
}))
const number = fc.oneof(kenyan, cameroonian)

describe('msisdn', () => {
  it('is the same number however it is written', () => {
    fc.assert(
      fc.property(number, ({ phone, local, country }) => {
        const bare = phone.slice(1)
        for (const text of [
          phone,
          bare,
          ` ${bare}`,
          `00${bare}`,
          `${phone.slice(0, 4)} ${phone.slice(4, 7)}-${phone.slice(7)}`,
        ])
          expect(parseMsisdn(text)).toBe(phone)
        for (const text of [phone, bare, local, `${local.slice(0, 4)} ${local.slice(4)}`])
          expect(parseMsisdn(text, country)).toBe(phone)
      }),
    )
  })

  it('reads its own writing back', () => {
    fc.assert(
      fc.property(number, ({ phone }) => {
        const parsed = parseMsisdn(phone)
        if (parsed === undefined) throw new Error(phone)
        expect(parseMsisdn(parsed)).toBe(parsed)
        expect(`+${digitsOf(parsed)}`).toBe(parsed)
      }),
    )
  })

  it('is a plus and digits, or nothing, whatever is sent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[+\d ()-]{0,20}$/)), text => {
        const parsed = parseMsisdn(text)
        if (parsed !== undefined) expect(parsed).toMatch(/^\+[1-9]\d{5,14}$/)
      }),
    )
    for (const text of [
      '',
      '+',
      'HATUA',
      '12345',
      '+254',
      '++254700000001',
      '254700000001x',
      '25470****149',
      '+2547000000012345',
    ])
      expect(parseMsisdn(text)).toBeUndefined()
  })

  it('shows three digits of itself where it is masked', () => {
    fc.assert(
      fc.property(number, ({ phone }) => {
        const parsed = parseMsisdn(phone)
        if (parsed === undefined) throw new Error(phone)
        expect(maskMsisdn(parsed).replace(/\D/g, '')).toBe(phone.slice(-3))
      }),
    )
  })

  it('is written without its country where it is at home, with every digit that belongs there', () => {
    expect(nationalDigits('+260971000111' as Msisdn, 'ZM')).toBe('971000111')
    expect(nationalDigits('+242061234567' as Msisdn, 'CG')).toBe('061234567')
    expect(nationalDigits('+260971000111' as Msisdn, 'UG')).toBeUndefined()
  })
})
