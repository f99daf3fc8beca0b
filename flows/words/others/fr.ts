import { menu } from '../words.ts'
import type { OthersWords } from './words.ts'

export const fr: OthersWords = {
  option: 'Pour autrui',
  enterReference: () => "Tapez le numéro de paiement du pret: c'est le compte indiqué dans son SMS.",
  unknown: left => `Aucun pret en cours n'a ce numéro, reste ${left}.`,
  stopped: () => 'Trois numéros faux. Demandez le bon numéro et réessayez demain.',
  howMuch: (name, due) =>
    `Payer pour ${name}${due === undefined ? '' : `, à payer ${due}`}\nEntrez un montant`,
  confirm: (amount, name, wallet) => menu(`Payer ${amount} pour ${name}\nde ${wallet}?`, ['Oui, payer']),
  pinToPay: (lender, amount, name) => `Payer ${amount} pour ${name}.\nEntrez votre code ${lender}`,
  sms: {
    received: (lender, amount, payer, account, receipt) =>
      `${lender}: ${payer} a payé ${amount} pour ${account}. Recu no ${receipt}.`,
    gone: (lender, amount, payer, account) =>
      `${lender}: ${amount} payés par ${payer} pour ${account} sont repartis. C'est de nouveau à payer.`,
  },
}
