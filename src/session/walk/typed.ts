import { SHORTCUT_WORDS, type Shortcut } from '../../../flows/handover.ts'
import type { Said } from '../../../flows/reply-text.ts'
import { payReference } from '../../domain/pay-reference.ts'
import { PIN } from './longest.ts'
import { RECEIPT } from './no-answer.ts'

/** What is dialled, written and typed on a walk. */

/** All that may be dialled behind the code. */
export const SHORTCUTS: readonly Shortcut[] = [
  { kind: 'request', code: '4821' },
  ...SHORTCUT_WORDS.map(kind => ({ kind })),
]

/** All that an SMS of hers may say. */
export const SAID: readonly Said[] = [
  { kind: 'unclear' },
  ...(['yes', 'no', 'later', 'balance', 'help'] as const).flatMap(verb =>
    ['4821', null].map((code): Said => ({ kind: 'verb', verb, code })),
  ),
]

/** What may be typed where a number of a list, an amount, a client or a PIN is expected; good, bad and the way back. */
export const TYPED: Readonly<
  Record<'option' | 'amount' | 'client' | 'receipt' | 'reference' | 'pin', readonly string[]>
> = {
  option: ['1', '2', '3', '4', '5', '98', '0', '00', '', '6', '1*1', '2812'],
  amount: ['9999999.99', '99999999', '98', '0', '00', '', '-1', '0.00', 'abc', '1,500', '999999999', '1*1'],
  receipt: [RECEIPT, '0', '00', '', 'abc', '1*1'],
  reference: [payReference(9_999_999), '0', '00', '', '12345678', '1*1'],
  client: ['0700000001', '0', '00', '', 'abc', '1*1'],
  pin: [PIN, '0', '00', '', '123', '7382910', 'abcd', `${PIN}*${PIN}`],
}
