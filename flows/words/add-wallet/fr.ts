import type { AddWalletWords } from './words.ts'

export const fr: AddWalletWords = {
  option: '5 Ajouter un compte',
  enterNumber: () => 'Entrez le numéro de téléphone du compte',
  whoseWallet: number => `Quel compte a le ${number}?`,
  enterCode: (number, holder) =>
    `Entrez le code envoyé par SMS au ${number}${holder === undefined ? '' : ` (${holder})`}`,
  noAccount: (provider, number) => `Le ${number} n'a pas de compte ${provider}. Vérifiez le numéro.`,
  added: wallet => `${wallet} peut maintenant payer pour vous. Son propre code accepte chaque paiement.`,
  spent: "Ce code n'est plus bon. Ajoutez encore le compte pour en avoir un autre.",
  known: "Ce numéro n'a pas d'autre compte à ajouter.",
  sms: (lender, name, code) =>
    `${lender}: ${name} veut payer son pret depuis votre compte. D'accord? Donnez-lui le code ${code}. Sinon, ne faites rien.`,
}
