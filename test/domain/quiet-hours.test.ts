import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { afterQuiet, openMinutes, quietUntil } from '../../src/domain/quiet-hours.ts'
import { reminderToday, usualHour } from '../../src/domain/reminder-time.ts'
import type { QuietHours, Tenant } from '../../src/domain/tenant.ts'
import { localDate, localTime } from '../../src/domain/time.ts'

/** When nobody is written to unasked, and at which time of the day a borrower is reminded. */

const of = (country: string, zone: string, quiet?: QuietHours | 'none', at = '10:00'): Tenant =>
  ({ country, zone, settings: { quiet, reminders: { at } } }) as Tenant

const KENYA = of('KE', 'Africa/Nairobi')
const INDIA = of('IN', 'Asia/Kolkata')
const until = (tenant: Tenant, at: string): string | undefined =>
  quietUntil(tenant, new Date(at))?.toISOString()

describe('quiet hours', () => {
  it.each([
    ['the evening, until the next morning', KENYA, '2026-03-05T19:00:00Z', '2026-03-06T05:00:00.000Z'],
    ['after midnight, until the same morning', KENYA, '2026-03-05T22:30:00Z', '2026-03-06T05:00:00.000Z'],
    ['India, earlier and longer', INDIA, '2026-03-05T12:30:00Z', '2026-03-06T03:30:00.000Z'],
    ['the day', KENYA, '2026-03-05T17:59:00Z', undefined],
    ['the minute in which they end', KENYA, '2026-03-05T05:00:00Z', undefined],
    ['a demo, by night', of('KE', 'Africa/Nairobi', 'none'), '2026-03-05T22:30:00Z', undefined],
  ])('hold: %s', (_, tenant, at, end) => {
    expect(until(tenant, at)).toBe(end)
  })

  it('of a lender come on top of the country’s, one after the other', () => {
    const strict = of('KE', 'Africa/Nairobi', { from: '07:30', until: '09:30' })
    expect(until(strict, '2026-03-05T19:00:00Z')).toBe('2026-03-06T06:30:00.000Z')
    const noon = of('KE', 'Africa/Nairobi', { from: '12:00', until: '14:00' })
    expect(until(noon, '2026-03-05T09:10:00Z')).toBe('2026-03-05T11:00:00.000Z')
    expect(openMinutes(noon)).toBe(11 * 60)
  })

  const time = fc
    .integer({ min: 0, max: 1439 })
    .map(
      minute => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
    )
  const hours = fc.record({ from: time, until: time }).filter(({ from, until }) => from !== until)
  const instant = fc
    .date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
    .map(date => new Date(Math.floor(date.getTime() / 1000) * 1000))
  const tenants = fc
    .tuple(
      fc.constantFrom(
        ['KE', 'Africa/Nairobi'],
        ['CM', 'Africa/Douala'],
        ['IN', 'Asia/Kolkata'],
        ['MM', 'Asia/Yangon'],
      ),
      fc.option(hours, { nil: undefined }),
      time,
    )
    .map(([[country = '', zone = ''], quiet, at]) => of(country, zone, quiet, at))
    .filter(tenant => openMinutes(tenant) >= 240)

  it('whatever a lender writes, the country’s hold, and what waits leaves outside both', () => {
    fc.assert(
      fc.property(tenants, instant, (tenant, at) => {
        const country = { ...tenant, settings: { ...tenant.settings, quiet: undefined } } as Tenant
        if (quietUntil(country, at) !== undefined) expect(quietUntil(tenant, at)).toBeDefined()
        const end = quietUntil(tenant, at)
        if (end === undefined) return expect(afterQuiet(tenant, at, 'x')).toEqual(at)
        expect(end > at).toBe(true)
        expect(quietUntil(tenant, end)).toBeUndefined()
        const leaves = afterQuiet(tenant, at, 'x').getTime() - end.getTime()
        expect(leaves).toBeGreaterThanOrEqual(0)
        return expect(leaves).toBeLessThan(30 * 60_000)
      }),
      { numRuns: 400 },
    )
  })

  const hour = fc.option(fc.integer({ min: 0, max: 23 }), { nil: undefined })
  it('a reminder is of today by her wall, not before now, and never in them', () => {
    fc.assert(
      fc.property(tenants, instant, hour, hour, fc.uuid(), (tenant, at, chosen, usual, name) => {
        const when = reminderToday(tenant, at, { chosen, usual, name })
        if (when === undefined) return
        expect(when >= at).toBe(true)
        expect(localDate(when, tenant.zone)).toBe(localDate(at, tenant.zone))
        expect(quietUntil(tenant, when)).toBeUndefined()
      }),
      { numRuns: 400 },
    )
  })
})

describe('the time of a reminder', () => {
  const morning = new Date('2026-03-05T02:00:00Z')
  const wall = (
    hers: { chosen?: number; usual?: number },
    at = morning,
    tenant = KENYA,
  ): string | undefined => {
    const when = reminderToday(tenant, at, { chosen: hers.chosen, usual: hers.usual, name: 'her' })
    return when && localTime(when, tenant.zone).slice(0, 2)
  }
  it('is the hour she chose, else the one she pays at, else the lender’s', () => {
    expect(wall({ chosen: 17, usual: 12 })).toBe('17')
    expect(wall({ usual: 12 })).toBe('12')
    expect(wall({})).toBe('10')
  })
  it('by night is another: she may pay at midnight, and is not woken', () => {
    expect(wall({ usual: 23 })).toBe('10')
    expect(wall({ chosen: 22, usual: 12 })).toBe('12')
    expect(wall({ usual: 18 }, morning, INDIA)).toBe('10')
  })
  it('that is behind us is within the hour, and in the evening none', () => {
    expect(wall({ usual: 12 }, new Date('2026-03-05T11:00:00Z'))).toBe('14')
    expect(wall({ usual: 12 }, new Date('2026-03-05T18:30:00Z'))).toBeUndefined()
  })

  it('is another second for another borrower: thousands at one hour are spread over it', () => {
    const seconds = new Map<number, number>()
    for (let n = 0; n < 5000; n++) {
      const when = reminderToday(KENYA, morning, {
        chosen: undefined,
        usual: undefined,
        name: `borrower ${n}`,
      })
      const second = Math.floor((when?.getTime() ?? 0) / 1000)
      seconds.set(second, (seconds.get(second) ?? 0) + 1)
    }
    expect(Math.max(...seconds.values())).toBeLessThan(12)
    expect(seconds.size).toBeGreaterThan(2000)
  })

  it('is learned from when she paid: most often, and of two the latest', () => {
    const paid = (...times: string[]): Date[] => times.map(time => new Date(`2026-03-0${time}:00Z`))
    expect(usualHour([], 'Africa/Nairobi')).toBeUndefined()
    expect(usualHour(paid('4T14:10', '3T07:00', '2T14:50'), 'Africa/Nairobi')).toBe(17)
    expect(usualHour(paid('4T07:10', '3T14:00'), 'Africa/Nairobi')).toBe(10)
    // half past nine in Nairobi is another day and hour in Kolkata
    expect(usualHour(paid('4T20:00'), 'Asia/Kolkata')).toBe(1)
  })
})
