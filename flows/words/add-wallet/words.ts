/** Sentences for a wallet that she adds to her own. */
export type AddWalletWords = {
  /** Under the list of her wallets. */
  readonly option: string
  enterNumber(): string
  whoseWallet(number: string): string
  enterCode(number: string): string
  added(wallet: string): string
  readonly spent: string
  readonly known: string
  /** By SMS, to the phone of the wallet, which may be somebody else's. */
  sms(lender: string, firstName: string, code: string): string
}
