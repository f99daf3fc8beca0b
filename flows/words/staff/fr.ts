import { de } from '../french.ts'
import { menu } from '../words.ts'
import type { StaffWords } from './words.ts'

export const fr: StaffWords = {
  role: name => `Agent: ${name}`,
  enterPin: lender => `Entrez votre code d'agent ${lender}`,
  pinLocked: phone =>
    `Votre code d'agent est bloqué après trois erreurs. Un autre agent peut l'ouvrir, ou appelez le ${phone}.`,
  menu: (lender, name) =>
    menu(`${lender}, agents\nBonjour ${name}`, [
      'Trouver client',
      'Demandes du jour',
      'Un client a payé',
      'Code, autre tél.',
      'Langue',
    ]),

  find: () => 'Le téléphone, ou un numéro de client ou de pret',
  nobodyFound: 'Personne de trouvé.',
  whichClient: () => 'Quel client?',
  noLoans: name => `${name} n'a pas de pret en cours.`,
  loansOf: name => `Prets ${de(name)}`,

  push: ({ firstName, account, asked, balance }) =>
    menu(`${firstName}, pret ${account}\nDemander ${asked} sur ${balance}`, [
      'Par SMS',
      'Demande directe',
      'Autre montant',
    ]),
  asked: (name, amount, silent) =>
    `Nous demandons ${amount} à ${name}, ${silent ? 'à son appel seulement: pas de SMS pour ce numéro' : 'par SMS et à son prochain appel'}.`,
  prompted: (name, amount, from) =>
    `Le compte ${de(name)} va demander ${amount}${from === undefined ? '' : `, dès ${from}`}. Ne demandez jamais son code.`,
  unpushed: {
    'nothing-to-pay': 'Il ne reste rien à payer sur ce pret.',
    'bad-amount': "C'est plus que sa dette. Rien n'est demandé.",
    'no-consent': "Pas d'accord donné aux demandes directes. Demandez par SMS.",
    'no-wallet': 'Aucun compte ne peut payer cela. Demandez par SMS.',
    'being-paid': 'Un paiement est déjà accepté. Attendez le résultat.',
    'declined-today': "Refusé aujourd'hui. Redemandez demain.",
    'over-limit': 'Un plafond de son compte ne le permet pas. Essayez moins.',
  },
  day: ({ asked, promised, paying, paid, declined }) =>
    menu(
      `Demandes du jour: ${asked}\nPromis: ${promised}, en cours: ${paying}\nPayé: ${paid}, refusé: ${declined}`,
      ['Montrer chacune'],
    ),
  today: "Aujourd'hui:",
  nothingToday: "Rien n'a été demandé aujourd'hui.",
  dayStates: {
    promised: 'promis',
    waiting: 'attend',
    paying: 'paie',
    paid: 'payé',
    declined: 'refus',
    over: 'fini',
  },

  paid: () => menu('Trouver le paiement par:', ["Le recu de l'opérateur", 'Téléphone, montant, jour']),
  receipt: "Le recu, comme dans le SMS de l'opérateur",
  noSuchReceipt: "Personne n'a encore vu ce recu.",
  notRead: 'Téléphone, montant ou jour impossible.',
  payerPhone: 'Le téléphone qui a payé',
  amountPaid: 'Combien a été payé?',
  dayPaid: () => `${menu('Quand?', ["Aujourd'hui", 'Hier'])}\nOu jour et mois, comme 0503`,
  found: {
    booked: ({ amount, date, receipt, account }) =>
      `Enregistré: ${amount} pour le ${date}, pret ${account}, recu ${receipt}.`,
    booking: ({ amount, receipt }) => `${amount} est arrivé, recu ${receipt}. Enregistrement en cours.`,
    suspense: ({ amount, date, receipt }) =>
      `${amount} est arrivé, recu ${receipt}, et attend depuis le ${date}. Le bureau le mettra sur un pret.`,
    sent: ({ amount }) => `${amount} est chez l'opérateur, pas encore confirmé. Nous redemandons.`,
    checking: ({ amount, date }) =>
      `${amount} est en vérification chez l'opérateur depuis le ${date}. Nous redemandons. Ne relancez pas.`,
    returned: ({ amount, receipt }) => `${amount}, recu ${receipt}, est retourné à qui l'a payé.`,
    'written-off': ({ amount, receipt }) => `${amount}, recu ${receipt}: demandez au bureau.`,
  },
  noted: number =>
    `Introuvable. Gardez le SMS de l'opérateur. Le dossier ${number} est ouvert: le bureau cherche.`,

  pinOf: (kind, name, locked) =>
    menu(`${name}: le code ${locked ? 'est bloqué' : "n'est pas bloqué"}`, [
      'Peut réessayer',
      ...(kind === 'staff' ? [] : ['Oublié: envoyer un SMS', 'Nouveau téléphone: SMS']),
    ]),
  pinOpened: name => `${name} peut réessayer son code, et le sait par SMS.`,
  codeSent: name =>
    `${name} recoit un code par SMS: au prochain appel il permet un nouveau code secret.\nNe le demandez jamais.`,
  newPhone: name => `Le nouveau téléphone ${de(name)}. Un code y va par SMS.`,
  linkCodeSent: name =>
    `Un code part au nouveau téléphone. Tapé là-bas, il le relie à ${name}.\nNe le demandez jamais.`,
  codeRefused: name => `Impossible d'en envoyer un à ${name}. Demandez au bureau.`,

  morning: ({ lender, date, due, promised, paid, failed, waiting }) =>
    [
      `${lender} ${date}: ${due.count} à payer, ${due.amount}`,
      `Promis aujourd'hui: ${promised}`,
      `Payé hier: ${paid.count}, ${paid.amount}`,
      `Echoué hier: ${failed}`,
      `Dossiers à vous: ${waiting}`,
    ].join('\n'),

  unsure: () => "Nous ne savons pas si c'est fait. Regardez le client encore avant de recommencer.",
}
