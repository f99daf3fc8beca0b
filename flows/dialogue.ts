import { setup } from 'xstate'
import type { MoneyText } from '../src/domain/money.ts'
import type { LocalDate, Moment } from '../src/domain/time.ts'
import type { ClaimDecision } from './claim.ts'
import type { ContactDecision, PhoneView } from './contact.ts'
import type { Handover } from './handover.ts'
import type { Officer, OfficerAnswer, OfficerDecision, OfficerNote, OfficerQuestion } from './officer.ts'
import type { DeclineReason, Language, Payment, Words } from './words/words.ts'

/**
 * The vocabulary of the dialogues. A flow is a small pure machine: it asks (`ask`), the host answers as an event, and
 * states with a screen wait for her input. A flow that reaches a final state with a screen ends the session; without
 * one it hands over to the next flow by its output.
 */

/** Somebody who may be on the phone, and what her lender wants guarded by our own PIN. */
export type Person = {
  readonly customerId: string
  readonly firstName: string
  readonly language: Language
  /** What her lender speaks. */
  readonly languages: readonly Language[]
  readonly hasPin: boolean
  /** A code was sent to her, by which she may set a new PIN. */
  readonly hasCode?: true
  /** She has not agreed yet, nor refused, that we write to her: she was linked to this phone here. */
  readonly toAgree?: true
  /** She was linked to this phone just now, and what her PIN would guard needs one. */
  readonly mayChoosePin?: true
  /** The phone was long silent, has another SIM, or waits for its first PIN too long: first the facts, again. */
  readonly toProve?: true
  /** Nothing about money on the first screen: her lender wants it so. */
  readonly discreet?: true
  /** `toEnter`: others use this phone too, or the first screen is discreet: nothing about money before she has shown who she is. */
  readonly askPin: { readonly toEnter: boolean; readonly toRead: boolean; readonly toPay: boolean }
}

export type RequestView = {
  readonly id: string
  readonly loanId: string
  readonly account: string
  readonly amount: MoneyText
  readonly dueOn: string
  /** `due`: what is due, read again before she pays; `named`: the amount that was asked for. */
  readonly basis: 'due' | 'named'
  readonly tried?: TriedView
}
/** What did not come of her last answer to a request: how much, from which wallet, and which she might try next. */
export type TriedView = {
  readonly amount: MoneyText
  readonly wallet: Pick<WalletView, 'id' | 'label'>
  readonly next: Pick<WalletView, 'id' | 'label'> | null
}
export type InstalmentView = {
  readonly number: number
  readonly due: string
  readonly amount: MoneyText
  readonly paid: boolean
}
export type LoanView = {
  readonly id: string
  readonly account: string
  /** By which anybody pays it. */
  readonly payNumber?: string
  readonly due: MoneyText
  /** Of it, what fell due before today. */
  readonly arrears: MoneyText
  readonly balance: MoneyText
  readonly next: { readonly amount: MoneyText; readonly date: string } | null
  readonly schedule: readonly InstalmentView[]
}
/** `label` is ready to print: the provider's name and the number as people say it. */
export type WalletView = {
  readonly id: string
  readonly label: string
  readonly provider: string
  readonly wholeUnitsOnly: boolean
  /** It is paid by a link that comes by SMS: no prompt will ask. */
  readonly byLink: boolean
  /** On another phone than the one in her hand. */
  readonly elsewhere?: true
  /** Its operator refused it. */
  readonly doubtful?: true
  /** What her operator takes besides when she pays with it; null: nothing, or nothing from her. */
  readonly charge: MoneyText | 'unknown' | null
}
/** A wallet that a number may have, which is not on her list; `name` and `number` as people say them. */
export type NewWalletView = {
  readonly provider: string
  readonly msisdn: string
  readonly name: string
  readonly number: string
}
/** An hour at which she may be reminded, RFC 3339, and as she reads it. */
export type HourView = Moment & { readonly until: string }
export type PaymentView = Omit<Payment, 'amount'> & { readonly id: string; readonly amount: MoneyText }

