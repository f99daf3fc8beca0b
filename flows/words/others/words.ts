/** Every sentence about paying for somebody else, in one language: a name and what she pays, never a debt that is not shown to her. */
export type OthersWords = {
  /** The option beside one's own loans. */
  readonly option: string
  whom(): string
  /** Among people, a group that she leads. */
  group(name: string): string
  readonly payAll: string
  readonly leaveOut: string
  nobodyOwes(group: string): string
  readonly byNumber: string
  readonly mayPayForMe: string
  enterReference(): string
  /** No open loan has the number: it is nobody's, or its loan is closed. */
  unknown(left: number): string
  stopped(): string
  /** `due`: where she for whom she pays lets her see it. */
  howMuch(name: string, due: string | undefined): string
  confirm(amount: string, name: string, wallet: string): string
  pinToPay(lender: string, amount: string, name: string): string
  /** The phones that may pay for her. */
  payers(): string
  noPayers(): string
  readonly addPhone: string
  payer(phone: string, showsDue: boolean): string
  readonly takeBack: string
  enterPhone(): string
  maySee(phone: string): string
  named(phone: string): string
  ended(phone: string): string
  readonly payerHints: Readonly<Record<'bad-phone' | 'too-many-payers', string>>
  readonly sms: {
    /** To the phone that was named, and to her who named it; the same when she takes it back. */
    named(lender: string, name: string, code: string): string
    youNamed(lender: string, phone: string, lenderPhone: string): string
    ended(lender: string, name: string): string
    youEnded(lender: string, phone: string): string
    /** To the borrower: who paid, by her first name. */
    received(lender: string, amount: string, payer: string, account: string, receipt: string): string
    /** To the borrower: it went back to who paid it. */
    gone(lender: string, amount: string, payer: string, account: string): string
  }
}
