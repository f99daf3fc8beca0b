import type { MoneyText } from '../src/domain/money.ts'
import type { PhoneView } from './contact.ts'
import type { GroupView, LoanView, PayeeView, PayLine, Person, RequestView } from './dialogue.ts'
import type { ClientView, Officer } from './officer.ts'
import type { Said } from './reply-text.ts'
import type { Language } from './words/words.ts'

/** How one flow leads to the next. */

/** What our own PIN may stand before; `home` where several people share a phone. */
export type Guarded = 'home' | 'loans' | 'wallets' | 'payments' | 'pay-loan' | 'payers'

/** Where a short code behind the lender's own leads, whatever the menus look like. */
export type Shortcut = { readonly kind: 'request'; readonly code: string } | { readonly kind: ShortcutWord }
export const SHORTCUT_WORDS = ['pay', 'loans', 'wallets', 'payments'] as const
export type ShortcutWord = (typeof SHORTCUT_WORDS)[number]

/** A dialogue as it stood between two answers: the flow, its state and what it had in mind. */
export type Kept = {
  readonly v: number
  readonly name: string
  readonly value: string
  readonly context: unknown
}

/** Where a finished flow leads, with the input of the next. */
export type Handover =
  /** She was cut off there: she may go on. */
  | {
      readonly to: 'resume'
      readonly kept: Kept
      readonly me?: Person | Officer
      readonly language?: Language
    }
  /** Goes on there, as it stood. */
  | { readonly to: 'kept'; readonly kept: Kept }
  /** `past`: the code that was sent to this phone was typed, or is not wanted. */
  | { readonly to: 'welcome'; readonly shortcut?: Shortcut; readonly past?: true }
  | { readonly to: 'first-contact'; readonly phone: PhoneView }
  /** `forPin`: she needs a PIN, and has none. */
  | { readonly to: 'facts'; readonly phone: PhoneView; readonly forPin?: true }
  | { readonly to: 'consent'; readonly me: Person; readonly shortcut?: Shortcut }
  | { readonly to: 'home'; readonly me: Person; readonly fresh: boolean; readonly shortcut?: Shortcut }
  | { readonly to: 'request'; readonly me: Person; readonly request: RequestView }
  | {
      readonly to: 'pay'
      readonly me: Person
      readonly loanId: string
      readonly account: string
      readonly requestId: string | null
      /** The amount last known, for when the core is away; null: none. */
      readonly known: MoneyText | null
      /** As it was read in this very turn; null: it is read again. */
      readonly loan: LoanView | null
      /** `menu`: she chooses among what may be paid; `due`: what is due, read fresh; `named`: the amount known; `other`: she types it. */
      readonly how: 'menu' | 'due' | 'named' | 'other'
      /** The wallet that she has chosen already; where it cannot pay, she chooses among the others. */
      readonly walletId?: string | undefined
      /** The loans are other people's: whose, how a screen calls them, and where she came from. */
      readonly forOthers?: {
        readonly lines: readonly PayLine[]
        readonly name: string
        readonly back: Handover
      }
    }
  | {
      readonly to: 'guard'
      readonly me: Person
      readonly before: Guarded
      /** The loan that she has chosen already; of `pay-loan` alone. */
      readonly loanId?: string
      /** Where she wanted to go when she dialled; of `home` alone. */
      readonly shortcut?: Shortcut
    }
  | { readonly to: 'reply'; readonly said: Said }
  | { readonly to: 'pay-loan'; readonly me: Person; readonly dueAtOnce?: boolean; readonly loanId?: string }
  /** `lines`: as she left them. */
  | {
      readonly to: 'group'
      readonly me: Person
      readonly group: GroupView
      readonly lines?: readonly PayLine[]
    }
  /** `payee`: she is asked again how much. */
  | { readonly to: 'others'; readonly me: Person; readonly payee?: PayeeView }
  | {
      readonly to: 'loans' | 'wallets' | 'payments' | 'settings' | 'complaint' | 'payers' | 'add-wallet'
      readonly me: Person
    }
  /** `request`: what she was asked for when she said that she has paid. */
  | { readonly to: 'missing'; readonly me: Person; readonly request?: RequestView }
  /** `by`: the code that an officer had sent to her instead of the old PIN, or the link that was made just now. */
  | {
      readonly to: 'pin'
      readonly me: Person
      readonly by?: 'code' | 'link'
      readonly shortcut?: Shortcut
    }
  | { readonly to: 'staff-pin' | 'staff' | 'find' | 'day' | 'paid' | 'unlock'; readonly me: Officer }
  | { readonly to: 'push'; readonly me: Officer; readonly client: ClientView; readonly loan: LoanView }

/** The shortcut, where there is one, to be taken along. */
export const onward = ({ shortcut }: { readonly shortcut?: Shortcut }): { readonly shortcut?: Shortcut } =>
  shortcut === undefined ? {} : { shortcut }
