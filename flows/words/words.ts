import { toGsm7 } from '../../src/domain/gsm7.ts'
import type { MoneyText } from '../../src/domain/money.ts'
import type { Reason } from '../../src/domain/outcome.ts'
import type { Moment } from '../../src/domain/time.ts'
import type { Verb } from '../reply-text.ts'
import type { AddWalletWords } from './add-wallet/words.ts'
import type { ClaimWords } from './claims/words.ts'
import type { ContactWords } from './contact/words.ts'
import type { OthersWords } from './others/words.ts'
import type { StaffWords } from './staff/words.ts'

export const LANGUAGES = ['en', 'fr', 'sw'] as const
export type Language = (typeof LANGUAGES)[number]

/** Why somebody would not pay; the order is the order of the options. */
export const DECLINE_REASONS = ['already-paid', 'no-money', 'wrong-amount', 'not-mine'] as const
export type DeclineReason = (typeof DECLINE_REASONS)[number]

/** Another way to pay the same loan, when the push is not for her. */
export type OtherWay =
  | { readonly kind: 'paybill'; readonly number: string }
  | { readonly kind: 'menu'; readonly dial: string }

export type Due = {
  readonly lender: string
  readonly amount: string
  readonly loan: string
  readonly date: string
}
/** Where money was booked. The number is the one that people know; null: an account that we have never met. */
export type Account = { readonly kind: 'loan' | 'savings'; readonly number: string | null }
export type Payment = {
  readonly date: string
  readonly amount: string
  readonly receipt: string
  readonly state: PaymentWord
  /** Who paid it for her, by first name. */
  readonly by?: string
}
export type PaymentWord = 'booked' | 'being-checked' | 'failed'

/**
 * Every sentence we show, in one language. A file that lacks one does not compile; one that is too long fails the walk
 * over all screens. Amounts, dates and wallets come in ready to print.
 */
