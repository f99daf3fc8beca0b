import { describe, expect, it } from '@jest/globals'
import { isSick, restMs } from '../../src/domain/health.ts'

const MINUTE = 60_000

describe('a connection', () => {
  it.each([
    { clear: 0, unknown: 4, sick: false },
    { clear: 0, unknown: 5, sick: true },
    { clear: 3, unknown: 2, sick: false },
    { clear: 3, unknown: 3, sick: true },
    { clear: 51, unknown: 49, sick: false },
    { clear: 50, unknown: 50, sick: true },
    { clear: 0, unknown: 0, sick: false },
  ])('with $clear clear answers and $unknown silences is sick: $sick', ({ sick, ...health }) => {
    expect(isSick(health)).toBe(sick)
  })

  it('rests a minute at first, longer the longer it has been sick, and never more than a quarter of an hour', () => {
    expect([0, 30_000, MINUTE, 4 * MINUTE, 24 * 60 * MINUTE].map(restMs)).toEqual([
      MINUTE,
      MINUTE,
      MINUTE,
      4 * MINUTE,
      15 * MINUTE,
    ])
  })
})
