/** What a phone reads that we do not know yet, or not any more; and what she is asked once we do. */
export type ContactWords = {
  menu(lender: string): string
  /** Of an SMS that an officer had sent to this phone. */
  code(lender: string): string
  account(lender: string): string
  readonly digits: string
  /** Number or digits: it is not said which. */
  wrongFacts(left: number): string
  /** Why a phone that was known is asked. */
  readonly longSilent: string
  /** Why she is asked who needs a PIN. */
  readonly firstPin: string
  callUs(lenderPhone: string): string
  locked(lenderPhone: string): string
  /** The sentence and its two answers: kept word for word. */
  consent(lender: string): string
  /** By SMS, to the phone that is to be linked. */
  sms(lender: string, code: string, dial: string): string
  /** By SMS, to her phone on file: another one was linked. */
  linkedSms(lender: string, lenderPhone: string): string
}