/** Somebody for whom another pays: no more of her than her first name, and what is due where she lets that be seen. */
export type PayeeView = {
  readonly customerId: string
  readonly firstName: string
  readonly loanId: string
  readonly account: string
  readonly currency: string
  readonly due: MoneyText | null
}
/** A group that she leads. */
export type GroupView = { readonly id: string; readonly name: string }
/** A phone that she lets pay for her; `label` as it is dialled at home. */
export type PayerView = { readonly id: string; readonly label: string; readonly showsDue: boolean }
/** What is paid on the loan of one of them. */
export type PayLine = Omit<PayeeView, 'currency' | 'due'> & { readonly amount: MoneyText }

/** Questions, and decisions that can be refused; at most four a turn. */
export type Question =
  | { readonly kind: 'who' }
  /** What waits for her answer; by its code, or (null) the oldest. */
  | { readonly kind: 'inbox'; readonly customerId: string; readonly code: string | null }
  /** Whose answer by SMS it is, and which of their requests has this code. */
  | { readonly kind: 'asked'; readonly code: string | null }
  | { readonly kind: 'loans'; readonly customerId: string }
  | { readonly kind: 'loan'; readonly customerId: string; readonly loanId: string }
  /** `amount`: those that can pay it, with what it costs her; null: all that she has. */
  | { readonly kind: 'wallets'; readonly customerId: string; readonly amount: MoneyText | null }
  | { readonly kind: 'payments'; readonly customerId: string }
  /** What pays her loan off today. */
  | { readonly kind: 'pay-off'; readonly customerId: string; readonly loanId: string }
  /** What wallets the number may have that she could add. */
  | { readonly kind: 'new-wallets'; readonly customerId: string; readonly number: string }
  /** Who lets this phone pay for them; which phones she lets pay for her. */
  | { readonly kind: 'payees' | 'payers'; readonly customerId: string }
  /** The lines of a group that she leads: each member with an open loan, and what is due of her. */
  | { readonly kind: 'group'; readonly customerId: string; readonly groupId: string }
  /** Whose open loan has this pay-reference. */
  | { readonly kind: 'payee'; readonly reference: string }
  /** When she may be reminded of what is due. */
  | { readonly kind: 'hours' }
  /** At which hour of any day she may be written to about what is due, and which of them she chose. */
  | { readonly kind: 'prompt-hours'; readonly customerId: string }
  | OfficerQuestion
  | Decision

/** Decisions are committed with their answer, so that a turn that is run again does nothing twice. */
export type Decision =
  | { readonly kind: 'check-pin'; readonly customerId: string; readonly pin: string }
  /** The code that was sent to her phone. */
  | { readonly kind: 'check-code'; readonly customerId: string; readonly pin: string }
  /** A new PIN, and the same once more: between the two only its hash is kept. */
  | { readonly kind: 'propose-pin' | 'confirm-pin'; readonly customerId: string; readonly pin: string }
  | ContactDecision
  | {
      readonly kind: 'approve'
      readonly customerId: string
      readonly loanId: string
      readonly account: string
      readonly requestId: string | null
      readonly amount: MoneyText
      readonly walletId: string
    }
  /** She pays on the loans of others. */
  | {
      readonly kind: 'pay-for'
      readonly customerId: string
      readonly lines: readonly PayLine[]
      readonly amount: MoneyText
      readonly walletId: string
    }
  /** She lets a phone pay for her, as she typed it, and see what is due or not; she takes that back. */
  | {
      readonly kind: 'name-payer'
      readonly customerId: string
      readonly phone: string
      readonly showsDue: boolean
    }
  | { readonly kind: 'end-payer'; readonly customerId: string; readonly payerId: string }
  /** She has typed the number of no open loan: it is counted by phone. */
  | { readonly kind: 'missed-payee'; readonly customerId: string }
  /** It is asked first from now on; it is not offered any more. */
  | {
      readonly kind: 'prefer-wallet' | 'remove-wallet'
      readonly customerId: string
      readonly walletId: string
    }
  /** A code goes to the phone of this wallet; typed by her, it makes the wallet hers to pay with. */
  | {
      readonly kind: 'propose-wallet'
      readonly customerId: string
      readonly provider: string
      readonly number: string
    }
  | { readonly kind: 'confirm-wallet'; readonly customerId: string; readonly pin: string }
  /** `until`: the hour that she chose, RFC 3339; null: whenever the lender likes. */
  | {
      readonly kind: 'postpone'
      readonly customerId: string
      readonly requestId: string
      readonly until: string | null
    }
  | {
      readonly kind: 'decline'
      readonly customerId: string
      readonly requestId: string
      /** By SMS nobody is asked why. */
      readonly reason: DeclineReason | 'unsaid'
    }
  | ClaimDecision
  | OfficerDecision

