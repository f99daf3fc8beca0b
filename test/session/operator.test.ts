import { expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { guesserOf } from '../../src/session/operator.ts'

const PROVIDERS = ['airtel-zm', 'ecocash-zw', 'mpesa-ke', 'mtn-cm', 'orange-cm', 'wave-sn', 'kodo']

it.each([
  ['+237670000001', ['mtn-cm']],
  ['+237651000001', ['mtn-cm']],
  ['+237690000001', ['orange-cm']],
  ['+237622000001', []], // Camtel's
  ['+254700000001', ['mpesa-ke']],
  ['+254110000001', ['mpesa-ke']],
  ['+260971234567', ['airtel-zm']],
  ['+263771234567', ['ecocash-zw']],
  ['+263731234567', []],
  ['+959790000001', []],
])(
  'a number in the range of its operator, as in %s, is taken for a wallet of its',
  async (number, theirs) => {
    const isItsOperators = await guesserOf(number as Msisdn)
    expect(PROVIDERS.filter(isItsOperators)).toEqual(theirs)
  },
)
