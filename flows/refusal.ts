import type { Answer, House } from './dialogue.ts'
import type { Words } from './words/words.ts'

/** A refused decision in her language; who was second hears when and how it was decided. */
export function refusalText(
  refused: Extract<Answer, { type: 'REFUSED' }> | undefined,
  words: Words,
  house: House,
): string {
  if (refused === undefined) return words.sorry(house.lenderPhone)
  switch (refused.why) {
    case 'already-approved':
      return words.already('approved', refused.when ?? '')
    case 'already-declined':
      return words.already('declined', refused.when ?? '')
    case 'already-paid':
      return words.already('paid', refused.when ?? '')
    case 'pin-locked':
    case 'wrong-pin':
      return words.pinLocked(house.lenderPhone)
    case 'code-spent':
      return words.pinCode.spent(house.lenderPhone)
    case 'not-hers':
    case 'link-locked':
      return words.contact.locked(house.lenderPhone)
    case 'weak-pin':
    case 'pin-differs':
      return words.pinHints[refused.why]
    case 'too-many-sms':
      return words.claims.notSent(house.lenderPhone)
    case 'no-pin':
      return words.noPin(house.lenderPhone)
    case 'no-account':
      return words.refusals['no-wallet']
    case 'no-payee':
    case 'stopped':
      return words.forOthers.stopped()
    case 'bad-phone':
    case 'too-many-payers':
      return words.forOthers.payerHints[refused.why]
    case 'over-limit':
      return words.overLimit(refused.opensOn === undefined ? undefined : words.date(refused.opensOn))
    default:
      return words.refusals[refused.why]
  }
}
