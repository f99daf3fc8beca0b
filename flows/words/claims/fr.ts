import { menu } from '../words.ts'
import type { ClaimWords } from './words.ts'

export const fr: ClaimWords = {
  notHere: '5 Manquant',
  enterReceipt: () => "Entrez le numéro du recu, dans le SMS de l'opérateur",
  checking: amount => `${amount} est en vérification chez l'opérateur. Nous redemandons. Ne repayez pas.`,
  notFound: (number, phone) =>
    `Pas encore vu. Gardez le SMS de l'opérateur. Votre dossier ${number} est ouvert: nous cherchons.\nAppelez le ${phone}`,
  smsThis: 'Ceci par SMS',
  byMistake: 'Payé par erreur',
  sureByMistake: (amount, date) =>
    `${amount} du ${date}, payé par erreur? Nous regardons d'abord: retour, ou sur un autre pret.`,
  yesByMistake: 'Oui, regardez',
  noted: (number, phone) => `C'est noté, dossier ${number}. Nous vous appelons, ou appelez le ${phone}`,
  sent: "Nous l'envoyons par SMS.",
  notSent: phone => `Trop de SMS cette heure. Essayez plus tard ou appelez le ${phone}.`,

  complainAbout: () =>
    menu("De quoi s'agit-il?", ['Un paiement', 'Mon pret', 'Votre personnel', 'Autre chose']),
  stop: 'Aucun rappel',
  again: 'Recevoir les rappels',
  messages: () => 'Nos SMS à ce téléphone:',
  stopped: 'Plus de demandes ni de rappels ici. Les recus viennent toujours. Vos échéances restent.',
  wanted: 'Nous vous écrivons quand il faut payer.',

  statement: {
    option: 'Mois par SMS',
    none: 'aucun paiement',
    line: (date, amount, receipt) => `${date} ${amount} ${receipt}`,
    sms: ({ lender, loan, since, lines, more, total, balance }) =>
      `${lender}: pret ${loan} depuis le ${since}: ${more > 0 ? `${more} avant; ` : ''}${lines.join('; ')}. Payé ${total}, solde ${balance}.`,
  },
}
