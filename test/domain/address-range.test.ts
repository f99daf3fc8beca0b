import { describe, expect, it } from '@jest/globals'
import { isAddressRange, isWithin } from '../../src/domain/address-range.ts'

describe('ranges of addresses', () => {
  it.each(['196.201.214.200', '196.201.214.0/24', '10.0.0.0/8', '2001:db8::1', '2001:db8::/32', '127.0.0.1'])(
    '%s is one',
    text => expect(isAddressRange(text)).toBe(true),
  )

  it.each([
    '',
    'everywhere',
    '196.201.214',
    '196.201.214.0/33',
    '0.0.0.0/0',
    '::/0',
    '1.2.3.4/',
    '1.2.3.4/a',
    '1.2.3.4/24/8',
    '01.2.3.4',
    '1.2.3.4/024',
  ])('%j is none', text => expect(isAddressRange(text)).toBe(false))

  it.each([
    ['196.201.214.77', ['196.201.214.0/24'], true],
    ['196.201.215.0', ['196.201.214.0/24'], false],
    ['196.201.214.200', ['10.0.0.0/8', '196.201.214.200'], true],
    ['::ffff:196.201.214.200', ['196.201.214.200/32'], true],
    ['2001:db8:0:1::5', ['2001:db8::/32'], true],
    ['2001:db9::5', ['2001:db8::/32', '32.1.13.185'], false],
    ['127.0.0.1', [], false],
    ['127.0.0.1', ['0.0.0.0/0', 'everywhere', 7, null], false],
    ['localhost', ['127.0.0.1'], false],
    ['', ['127.0.0.1'], false],
  ])('%s in %j: %s', (address, ranges, within) => expect(isWithin(address, ranges)).toBe(within))
})
