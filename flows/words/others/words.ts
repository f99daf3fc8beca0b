/** Every sentence about paying for somebody else, in one language: a name and what she pays, never a debt that is not shown to her. */
export type OthersWords = {
  /** The option beside one's own loans. */
  readonly option: string
  enterReference(): string
  /** No open loan has the number: it is nobody's, or its loan is closed. */
  unknown(left: number): string
  stopped(): string
  /** `due`: where she for whom she pays lets her see it. */
  howMuch(name: string, due: string | undefined): string
  confirm(amount: string, name: string, wallet: string): string
  pinToPay(lender: string, amount: string, name: string): string
  readonly sms: {
    /** To the borrower: who paid, by her first name. */
    received(lender: string, amount: string, payer: string, account: string, receipt: string): string
    /** To the borrower: it went back to who paid it. */
    gone(lender: string, amount: string, payer: string, account: string): string
  }
}
