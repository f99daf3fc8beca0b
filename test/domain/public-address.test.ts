import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isPublicAddress, MAX_URL_LENGTH, readPublicUrl } from '../../src/domain/public-address.ts'

/** IANA's special-purpose blocks of IPv4 (RFC 6890 and its registry), with multicast and what is reserved. */
const INSIDE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
] as const

const dotted = (value: number): string => [24, 16, 8, 0].map(bits => (value >>> bits) & 255).join('.')
const groups = (value: number): string => `${(value >>> 16).toString(16)}:${(value & 65_535).toString(16)}`

/** Any address of any of these blocks, as a number. */
const inside = fc.constantFrom(...INSIDE_V4).chain(block => {
  const [base = '', bits = '0'] = block.split('/')
  const first = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  return fc.integer({ min: 0, max: 2 ** (32 - Number(bits)) - 1 }).map(offset => first + offset)
})

describe('an address', () => {
  it.each([
    '8.8.8.8',
    '41.90.64.1',
    '196.201.214.200',
    '2a02:26f0::1',
    '2001:4860:4860::8888',
    '2c0f:fb50::1',
  ])('%s is public', address => expect(isPublicAddress(address)).toBe(true))

  it('of a special block of IPv4 is not, as it is or in any clothes of IPv6', () => {
    fc.assert(
      fc.property(inside, value => {
        const [v4, v6] = [dotted(value), groups(value)]
        for (const address of [
          v4,
          `::ffff:${v4}`,
          `::ffff:${v6}`,
          `::${v4}`,
          `64:ff9b::${v4}`,
          `64:ff9b:1::${v6}`,
          `2002:${v6}::1`,
          `2001:0:${v6}::1`,
          `::ffff:0:${v6}`,
        ])
          expect({ address, open: isPublicAddress(address) }).toEqual({ address, open: false })
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '100::1',
    '2001:2::1',
    '2001:20::1',
    '2001:db8::1',
    '3fff::1',
    '5f00::1',
    '4000::1',
    '',
    'localhost',
    '127.1',
    '0x7f.0.0.1',
    '1',
    '8.8.8.8/8',
    ' 8.8.8.8',
  ])('"%s" is not public', address => expect(isPublicAddress(address)).toBe(false))
})

const wrongWith = (url: string, loopback = false): string | undefined => {
  const read = readPublicUrl(url, loopback)
  return read instanceof URL ? undefined : read.wrong
}

describe('a URL that we are asked to call', () => {
  it.each([
    'https://hooks.example.com',
    'https://hooks.example.com/hatua?lender=1#x',
    'https://hooks.example.com:8443/',
    'https://8.8.8.8/',
    'https://[2001:4860:4860::8888]/hook',
  ])('may be %s', url => expect(wrongWith(url)).toBeUndefined())

  it.each([
    ['http://hooks.example.com', /https/],
    ['ftp://hooks.example.com', /https/],
    ['file:///etc/passwd', /https/],
    ['javascript:alert(1)', /https/],
    ['hooks.example.com', /no URL/],
    ['', /no URL/],
    ['https://', /no URL/],
    ['https://user:secret@hooks.example.com', /password/],
    ['https://user@hooks.example.com', /user name/],
    ['https://hooks.example.com:22/', /port/],
    ['https://hooks.example.com:25/', /port/],
    ['https://hooks.example.com:80/', /port/],
    ['https://127.0.0.1/', /not public/],
    ['https://127.0.0.1:8443/', /not public/],
    ['https://2130706433/', /not public/],
    ['https://0x7f000001/', /not public/],
    ['https://017700000001/', /not public/],
    ['https://127.1/', /not public/],
    ['https://0/', /not public/],
    ['https://１２７.0.0.1/', /not public/],
    ['https://10.1.2.3/', /not public/],
    ['https://169.254.169.254/latest/meta-data/', /not public/],
    ['https://[::1]/', /not public/],
    ['https://[::]/', /not public/],
    ['https://[::ffff:10.0.0.1]/', /not public/],
    ['https://[fd00:ec2::254]/', /not public/],
    [`https://hooks.example.com/${'x'.repeat(2000)}`, /characters/],
  ])('may not be %s', (url, why) => expect(wrongWith(url)).toMatch(why))

  it('may be as long as the limit, and no longer', () => {
    const base = 'https://hooks.example.com/'
    expect(wrongWith(base.padEnd(MAX_URL_LENGTH, 'x'))).toBeUndefined()
    expect(wrongWith(base.padEnd(MAX_URL_LENGTH + 1, 'x'))).toMatch(/characters/)
  })

  it('in the demo may point to this machine, over plain http too, and nowhere else inside', () => {
    for (const url of [
      'http://127.0.0.1:3000/',
      'http://localhost:3000/',
      'http://[::1]:3000/',
      'https://127.0.0.2/',
    ])
      expect(wrongWith(url, true)).toBeUndefined()
    for (const url of [
      'http://10.0.0.1:3000/',
      'https://10.0.0.1/',
      'http://hooks.example.com/',
      'http://localhost.example.com:3000/',
      'http://127.0.0.1:22/',
      'http://a:b@127.0.0.1:3000/',
    ])
      expect(wrongWith(url, true)).toBeDefined()
  })
})
