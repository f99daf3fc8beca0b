import { expect, it } from '@jest/globals'
import { GUARDS, timesSaid } from './guards.ts'

it('every guard that the campaign takes out is found in the source by its words, once', () => {
  const moved = GUARDS.filter(guard => timesSaid(guard) !== 1)
  expect(moved.map(({ rule, without }) => `${rule}: ${without}`)).toEqual([])
})
