import type { AddWalletWords } from './words.ts'

export const en: AddWalletWords = {
  option: '5 Add a wallet',
  enterNumber: () => 'Enter the phone number of the wallet',
  whoseWallet: number => `Which wallet has ${number}?`,
  enterCode: (number, holder) =>
    `Enter the code that we sent by SMS to ${number}${holder === undefined ? '' : ` (${holder})`}`,
  noAccount: (provider, number) => `${number} has no ${provider} wallet. Please check the number.`,
  added: wallet => `You can pay with ${wallet} now. Its own PIN still says yes to each payment.`,
  spent: 'This code is no good any more. Add the wallet again for a new one.',
  known: 'That number has no other wallet that you could add.',
  sms: (lender, name, code) =>
    `${lender}: ${name} wants to pay a loan from your wallet. If you agree, hand on the code ${code}. If not, do nothing.`,
}
