import type { DayCounts, DayState, PaymentFate, PushNo } from '../../officer.ts'

type Sum = { readonly count: number; readonly amount: string }
/** What an officer wakes up to: today, and what yesterday came to. */
export type Morning = {
  readonly lender: string
  readonly date: string
  readonly due: Sum
  readonly promised: number
  readonly paid: Sum
  readonly failed: number
  /** Cases that are hers. */
  readonly waiting: number
}

export type FoundText = {
  readonly amount: string
  readonly date: string
  readonly receipt: string
  readonly account: string
}

/** Every sentence that a loan officer reads, in one language: short, for they read it often. */
export type StaffWords = {
  /** An officer among several who use a phone. */
  role(name: string): string
  enterPin(lender: string): string
  pinLocked(lenderPhone: string): string
  menu(lender: string, name: string): string

  find(): string
  readonly nobodyFound: string
  whichClient(): string
  noLoans(firstName: string): string
  loansOf(firstName: string): string

  /** What is asked for, of what is left. */
  push(loan: { firstName: string; account: string; asked: string; balance: string }): string
  /** `silent`: without an SMS, which does not go to her. */
  asked(firstName: string, amount: string, silent: boolean): string
  /** `from`: when, where it is not to come by night. */
  prompted(firstName: string, amount: string, from?: string): string
  readonly unpushed: Readonly<Record<PushNo, string>>
  /** What was asked for today, counted, and the first option that shows each. */
  day(counts: DayCounts): string
  readonly today: string
  readonly nothingToday: string
  readonly dayStates: Readonly<Record<DayState, string>>

  /** How a payment is looked for that a customer speaks of. */
  paid(): string
  readonly receipt: string
  readonly noSuchReceipt: string
  readonly notRead: string
  readonly payerPhone: string
  readonly amountPaid: string
  dayPaid(): string
  readonly found: Readonly<Record<PaymentFate, (payment: FoundText) => string>>
  /** Nobody has seen it: the office has a case of this number. */
  noted(caseNumber: string): string

  pinOf(kind: 'customer' | 'staff', name: string, locked: boolean): string
  pinOpened(name: string): string
  codeSent(firstName: string): string
  /** Her new phone is asked for; a code is on its way to it. */
  newPhone(firstName: string): string
  linkCodeSent(firstName: string): string
  /** No phone of hers is known, or she was sent too many today. */
  codeRefused(firstName: string): string

  /** By SMS, of five lines. */
  morning(day: Morning): string

  /** Whether it was done is not known. */
  unsure(): string
}