export type Words = {
  readonly name: string
  /** The native reader who has signed every sentence; null: a draft. */
  readonly signedBy: string | null
  /** It is written in signs that GSM-7 lacks: a screen holds 70 of them, and comes in pages; an SMS holds 70. */
  readonly ucs2?: true
  money(amount: MoneyText): string
  date(day: string): string
  /** `date`: where it is not today. */
  moment(time: string, date: string | undefined): string

  // Options that stand under many screens.
  readonly back: string
  readonly more: string
  readonly badAnswer: string
  readonly badAmount: string
  readonly badPin: string
  /** A PIN stood in what she dialled: it stays in the list of her calls. */
  readonly pinDialled: string

  // Ends of a dialogue.
  tooManyErrors(lender: string): string
  sorry(lenderPhone: string): string
  nobody(lender: string, lenderPhone: string): string

  whoAreYou(lender: string): string
  /** She was cut off, and dials again. */
  readonly cutOff: { title(lender: string): string; readonly goOn: string; readonly anew: string }
  menu(lender: string, firstName: string): string
  pending(due: Due): string
  whichLoan(): string
  /** What may be paid on a loan; `date`: of an instalment that is not due yet. */
  payWhat(account: string): string
  payInstalment(amount: string, date: string | undefined): string
  payArrears(amount: string): string
  payOff(balance: string | undefined): string
  readonly payOther: string
  /** `due`: undefined where nothing is due yet. */
  howMuch(due: string | undefined, most: string | undefined): string
  readonly wholeOnly: string
  declineWhy(): string
  declined(lenderPhone: string): string
  /** `date`: on which it is due. */
  laterWhen(date: string): string
  /** `moment`: when she is reminded, where that is known. */
  postponed(amount: string, date: string, moment: string | undefined): string

  /** A request that was tried, and the operator said no: the same wallet again, the next one, or something else. */
  readonly tried: {
    title(amount: string, wallet: string): string
    readonly again: string
    readonly other: string
  }

  whichWallet(amount: string): string
  /** After a wallet in a list, and after an amount: what her operator takes besides; undefined: nobody has told how much. */
  chargeMark(charge: string | undefined): string
  plusCharge(charge: string | undefined): string
  confirm(lender: string, amount: string, wallet: string): string
  readonly yesPay: string
  /** The wallet is on another phone than the one in her hand. */
  readonly elsewhere: {
    ask(wallet: string): string
    readonly yes: string
    /** To that phone, before its prompt; the first name of who pays. */
    sms(lender: string, amount: string, firstName: string, lenderPhone: string): string
  }
  enterPin(lender: string): string
  pinToPay(lender: string, amount: string, wallet: string): string
  wrongPin(left: number): string
  pinLocked(lenderPhone: string): string
  noPin(lenderPhone: string): string
  settings(lender: string): string
  readonly hourOption: string
  /** Asks for the hour of prompts and reminders; `now`: the one that she has chosen. */
  promptHours(now: string | undefined): string
  readonly anyHour: string
  promptHourKept(hour: string | undefined): string
  newPin(lender: string): string
  readonly newPinAgain: string
  readonly pinHints: Readonly<Record<'weak-pin' | 'pin-differs', string>>
  pinChanged(lenderPhone: string): string
  /** What she owes after this payment; undefined: nothing more. */
  owedAfter(balance: string | undefined): string
  /** `prompts`: into how many the amount is split. */
  prompted(wallet: string, amount: string, prompts: number, otherWay: string): string
  /** Her operator is shut until then, its other ways to pay too. */
  /** She pays by a link that comes by SMS. */
  linkComing(wallet: string, amount: string): string
  promptedLater(wallet: string, amount: string, prompts: number, moment: string): string
  otherWay(way: OtherWay, account: string): string
  readonly refusals: Readonly<
    Record<'being-checked' | 'no-wallet' | 'last-wallet' | 'nothing-due' | 'gone', string>
  >
  /** `from`: the first day on which the limit lets it through, where waiting helps. */
  overLimit(from: string | undefined): string
  already(what: 'approved' | 'declined' | 'paid', time: string): string
  unsure(): string

  noLoans(): string
  /** `payNumber`: by which anybody pays it. */
  loan(account: string, payNumber: string | undefined, balance: string, next: string | undefined): string
  nextInstalment(amount: string, date: string): string
  /** Above the instalments: how many of all are paid. */
  schedule(paid: number, all: number): string
  instalment(number: number, date: string, amount: string, paid: boolean): string
  noWallets(): string
  wallets(): string
  /** After one that its operator refused. */
  readonly walletDoubtful: string
  readonly walletFirst: string
  readonly walletRemove: string
  walletSure(wallet: string): string
  readonly yesRemove: string
  walletPreferred(wallet: string): string
  walletRemoved(wallet: string, lenderPhone: string): string
  noPayments(): string
  payments(): string
  payment(payment: Payment): string
  help(lender: string, lenderPhone: string, code: string): string

  account(account: Account): string
  readonly and: string
  /** So many accounts more than were named. */
  others(count: number): string

  readonly reasons: Readonly<Record<Reason, string>>
  /** Reasons that are no answer of the operator: it never heard of it, or had taken it and took it back. */
  readonly unsent: string
  readonly tookBack: string
  readonly sms: {
    prompt(due: Due, code: string): string
    /** What she may answer, as the hints write it; each is understood in every language. */
    readonly verbs: Readonly<Record<Exclude<Verb, 'help'>, string>>
    /** After a prompt, to a sender that can be answered: `YES 4821`, or more than one. */
    answerHint(answers: readonly string[]): string
    /** Answers to what she wrote; of one part each, for they are paid by the lender. */
    answerHelp(lender: string, verbs: readonly string[], dial: string, lenderPhone: string): string
    /** `answer`: as she should have written it. */
    codeless(lender: string, answer: string, dial: string): string
    /** She has written that she wants no more reminders, or wants them again. */
    stopped(lender: string): string
    wanted(lender: string): string
    unknownCode(lender: string, dial: string): string
    guarded(lender: string, dial: string): string
    balance(lender: string, loan: string, balance: string, next: string | undefined): string
    /** After a balance: the number by which anybody pays the loan. */
    payNumber(number: string): string
    reminder(due: Due, code: string): string
    /** Of what fell due before today. */
    overdue(due: Due, code: string): string
    /** `accounts`: all that the money was booked on. */
    paid(lender: string, amount: string, accounts: string, receipt: string): string
    /** After a receipt: what is left to pay on the loan, or that nothing is. */
    left(balance: string): string
    cleared(loan: string): string
    paidFor(lender: string, amount: string, firstName: string, receipt: string): string
    /** To a payer who is not the borrower: her money is in her wallet again, sent by us or taken back by the operator. */
    returnedFor(lender: string, amount: string, firstName: string, receipt: string): string
    takenBackFor(lender: string, amount: string, firstName: string, receipt: string): string
    failed(lender: string, amount: string, reason: string, next: string): string
    nextWallet(code: string, wallet: string): string
    tryAgain(code: string): string
    beingChecked(lender: string, amount: string): string
    /** The operator is shut down until then. */
    maintenance(lender: string, amount: string, moment: string): string
    /** To the phone that pays. */
    payLink(lender: string, amount: string, link: string): string
    pinChanged(lender: string, lenderPhone: string): string
    returned(lender: string, amount: string): string
    paidOut(lender: string, amount: string, receipt: string): string
    /** The operator's no. */
    payoutFailed(lender: string, amount: string, reason: string): string
    /** The lender's own: its checks, its core, its patience. */
    payoutRefused(lender: string, amount: string, lenderPhone: string): string
    /** The operator took back what was received. `loans`: where it is missing now; undefined: on none. */
    takenBack(
      lender: string,
      amount: string,
      date: string,
      receipt: string,
      loans: string | undefined,
    ): string
  }
  /** A phone or a number of a loan was expected. */
  readonly badClient: string
  /** An operator's receipt was expected. */
  readonly badReceipt: string
  /** A code, or the last digits of a document, were expected. */
  readonly badDigits: string
  /** The code that an officer had sent to her, for a new PIN. */
  readonly pinCode: {
    enter(lender: string): string
    wrong(left: number): string
    spent(lenderPhone: string): string
    /** By SMS, to her alone. */
    sms(lender: string, code: string, dial: string): string
    /** By SMS: an officer let her PIN be tried again. */
    opened(lender: string, lenderPhone: string): string
  }
  /** What she wants somebody to look at, and what she has sent to herself. */
  readonly claims: ClaimWords
  readonly addWallet: AddWalletWords
  readonly contact: ContactWords
  /** Four digits were dialled behind our code; they may have been a PIN. */
  noSuchRequest(lender: string): string
  /** The number by which somebody else's loan is paid was expected. */
  readonly badReference: string
  /** Paying for somebody else. */
  readonly forOthers: OthersWords
  /** What loan officers read. */
  readonly staff: StaffWords
}

