import type { AddWalletWords } from './words.ts'

export const sw: AddWalletWords = {
  option: '5 Ongeza pochi',
  enterNumber: () => 'Andika namba ya simu ya pochi hiyo',
  whoseWallet: number => `Ni pochi gani yenye ${number}?`,
  enterCode: (number, holder) =>
    `Andika msimbo tuliotuma kwa SMS kwa ${number}${holder === undefined ? '' : ` (${holder})`}`,
  noAccount: (provider, number) => `${number} haina pochi ya ${provider}. Hakikisha namba.`,
  added: wallet => `${wallet} sasa inaweza kukulipia. PIN yake yenyewe hukubali kila malipo.`,
  spent: 'Nambari hii haitumiki tena. Ongeza pochi upya upate nyingine.',
  known: 'Namba hiyo haina pochi nyingine ya kuongeza.',
  sms: (lender, name, code) =>
    `${lender}: ${name} anataka kulipa mkopo wake kutoka pochi yako. Ukikubali, mpe nambari ${code}. Kama sivyo, usifanye kitu.`,
}
