import { menu } from '../words.ts'
import type { StaffWords } from './words.ts'

export const fr: StaffWords = {
  role: name => `Agent: ${name}`,
  enterPin: lender => `Entrez votre code d'agent ${lender}`,
  pinLocked: phone =>
    `Votre code d'agent est bloqué après trois erreurs. Un autre agent peut l'ouvrir, ou appelez le ${phone}.`,
  menu: (lender, name) =>
    menu(`${lender}, agents\nBonjour ${name}`, ['Trouver un client', 'Demandes du jour', 'Langue']),

  find: () => 'Le téléphone du client, ou le numéro de son pret',
  nobodyFound: 'Personne de trouvé.',
  whichClient: () => 'Quel client?',
  noLoans: name => `${name} n'a pas de pret en cours.`,
  loansOf: name => `Prets de ${name}`,

  push: ({ firstName, account, asked, balance }) =>
    menu(`${firstName}, pret ${account}\nDemander ${asked} sur ${balance}`, [
      'Par SMS',
      'Au compte, vite',
      'Autre montant',
    ]),
  asked: (name, amount) => `Nous demandons ${amount} à ${name}, par SMS et à son prochain appel.`,
  prompted: (name, amount) =>
    `Le compte de ${name} va demander ${amount}. Son code est à elle seule: ne le prenez jamais.`,
  unpushed: {
    'nothing-to-pay': 'Il ne reste rien à payer sur ce pret.',
    'bad-amount': "C'est plus que sa dette. Rien n'est demandé.",
    'no-consent': "Elle n'a pas accepté les demandes directes. Demandez par SMS.",
    'no-wallet': "Elle n'a pas de compte pour payer cela. Demandez par SMS.",
    'being-paid': 'Elle a déjà accepté un paiement. Attendez le résultat.',
    'declined-today': "Elle a refusé aujourd'hui. Redemandez demain.",
    'over-limit': 'Un plafond de son compte ne le permet pas. Essayez moins.',
  },
  day: ({ asked, promised, paying, paid, declined }) =>
    menu(
      `Aujourd'hui: ${asked} demandes\n${promised} promises, ${paying} en cours\n${paid} payées, ${declined} refusées`,
      ['Montrer chacune'],
    ),
  today: "Aujourd'hui:",
  nothingToday: "Rien n'a été demandé aujourd'hui.",
  dayStates: {
    promised: 'promis',
    waiting: 'attend',
    paying: 'cours',
    paid: 'payé',
    declined: 'refus',
    over: 'fini',
  },

  unsure: () => "Nous ne savons pas si c'est fait. Regardez le client encore avant de recommencer.",
}