/** A text as the networks carry this language: in GSM-7, or in its own signs where it has others. */
export const carried = (text: string, { ucs2 }: Pick<Words, 'ucs2'>): string =>
  ucs2 === true ? text.normalize('NFC') : toGsm7(text)

const grouped = (digits: string, separator: string): string => digits.replace(/\B(?=(\d{3})+$)/g, separator)

/** `KES 1,500`, cents only where there are some. */
export function moneyIn(separator: string, point: string): (amount: MoneyText) => string {
  return ({ amount, currency }) => {
    const [whole = '0', fraction = ''] = amount.split('.')
    return `${currency} ${grouped(whole, separator)}${/[1-9]/.test(fraction) ? point + fraction : ''}`
  }
}

/** `05/03` of `2026-03-05`: numbers that every reader knows. */
export const dayAndMonth = (day: string): string => `${day.slice(8, 10)}/${day.slice(5, 7)}`

/** `06:00`, with its day where that is not today. */
export const printMoment = ({ time, day }: Moment, words: Words): string =>
  words.moment(time, day === undefined ? undefined : words.date(day))

/** A menu: the question, then its numbered options. */
export const menu = (question: string, options: readonly string[]): string =>
  [question, ...options.map((option, at) => `${at + 1} ${option}`)].join('\n')

/** More accounts than fit in one SMS: the last place says how many there are besides. */
const NAMED = 3

/** Accounts as one phrase: `loan 000000011, loan 000000012 and your savings`. */
export const nameAll = (accounts: readonly Account[], words: Words): string =>
  listed(accounts.map(words.account), words)

/** Names as one phrase, each once. */
export function listed(each: readonly string[], words: Words): string {
  const all = [...new Set(each)]
  const names = all.length > NAMED ? [...all.slice(0, NAMED - 1), words.others(all.length - NAMED + 1)] : all
  const [last = '', ...before] = names.toReversed()
  return before.length === 0 ? last : `${before.toReversed().join(', ')} ${words.and} ${last}`
}