/** What cannot be refused, committed with the turn. */
export type Note =
  | { readonly kind: 'set-language'; readonly customerId: string; readonly language: Language }
  /** Whether the phone in her hand is to be asked and reminded by SMS. */
  | { readonly kind: 'want-messages'; readonly wanted: boolean }
  /** Of the phone, before we know whose it is. */
  | { readonly kind: 'set-phone-language'; readonly language: Language }
  | { readonly kind: 'set-prompt-hour'; readonly customerId: string; readonly hour: number | null }
  | OfficerNote

export type Refusal =
  | 'wrong-pin'
  | 'pin-locked'
  | 'no-pin'
  | 'weak-pin'
  | 'pin-differs'
  | 'code-spent'
  | 'not-hers'
  | 'link-locked'
  | 'being-checked'
  | 'no-wallet'
  | 'last-wallet'
  | 'nothing-due'
  | 'over-limit'
  | 'gone'
  /** Her phone has had its answers by SMS for the hour. */
  | 'too-many-sms'
  | 'already-approved'
  | 'already-declined'
  | 'already-paid'
  | 'no-payee'
  | 'stopped'
  | 'bad-phone'
  | 'too-many-payers'
  | 'no-account'

export type Answer =
  | {
      readonly type: 'PEOPLE'
      readonly people: readonly (Person | Officer)[]
      readonly phone: PhoneView
    }
  | { readonly type: 'INBOX'; readonly request: RequestView | null }
  | { readonly type: 'ASKED'; readonly me: Person | null; readonly request: RequestView | null }
  | { readonly type: 'LOANS'; readonly loans: readonly LoanView[] }
  | { readonly type: 'LOAN'; readonly loan: LoanView | null }
  | { readonly type: 'PAY_OFF'; readonly amount: MoneyText | null }
  | { readonly type: 'WALLETS'; readonly wallets: readonly WalletView[]; readonly roundUp: boolean }
  | { readonly type: 'PAYEE'; readonly payee: PayeeView | null }
  | { readonly type: 'PAYEES'; readonly payees: readonly PayeeView[]; readonly groups: readonly GroupView[] }
  | { readonly type: 'GROUP'; readonly lines: readonly PayLine[] }
  | { readonly type: 'PAYERS'; readonly payers: readonly PayerView[] }
  | { readonly type: 'PAYMENTS'; readonly payments: readonly PaymentView[] }
  | { readonly type: 'NEW_WALLETS'; readonly wallets: readonly NewWalletView[] }
  | { readonly type: 'HOURS'; readonly hours: readonly HourView[] }
  /** Whole hours, 0 to 23; null: none. */
  | {
      readonly type: 'PROMPT_HOURS'
      readonly hours: readonly number[]
      readonly chosen: number | null
    }
  /**
   * Of an approval: how many prompts will come, when the first may, where her operator is shut until then, and the
   * reference by which the loan is paid at a paybill. Of a postponement: when she is reminded. Of a wallet: whose it is.
   */
  | {
      readonly type: 'DONE'
      readonly prompts?: number
      readonly opens?: Moment
      readonly payReference?: string
      readonly reminds?: Moment
      readonly holder?: string
    }
  /**
   * `when` is the local time of the decision that came first; `opensOn` the first day on which a limit would let the
   * same through; `left` the tries that remain, of a PIN or of a number.
   */
  | {
      readonly type: 'REFUSED'
      readonly why: Refusal
      readonly when?: string
      readonly opensOn?: LocalDate
      readonly left?: number
    }
  | { readonly type: 'NO_ANSWER'; readonly committed: 'yes' | 'no' | 'unknown' }
  | OfficerAnswer

