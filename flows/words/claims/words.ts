/** What a complaint may be about; the order is the order of the options. */
export const COMPLAINTS = ['payment', 'loan', 'staff', 'other'] as const
export type Complaint = (typeof COMPLAINTS)[number]

/** Sentences for what she wants somebody to look at: each becomes a case with a number. */
export type ClaimWords = {
  /** Under the list of her payments: the one that she misses. */
  readonly notHere: string
  enterReceipt(): string
  /** Her own money of this receipt is being checked with the operator. */
  checking(amount: string): string
  /** Nobody has seen the receipt, or it is not for her to see. */
  notFound(number: string, lenderPhone: string): string
  readonly smsThis: string
  readonly byMistake: string
  sureByMistake(amount: string, date: string): string
  readonly yesByMistake: string
  noted(number: string, lenderPhone: string): string
  readonly sent: string
  /** She has had as many answers by SMS as one phone gets in an hour. */
  notSent(lenderPhone: string): string

  complainAbout(): string
  readonly stop: string
  readonly again: string
  messages(): string
  readonly stopped: string
  readonly wanted: string

  statement: {
    readonly option: string
    readonly none: string
    line(date: string, amount: string, receipt: string): string
    /** `lines`: one a payment, the oldest first; `more`: how many came before them; `total`: of all. */
    sms(of: {
      readonly lender: string
      readonly loan: string
      readonly since: string
      readonly lines: readonly string[]
      readonly more: number
      readonly total: string
      readonly balance: string
    }): string
  }
}
