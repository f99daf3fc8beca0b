import { describe, expect, it } from '@jest/globals'
import { isWeakPin } from '../../src/domain/pin.ts'

const PHONE = '+254700123987'

describe('a PIN that anybody would try first', () => {
  it.each([
    '0000',
    '111111',
    '1234',
    '234567',
    '7890',
    '4321',
    '987654',
    '1212',
    '123123',
    '1990',
    '2026',
    '2580',
    '3987',
    '123987',
  ])('%s is weak', pin => {
    expect(isWeakPin(pin, PHONE)).toBe(true)
  })

  it.each(['8301', '7264', '40917', '903847', '1066', '2199'])('%s will do', pin => {
    expect(isWeakPin(pin, PHONE)).toBe(false)
  })
})
