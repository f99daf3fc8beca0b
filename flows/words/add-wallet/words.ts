/** Sentences for a wallet that she adds to her own. */
export type AddWalletWords = {
  /** Under the list of her wallets. */
  readonly option: string
  enterNumber(): string
  whoseWallet(number: string): string
  /** `holder`: the first name that the provider knows the wallet by. */
  enterCode(number: string, holder?: string): string
  /** The provider knows no such wallet of its own. */
  noAccount(provider: string, number: string): string
  added(wallet: string): string
  readonly spent: string
  readonly known: string
  /** By SMS, to the phone of the wallet, which may be somebody else's. */
  sms(lender: string, firstName: string, code: string): string
}
