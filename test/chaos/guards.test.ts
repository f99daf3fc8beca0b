import { expect, it } from '@jest/globals'
import { ADAPTER_NAMES } from '../../src/providers/index.ts'
import { GUARDS, timesSaid } from './guards.ts'
import { OTHERS, USUAL } from './ways.ts'

it('every guard that the campaign takes out is found in the source by its words, once', () => {
  const moved = GUARDS.filter(guard => timesSaid(guard) !== 1)
  expect(moved.map(({ rule, without }) => `${rule}: ${without}`)).toEqual([])
})

it('the campaign draws from every adapter and profile that ships', () => {
  const drawn = [...USUAL, ...OTHERS].map(({ adapter }) => adapter)
  expect(drawn.toSorted()).toEqual([...ADAPTER_NAMES].toSorted())
})