/** What she typed: `0` is BACK and `00` leaves for the main menu before a flow hears of it. */
export type Typed = { readonly type: 'INPUT'; readonly text: string } | { readonly type: 'BACK' }

export type DialogueEvent = Answer | Typed

/** What every screen may name of the house she dialled. */
export type House = {
  readonly lender: string
  readonly lenderPhone: string
  readonly code: string
  readonly languages: readonly Language[]
  /** The other way to pay, by provider; at a paybill with this reference. */
  otherWay(provider: string, reference: string, words: Words): string
}

/** What a state shows. `hint` is the sentence for an answer that the state did not understand. */
export type Meta = {
  readonly screen: string
  readonly hint?:
    | 'badAnswer'
    | 'badAmount'
    | 'badPin'
    | 'badClient'
    | 'badReceipt'
    | 'badDigits'
    | 'badReference'
  /** What she types here is a PIN. */
  readonly secret?: true
}

export type Screen<Context> = (context: Context, words: Words, house: House) => string

/** Items of a list on one screen: three of the longest, with a hint, fill it. */
export const PAGE = 3

export const pageOf = <Item>(items: readonly Item[], page: number, size = PAGE): readonly Item[] =>
  items.slice(page * size, (page + 1) * size)

export const hasMore = (items: readonly unknown[], page: number, size = PAGE): boolean =>
  items.length > (page + 1) * size

/** The item of the shown page that she chose by its number. */
export function chosen<Item>(
  items: readonly Item[],
  page: number,
  event: DialogueEvent,
  size = PAGE,
): Item | undefined {
  return event.type === 'INPUT' && /^[1-9]$/.test(event.text)
    ? pageOf(items, page, size)[Number(event.text) - 1]
    : undefined
}

export const typed = (event: DialogueEvent, text: string): boolean =>
  event.type === 'INPUT' && event.text === text

/** A numbered page of a list: its title, the options, one that stands on every page, `98` where there is more, `0` to go back. */
export function listScreen(
  title: string,
  items: readonly string[],
  page: number,
  words: Words,
  {
    numbered = true,
    size = PAGE,
    extra,
  }: { readonly numbered?: boolean; readonly size?: number; readonly extra?: string } = {},
): string {
  const lines = pageOf(items, page, size).map((item, at) => (numbered ? `${at + 1} ${item}` : item))
  const under = [...(extra === undefined ? [] : [extra]), ...(hasMore(items, page, size) ? [words.more] : [])]
  return [title, ...lines, ...under, words.back].join('\n')
}

/** Who is on the phone, or before that is known the language that is spoken on it: by these the host chooses the words. */
type Spoken = {
  readonly me?: Person | Officer | undefined
  readonly language?: Language | undefined
}

/** The common set-up of a dialogue machine; own guards and assigns are written in place. */
export const dialogue = <Context extends Spoken, Input>() =>
  setup({
    types: {
      context: {} as Context,
      events: {} as DialogueEvent,
      input: {} as Input,
      output: {} as Handover | undefined,
      meta: {} as Meta,
    },
    actions: { ask: (_, _question: Question) => {}, do: (_, _note: Note) => {} },
    guards: {
      /** A decision that was surely not taken may be tried again; one that may have been must not. */
      surelyNot: ({ event }) => event.type === 'NO_ANSWER' && event.committed === 'no',
      surely: ({ event }) => event.type === 'NO_ANSWER' && event.committed === 'yes',
    },
  })

/** What a decision may bring besides its own answer; the flow has `keepRefusal` and the three ends. */
export const refusedOrUnsure = {
  REFUSED: { target: 'refused', actions: 'keepRefusal' },
  NO_ANSWER: [{ guard: 'surelyNot', target: 'sorry' }, { target: 'unsure' }],
} as const
