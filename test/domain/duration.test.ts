import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { formatDuration, parseDuration } from '../../src/domain/duration.ts'

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000]
const part = (letter: string) =>
  fc.option(fc.integer({ min: 0, max: 999_999 })).map(count => (count === null ? '' : `${count}${letter}`))

describe('a duration', () => {
  it.each([
    ['PT2H', 2 * HOUR],
    ['PT90M', 90 * MINUTE],
    ['PT1H30S', HOUR + 30 * SECOND],
    ['P1D', DAY],
    ['P1DT2H3M4S', DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND],
    ['P2W', 14 * DAY],
    ['PT0.5S', 500],
    ['PT1,25S', 1_250],
    ['PT0.007S', 7],
    ['PT0S', 0],
    ['P0D', 0],
  ])('%s is read', (text, ms) => expect(parseDuration(text)).toBe(ms))

  it.each(['-PT2H', 'PT-2H', 'P-1D', '-P1Y'])('%s would go back', text =>
    expect(parseDuration(text)).toBe('negative'),
  )

  it.each(['P1Y', 'P1M', 'P1Y2M3D', 'P1M1D', 'P0.5Y', 'P2YT3H', 'P1W1M'])('%s has no fixed length', text =>
    expect(parseDuration(text)).toBe('calendar'),
  )

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    '2H',
    'P2H',
    'PT2D',
    'PT2M1H',
    'PT2',
    'pt2h',
    'PT1.5H',
    'PT1.0005S',
    'PT.5S',
    'P1W1D',
    '+PT2H',
    ' PT2H',
    'PT2H\n',
    'PT1e3S',
    'PT0000000001S',
    '7200',
    '2026-03-05',
  ])('%j is refused', text => expect(parseDuration(text)).toBe('malformed'))

  it('is the sum of its parts', () => {
    fc.assert(
      fc.property(part('D'), part('H'), part('M'), part('S'), (days, hours, minutes, seconds) => {
        const time = hours + minutes + seconds
        const text = `P${days}${time === '' ? '' : `T${time}`}`
        const sum = Number.parseInt(days || '0', 10) * DAY + Number.parseInt(hours || '0', 10) * HOUR
        const rest =
          Number.parseInt(minutes || '0', 10) * MINUTE + Number.parseInt(seconds || '0', 10) * SECOND
        expect(parseDuration(text)).toBe(text === 'P' ? 'malformed' : sum + rest)
      }),
    )
  })

  it('is written as it is read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 * 366 * DAY }), ms => {
        expect(parseDuration(formatDuration(ms))).toBe(ms)
      }),
    )
    expect([0, 2 * HOUR, DAY, DAY + HOUR + 500, 61_000].map(formatDuration)).toEqual([
      'PT0S',
      'PT2H',
      'P1D',
      'P1DT1H0.500S',
      'PT1M1S',
    ])
  })

  it('is read or refused, whatever comes', () => {
    const letters = fc.constantFrom(...'PTWDHMSY0123456789.,-+')
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 20 }), all => {
        const read = parseDuration(all.join(''))
        expect(typeof read === 'number' ? Number.isSafeInteger(read) && read >= 0 : read.length > 0).toBe(
          true,
        )
      }),
    )
  })
})
