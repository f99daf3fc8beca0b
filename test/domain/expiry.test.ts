import { describe, expect, it } from '@jest/globals'
import { daysLeft, expiriesOf, expiryAlarm } from '../../src/domain/expiry.ts'
import { CERTIFICATE } from '../../src/simulators/mpesa/index.ts'

const end = { credential: 'consumerSecret', at: new Date('2027-01-31') }
const earlier = (ms: number) => new Date(end.at.getTime() - ms)
const DAY_MS = 86_400_000

describe('the end of credentials', () => {
  it('is told by the lender, and by each certificate itself; the soonest first', () => {
    const found = expiriesOf({
      baseUrl: 'https://api.safaricom.co.ke',
      expiresAt: { consumerSecret: '2027-01-31', passkey: '2026-12-24' },
      payout: { initiator: 'api', certificate: CERTIFICATE },
    })
    expect(found.slice(0, 2)).toEqual([
      { credential: 'passkey', at: new Date('2026-12-24T00:00:00Z') },
      { credential: 'consumerSecret', at: new Date('2027-01-31T00:00:00Z') },
    ])
    expect(found[2]?.credential).toBe('payout.certificate')
    expect(found).toHaveLength(3)
  })

  it('is nowhere where nothing is said, or nothing that can be read', () => {
    expect(expiriesOf({})).toEqual([])
    expect(expiriesOf({ expiresAt: null, note: '-----BEGIN CERTIFICATE-----\nnone' })).toEqual([])
    expect(expiriesOf({ expiresAt: { passkey: 'one day' } })).toEqual([])
  })

  it.each([
    [30 * DAY_MS + 1, undefined, 30],
    [30 * DAY_MS, 30, 30],
    [7 * DAY_MS + 1, 30, 7],
    [7 * DAY_MS, 7, 7],
    [DAY_MS + 1, 7, 1],
    [DAY_MS, 1, 1],
    [0, 1, 0],
    [-DAY_MS, 1, -1],
  ])('%d ms before, the alarm of %s days is due, and %d days are left', (ms, alarm, left) => {
    expect(expiryAlarm(end, earlier(ms))).toBe(alarm)
    expect(daysLeft(end, earlier(ms))).toBe(left)
  })
})
