import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { blanked, blankedQuery } from '../../src/gateway/blanked.ts'

describe('a callback that is kept', () => {
  it('has no credential of ours in it, wherever it stands', () => {
    const body = JSON.stringify({
      Initiator: 'us',
      SecurityCredential: 'c2VjcmV0',
      more: [{ merchantPin: '1234' }],
    })
    expect(JSON.parse(blanked(body))).toEqual({
      Initiator: 'us',
      SecurityCredential: '***',
      more: [{ merchantPin: '***' }],
    })
    expect(blanked('msisdn=254700000001&pin=1234&amount=10')).toBe('msisdn=254700000001&pin=***&amount=10')
    expect(blanked('<a><ns:Password>x</ns:Password><Amount>10</Amount></a>')).toBe(
      '<a><ns:Password>***</ns:Password><Amount>10</Amount></a>',
    )
  })

  it('has none either where it broke off, or comes in another dress', () => {
    const whole = JSON.stringify({ id: 1, merchantPin: '73519042', note: 'a "b"' })
    for (let length = 0; length < whole.length; length++)
      expect(blanked(whole.slice(0, length))).not.toMatch(/7/)
    expect(blanked(`\uFEFF${whole}`)).toBe(`\uFEFF{"id":1,"merchantPin":***,"note":"a \\"b\\""}`)
    for (const body of [
      `{"merchantPin" : 73519042, "id": 1`,
      `{'merchantPin':'73519042'}`,
      '<a><merchantPin xsi:type="xs:string">73519042</merchantPin></a>',
      '<a><merchantPin><![CDATA[73519042]]></merchantPin></a>',
      '<n:a><n:merchantPin>\n73519042',
      '<a merchantNumber="1" merchantPin="73519042"/>',
    ]) {
      expect(blanked(body)).not.toContain('73519042')
      expect(blanked(body)).toContain('***')
    }
  })

  it('has none in its address either', () => {
    const query = { pin: '1234', Access_Token: 'x', inquiry: '1', id: 'pin' }
    expect(blankedQuery(query)).toEqual({ pin: '***', Access_Token: '***', inquiry: '1', id: 'pin' })
  })

  it('without a secret is kept to the letter', () => {
    for (const body of [
      '{ "Amount" : 10.00 }',
      'amount=10',
      '<a>1</a>',
      '',
      'no body at all',
      '{"a":"b',
      '<a b="1">',
    ])
      expect(blanked(body)).toBe(body)
  })

  it('never keeps a secret field, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), secret => {
        fc.pre(!JSON.stringify({ note: 'ok', SecurityCredential: '***' }).includes(secret))
        expect(blanked(JSON.stringify({ note: 'ok', SecurityCredential: secret }))).not.toContain(
          JSON.stringify(secret),
        )
      }),
    )
  })
})
