import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { alsoFor, type Direction, keepsBack, without } from '../../src/domain/pause.ts'

const FAULTS = ['no-float', 'credentials', 'address-refused', 'configuration', 'quota'] as const
const DIRECTIONS: readonly Direction[] = ['collect', 'disburse']

/** As they are written: an empty float and the whole account's faults have no direction. */
const entry = fc
  .tuple(fc.constantFrom(...FAULTS), fc.constantFrom('', 'collect:', 'disburse:'))
  .map(([fault, before]) => (fault === 'no-float' ? fault : before + fault))
const stops = (pausedFor: string) => DIRECTIONS.filter(direction => keepsBack(pausedFor, direction))

describe('what a connection rests for', () => {
  it.each([
    ['disburse:quota', ['disburse']],
    ['collect:credentials', ['collect']],
    ['credentials', ['collect', 'disburse']],
    ['no-float', ['disburse']],
    ['disburse:quota collect:credentials', ['collect', 'disburse']],
  ] as const)('%s keeps back %j', (pausedFor, directions) => {
    expect(stops(pausedFor)).toEqual(directions)
  })

  it('that nobody wrote down keeps everything back', () => {
    expect([keepsBack(null, 'collect'), keepsBack(undefined, 'disburse')]).toEqual([true, true])
  })

  it('grows by what it did not keep back, and by nothing else', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), entry, (before, more) => {
        const pausedFor = before.join(' ')
        const now = alsoFor(pausedFor, more)
        const both = DIRECTIONS.filter(way => stops(pausedFor).includes(way) || stops(more).includes(way))
        expect(stops(now ?? pausedFor)).toEqual(both)
        expect(now === undefined).toBe(both.length === stops(pausedFor).length)
      }),
    )
  })

  it('loses a fault wherever it was met, and keeps the others', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...FAULTS),
        (entries, fault) => {
          const others = entries.filter(each => !each.endsWith(fault))
          expect(without(entries.join(' '), fault)).toBe(others.length === 0 ? null : others.join(' '))
        },
      ),
    )
  })
})
