import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { BEFORE_MS, closedUntil, stillMs } from '../../src/domain/maintenance.ts'

const MINUTE = 60_000
const day = Date.parse('2026-03-05T00:00:00Z')
const at = (minutes: number): Date => new Date(day + minutes * MINUTE)
const shut = (from: number, until: number) => ({ from: at(from), until: at(until) })

describe('an announced shut-down', () => {
  it('keeps calls from leaving shortly before it and while it lasts', () => {
    const windows = [shut(60, 120)]
    const early = BEFORE_MS / MINUTE
    expect(closedUntil(windows, at(60 - early - 1))).toBeUndefined()
    for (const minute of [60 - early, 60, 119]) expect(closedUntil(windows, at(minute))).toEqual(at(120))
    expect(closedUntil(windows, at(120))).toBeUndefined()
  })

  it('that overlaps another lasts until the later end', () => {
    expect(closedUntil([shut(60, 120), shut(90, 180)], at(100))).toEqual(at(180))
    expect(closedUntil([], at(100))).toBeUndefined()
  })

  it('is followed at once by another: calls leave when both are over', () => {
    const early = BEFORE_MS / MINUTE
    const windows = [shut(60, 120), shut(120 + early, 180), shut(400, 500)]
    for (const minute of [60, 119, 120]) expect(closedUntil(windows, at(minute))).toEqual(at(180))
    expect(closedUntil([shut(60, 120), shut(121 + early, 180)], at(60))).toEqual(at(120))
  })

  it('stops the clocks of age for as long as it lasts, and only between the two instants', () => {
    expect(stillMs([shut(60, 120)], at(0), at(200))).toBe(60 * MINUTE)
    expect(stillMs([shut(60, 120)], at(90), at(100))).toBe(10 * MINUTE)
    expect(stillMs([shut(60, 120)], at(120), at(200))).toBe(0)
  })

  it('counts a minute once, however the windows lie', () => {
    const window = fc
      .tuple(fc.nat(100), fc.nat(100))
      .map(([a, b]) => ({ from: Math.min(a, b), until: Math.max(a, b) }))
    fc.assert(
      fc.property(fc.array(window, { maxLength: 6 }), window, (windows, { from, until }) => {
        let minutes = 0
        for (let minute = from; minute < until; minute++)
          if (windows.some(each => each.from <= minute && minute < each.until)) minutes += 1
        const shutdowns = windows.map(each => shut(each.from, each.until))
        expect(stillMs(shutdowns, at(from), at(until))).toBe(minutes * MINUTE)
      }),
    )
  })
})
