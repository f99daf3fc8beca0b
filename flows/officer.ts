import type { MoneyText } from '../src/domain/money.ts'
import type { Moment } from '../src/domain/time.ts'
import type { Language } from './words/words.ts'

/**
 * What the dialogues of a loan officer ask and hear. She works from her own registered phone, and shows who she is by a
 * staff PIN before anything of a customer is shown; the desk looks at every question whether the phone is still hers.
 */
export type Officer = {
  readonly staffId: string
  readonly name: string
  readonly language: Language
  /** What the lender speaks. */
  readonly languages: readonly Language[]
  /** She has typed her staff PIN in this session. */
  readonly proven: boolean
}

/** A customer, as an officer sees her in a list. */
export type ClientView = { readonly customerId: string; readonly firstName: string }

export type OfficerQuestion =
  /** `text`: a phone as people write it there, or the number of a loan or of a client. */
  | { readonly kind: 'find-client'; readonly staffId: string; readonly text: string }
  /** What was asked for today; a page of its lines, counted from nought. */
  | { readonly kind: 'day'; readonly staffId: string; readonly page: number }
  /** Whose PIN could be unlocked: customers, or another officer; never her own, nor what reaches her own phone. */
  | { readonly kind: 'whose-pin'; readonly staffId: string; readonly text: string }
  | { readonly kind: 'find-receipt'; readonly staffId: string; readonly receipt: string }

export type OfficerDecision =
  | { readonly kind: 'check-staff-pin'; readonly staffId: string; readonly pin: string }
  /** `forgot`: a customer gets a code by SMS, by which she sets a new PIN at her next dial; the officer never sees either. */
  | {
      readonly kind: 'unlock-pin'
      readonly staffId: string
      readonly owner: Pick<PinOwner, 'kind' | 'id'>
      readonly forgot: boolean
    }
  /** A code by SMS to a phone that is new to us, as it was typed: dialled from there, it makes that phone hers. */
  | {
      readonly kind: 'send-link-code'
      readonly staffId: string
      readonly customerId: string
      readonly phone: string
    }
  /** What she says she paid, as it was typed: found, or a case is opened. `day`: `1` today, `2` yesterday, else `DDMM`. */
  | {
      readonly kind: 'said-paid'
      readonly staffId: string
      readonly phone: string
      readonly amount: string
      readonly day: string
      readonly receipt: string | null
    }
  | {
      readonly kind: 'push'
      readonly staffId: string
      readonly loanId: string
      /** Null: what is due, else the next instalment, read afresh. */
      readonly amount: MoneyText | null
      /** `ask`: she is asked, and answers herself; `prompt`: her wallet asks at once. */
      readonly mode: 'ask' | 'prompt'
    }

export type PinOwner = {
  readonly kind: 'customer' | 'staff'
  readonly id: string
  readonly name: string
  readonly locked: boolean
}

/** Where money stands that a customer speaks of. `sent`: at the operator, without a word; `booking`: on its way to her loan. */
export type PaymentFate = 'booked' | 'booking' | 'suspense' | 'sent' | 'checking' | 'returned' | 'written-off'
export type FoundView = {
  readonly fate: PaymentFate
  readonly amount: MoneyText
  readonly receipt: string | null
  readonly account: string | null
  /** The day that counts for the loan; else since when it stands so. */
  readonly on: string
}

/** Where a request of the day stands. `promised`: she asked to be reminded; `over`: it lapsed, or was called off. */
export type DayState = 'promised' | 'waiting' | 'paying' | 'paid' | 'declined' | 'over'
export type DayCounts = {
  readonly asked: number
  readonly promised: number
  readonly paying: number
  readonly paid: number
  readonly declined: number
}
export type DayLineView = {
  readonly firstName: string
  readonly amount: MoneyText
  readonly state: DayState
  /** When she promised to be ready. */
  readonly promised: Moment | null
}
/** Lines of the day on one screen. */
export const DAY_LINES = 3

/** Why nothing was pushed. */
export type PushNo =
  | 'nothing-to-pay'
  | 'bad-amount'
  | 'no-consent'
  | 'no-wallet'
  | 'being-paid'
  | 'declined-today'
  | 'over-limit'

export type OfficerAnswer =
  /** `loanId`: the loan whose number was typed. */
  | { readonly type: 'CLIENTS'; readonly clients: readonly ClientView[]; readonly loanId: string | null }
  | {
      readonly type: 'DAY'
      readonly counts: DayCounts
      readonly lines: readonly DayLineView[]
      readonly more: boolean
    }
  | { readonly type: 'PINS'; readonly owners: readonly PinOwner[] }
  /** Null: nobody has seen it. */
  | { readonly type: 'PAYMENT'; readonly payment: FoundView | null }
  | { readonly type: 'CASE'; readonly number: string }
  /** No phone, no amount of theirs, or no day. */
  | { readonly type: 'UNREADABLE' }
  /**
   * `opens`: when a prompt may come at the soonest, where that is not at once. `silent`: no SMS goes to her, for she wants
   * none, or her phone may be another person's.
   */
  | {
      readonly type: 'PUSHED'
      readonly amount: MoneyText
      readonly opens?: Moment
      readonly silent?: boolean
    }
  | { readonly type: 'UNPUSHED'; readonly why: PushNo }

/** A note of hers, committed with the turn. */
export type OfficerNote = {
  readonly kind: 'set-staff-language'
  readonly staffId: string
  readonly language: Language
}
