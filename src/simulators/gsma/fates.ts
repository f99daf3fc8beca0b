import { FATES, type Fate } from '../kit/fates.ts'
import type { Code, Kind } from './house.ts'

/** Stays pending for ever. */
export const NEVER = 'no-answer-ever'

const business = (code: string): Code => ({ category: 'businessRule', code })
/** The document has no code for a customer who is not reached, or answers nothing. */
export const UNANSWERED: Code = { category: 'internal', code: 'genericError' }
export const DECLINED: Code = { category: 'authorisation', code: 'requestDeclined' }
export const NO_FUNDS = business('insufficientFunds')
export const WRONG_STATE = business('incorrectState')

/** What a scripted fault means for a collection; undefined: as she and her money decide. */
const OF_A_PAYMENT: Readonly<Record<Fate, Code | undefined>> = {
  'insufficient-funds': NO_FUNDS,
  'wrong-pin': DECLINED,
  cancelled: DECLINED,
  expired: UNANSWERED,
  unreachable: UNANSWERED,
  'no-float': business('maxBalanceExceeded'),
  'no-answer-ever': undefined,
}
/** And for a payout, or what goes back: nobody is asked. */
const OF_A_PAYOUT: Readonly<Record<string, Code | undefined>> = {
  'no-float': NO_FUNDS,
  'payee-refused': WRONG_STATE,
  'payee-limit': business('maxBalanceExceeded'),
  unreachable: UNANSWERED,
  'no-answer-ever': undefined,
}

export const PAYOUT_FATES: readonly string[] = Object.keys(OF_A_PAYOUT)
export const fatesOf = (kind: Kind): readonly string[] => (kind === 'collect' ? FATES : PAYOUT_FATES)
export const codeOf = (kind: Kind, fate: string | null): Code | undefined =>
  fate === null ? undefined : kind === 'collect' ? OF_A_PAYMENT[fate as Fate] : OF_A_PAYOUT[fate]
