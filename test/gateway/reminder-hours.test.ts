import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Tenant } from '../../src/domain/tenant.ts'
import { localDate, localTime } from '../../src/domain/time.ts'
import { reminderHours, reminderTime } from '../../src/gateway/reminder-hours.ts'

/** The hours among which somebody who says "later" may choose. */

const tenant = (zone: string, until = '20:00', hours = 3): Tenant =>
  ({ country: 'KE', zone, settings: { later: { until, hours } } }) as Tenant
const read = (zone: string, at: string, until?: string): string[] =>
  reminderHours(tenant(zone, until), new Date(at)).map(
    hour => `${localDate(hour, zone).slice(8)} ${localTime(hour, zone)}`,
  )

describe('reminder hours', () => {
  it.each([
    ['in the morning', '2026-03-05T05:10:00Z', ['05 09:00', '05 15:00', '05 20:00', '06 08:00']],
    ['with two hours left', '2026-03-05T15:20:00Z', ['05 19:00', '05 20:00', '06 08:00']],
    ['late in the evening', '2026-03-05T17:00:00Z', ['06 08:00']],
    [
      'after midnight, before the day begins',
      '2026-03-05T21:30:00Z',
      ['06 08:00', '06 14:00', '06 20:00', '07 08:00'],
    ],
  ])('%s', (_, at, hours) => {
    expect(read('Africa/Nairobi', at)).toEqual(hours)
  })

  it('are whole hours by the clock on her wall, also where that is half an hour off', () => {
    expect(read('Asia/Kolkata', '2026-03-05T05:10:00Z')).toEqual([
      '05 12:00',
      '05 16:00',
      '05 20:00',
      '06 08:00',
    ])
  })

  it('are never past, too soon or too late, whatever the time', () => {
    const zones = fc.constantFrom('Africa/Nairobi', 'Africa/Douala', 'Asia/Kolkata', 'Asia/Yangon')
    const moments = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(zones, moments, fc.integer({ min: 12, max: 23 }), (zone, at, evening) => {
        const house = tenant(zone, `${evening}:30`)
        const hours = reminderHours(house, at)
        const today = hours.slice(0, -1)
        expect(today.length).toBeLessThanOrEqual(3)
        expect(hours).toEqual([...new Set(hours)].sort((a, b) => a.getTime() - b.getTime()))
        for (const hour of [...hours, reminderTime(house, at)])
          expect(hour.getTime()).toBeGreaterThanOrEqual(at.getTime() + 30 * 60_000)
        for (const hour of today) {
          expect(localDate(hour, zone)).toBe(localDate(at, zone))
          expect(localTime(hour, zone) <= `${evening}:30`).toBe(true)
          expect(localTime(hour, zone)).toMatch(/^(08|09|[12]\d):00$/)
        }
        expect(localTime(hours.at(-1) as Date, zone)).toBe('08:00')
      }),
    )
  })
})
