import { fr as addWallet } from './add-wallet/fr.ts'
import { fr as claims } from './claims/fr.ts'
import { fr as contact } from './contact/fr.ts'
import { de } from './french.ts'
import { fr as forOthers } from './others/fr.ts'
import { fr as staff } from './staff/fr.ts'
import { dayAndMonth, menu, moneyIn, type Words } from './words.ts'

/** French within GSM-7: é, è, à and ù are in the alphabet; ê, ç, ô, î, û and œ are not, and are written plain. */
export const fr: Words = {
  name: 'Francais',
  signedBy: null,
  money: moneyIn(' ', ','),
  date: dayAndMonth,
  moment: (time, date) => (date === undefined ? time : `${time} le ${date}`),

  back: '0 Retour',
  more: '98 Suite',
  badAnswer: 'Tapez un chiffre.',
  badAmount: 'Impossible.',
  badPin: 'Le code a 4 à 6 chiffres.',
  pinDialled: 'Ne composez pas votre code.',

  tooManyErrors: lender => `Nous n'avons pas compris. Rappelez quand vous voulez. ${lender}`,
  sorry: phone => `Désolé, impossible pour le moment. Rappelez dans quelques minutes ou appelez le ${phone}.`,
  nobody: (lender, phone) =>
    `Ce numéro n'est pas connu chez ${lender}. Appelez le ${phone}, nous vous aiderons.`,

  cutOff: {
    title: lender => `${lender}: l'appel a été coupé.`,
    goOn: 'Continuer',
    anew: 'Recommencer',
  },
  whoAreYou: lender => `${lender}\nQui appelle?`,
  menu: (lender, name) =>
    menu(`${lender}\nBonjour ${name}`, [
      'Payer mon pret',
      'Mes prets',
      'Mes comptes',
      'Mes paiements',
      'Langue, aide',
    ]),
  pending: ({ lender, amount, loan, date }) =>
    `${menu(`${lender}: ${amount} à payer le ${date}, pret ${loan}`, ['Payer', 'Autre montant', 'Plus tard', 'Refuser'])}\n0 Menu`,
  whichLoan: () => 'Quel pret?',
  payWhat: account => `Pret ${account}:`,
  payInstalment: (amount, date) => (date === undefined ? `A payer ${amount}` : `Pour le ${date} ${amount}`),
  payArrears: amount => `Retards ${amount}`,
  payOff: balance => `Solder${balance === undefined ? '' : ` ${balance}`}`,
  payOther: 'Autre montant',
  howMuch: (due, most) =>
    `${due === undefined ? '' : `A payer: ${due}\n`}Entrez un montant${most === undefined ? '' : ` jusqu'à ${most}`}`,
  wholeOnly: 'Ce compte paie des montants entiers.',
  declineWhy: () => menu('Pourquoi?', ["J'ai déjà payé", "Pas d'argent", 'Montant faux', 'Pas mon pret']),
  declined: phone => `Votre réponse est notée. L'échéance reste la meme. Pour nous parler: ${phone}`,
  laterWhen: date => `Quand vous le rappeler? L'échéance reste le ${date}.`,
  postponed: (amount, date, moment) =>
    `Nous vous le rappellerons${moment === undefined ? '' : ` à ${moment}`}. L'échéance reste le ${date}: ${amount}.`,

  tried: {
    title: (amount, wallet) => `${amount} n'a pas été payé de ${wallet}.`,
    again: 'Redemander',
    other: 'Autre réponse',
  },
  whichWallet: amount => `Payer ${amount} avec:`,
  chargeMark: charge => ` + ${charge ?? 'frais'}`,
  plusCharge: charge => (charge === undefined ? " (plus frais de l'opérateur)" : ` + ${charge} de frais`),
  confirm: (lender, amount, wallet) => `${lender}: payer ${amount} de ${wallet}?`,
  yesPay: 'Oui, payer',
  elsewhere: {
    ask: wallet => `${wallet} est sur un autre téléphone. L'avez-vous avec vous? Nous lui écrivons d'abord.`,
    yes: 'Oui',
    sms: (lender, amount, name, phone) =>
      `${lender}: ${name} paie ${amount} avec le compte de ce téléphone. Il demandera le code. Pas d'accord? Refusez, appelez ${phone}.`,
  },
  enterPin: lender => `Entrez votre code ${lender}`,
  pinToPay: (lender, amount, wallet) => `Payer ${amount} de ${wallet}.\nEntrez votre code ${lender}`,
  wrongPin: left => `Code faux, reste ${left}.`,
  pinLocked: phone => `Votre code est bloqué après trois erreurs. Appelez le ${phone}.`,
  noPin: phone => `Vous n'avez pas encore de code. Appelez le ${phone}.`,
  settings: lender => menu(lender, ['Langue', 'Mon code', 'Aide', 'Vos SMS', 'Réclamation']),
  hourOption: 'Heure des rappels',
  promptHours: now =>
    `A quelle heure vous écrire pour ce qui est à payer?${now === undefined ? '' : ` Choisi: ${now}.`}`,
  anyHour: "N'importe quelle heure",
  promptHourKept: hour =>
    hour === undefined
      ? "Nous vous écrirons à n'importe quelle heure du jour pour ce qui est à payer."
      : `Nous vous écrirons à partir de ${hour} pour ce qui est à payer.`,
  newPin: lender => `Choisissez un nouveau code ${lender}, 4 à 6 chiffres. Jamais celui du compte.`,
  newPinAgain: 'Tapez encore votre nouveau code',
  pinHints: { 'weak-pin': 'Trop facile à deviner.', 'pin-differs': 'Les deux codes diffèrent.' },
  pinChanged: phone =>
    `Votre code est changé. Ne le dites à personne. Ce n'était pas vous? Appelez vite le ${phone}.`,
  owedAfter: balance => (balance === undefined ? 'Tout sera payé.' : `Il restera ${balance}.`),
  prompted: (wallet, amount, prompts, other) =>
    `${wallet}${prompts > 1 ? `: ${prompts} demandes, ${amount} en tout` : ` va bientot demander ${amount}`}. Entrez là-bas le code du compte, jamais ici. ${other}`,
  linkComing: (wallet, amount) =>
    `Nous envoyons un lien par SMS à ${wallet}. Ouvrez-le sur un smartphone et payez-y ${amount}.`,
  promptedLater: (wallet, amount, prompts, moment) =>
    `${wallet} est en maintenance jusqu'à ${moment}. Puis ${prompts > 1 ? `${prompts} demandes, ${amount} en tout` : `il demandera ${amount}`}. Entrez là-bas le code du compte, jamais ici.`,
  otherWay: (way, account) =>
    way.kind === 'paybill'
      ? `Ou paybill ${way.number}, compte ${account}.`
      : `Pas de demande? Faites le ${way.dial}.`,
  refusals: {
    'being-checked': 'Votre dernier paiement est en vérification. Attendez notre SMS.',
    'no-wallet': 'Ce compte ne peut pas servir. Choisissez-en un autre.',
    'last-wallet': "C'est votre seul compte. Il reste, pour que vous puissiez payer.",
    'nothing-due': 'Il ne reste rien à payer sur ce pret. Merci.',
    gone: "Cette demande est close. Rien n'a changé.",
  },
  overLimit: from =>
    `Un plafond de ce compte ne le permet pas${from === undefined ? '' : ` avant le ${from}`}. Essayez moins, ou un autre compte.`,
  already: (what, time) =>
    `C'était déjà ${{ approved: 'accepté', declined: 'refusé', paid: 'payé' }[what]} à ${time}. Rien n'a changé.`,
  unsure: () => 'Nous ne savons pas si votre réponse est arrivée. Attendez notre SMS avant de recommencer.',

  noLoans: () => "Vous n'avez pas de pret en cours.",
  loan: (account, number, balance, next) =>
    `Pret ${account}${number === undefined ? '' : `\nNo paiement ${number}`}\nSolde ${balance}${next === undefined ? '' : `\n${next}`}\n1 Echéancier`,
  nextInstalment: (amount, date) => `Prochain: ${amount} le ${date}`,
  schedule: (paid, all) => `Payées: ${paid} sur ${all}`,
  instalment: (number, date, amount, paid) => `${number}) ${date} ${amount}${paid ? ' payé' : ''}`,
  noWallets: () => "Vous n'avez pas encore de compte chez nous.",
  wallets: () => 'Vos comptes:',
  walletDoubtful: 'refusé',
  walletFirst: 'Payer avec en premier',
  walletRemove: 'Retirer',
  walletSure: wallet => `Retirer ${wallet} de vos comptes?`,
  yesRemove: 'Oui, retirer',
  walletPreferred: wallet => `Désormais ${wallet} vient en premier pour payer.`,
  walletRemoved: (wallet, phone) =>
    `${wallet} est retiré: nous ne lui demanderons plus d'argent. Pour le remettre, appelez le ${phone}.`,
  noPayments: () => 'Pas encore payé par téléphone.',
  payments: () => 'Paiements:',
  payment: ({ date, amount, receipt, state, by }) =>
    `${date} ${amount} ${{ booked: by === undefined ? receipt : `par ${by}`, 'being-checked': 'à vérifier', failed: 'échoué' }[state]}`,
  help: (lender, phone, code) => `${lender}\nTél ${phone}\nUSSD ${code}\nNe donnez jamais le code du compte.`,

  account: ({ kind, number }) =>
    kind === 'savings' ? 'votre épargne' : number === null ? 'un autre pret' : `le pret ${number}`,
  and: 'et',
  others: count => `${count} de plus`,

  reasons: {
    'insufficient-funds': "pas assez d'argent sur le compte",
    'wrong-pin': 'code du compte faux',
    expired: 'pas de réponse à temps',
    unreachable: 'téléphone injoignable',
    cancelled: 'annulé sur le téléphone',
    limit: 'limite du compte atteinte',
    'below-minimum': 'montant trop petit',
    'not-allowed': 'paiement non permis',
    'no-account': 'numéro sans compte',
    busy: 'compte occupé',
    failed: "refusé par l'opérateur",
  },
  unsent: "la demande n'a pas atteint l'opérateur",
  tookBack: "repris par l'opérateur",
  sms: {
    prompt: ({ lender, amount, loan, date }, code) =>
      `${lender}: ${amount} à payer le ${date}, pret ${loan}. Faites le ${code} pour payer ou répondre.`,
    verbs: { yes: 'OUI', no: 'NON', later: 'TARD', balance: 'SOLDE' },
    answerHint: answers => `Ou répondez ${answers.join(' ou ')}.`,
    answerHelp: (lender, verbs, dial, phone) =>
      `${lender}: répondez ${verbs.join(' ou ')} et le code du SMS, ainsi ${verbs[0]} 4821. Ou faites le ${dial}, ou appelez ${phone}.`,
    codeless: (lender, answer, dial) =>
      `${lender}: répondez avec le code de notre SMS, ainsi ${answer}, ou faites le ${dial}.`,
    stopped: lender =>
      `${lender}: ni demandes ni rappels sur ce numéro. Les recus viennent toujours, vos dates restent. START les fait revenir.`,
    wanted: lender => `${lender}: nous écrirons à ce numéro quand il faudra payer. STOP y met fin.`,
    unknownCode: (lender, dial) =>
      `${lender}: aucune de vos demandes n'a ce code. Faites le ${dial} pour voir ce qui est à payer.`,
    guarded: (lender, dial) =>
      `${lender}: cela demande votre code secret, qui ne va jamais par SMS. Faites le ${dial}.`,
    balance: (lender, loan, balance, next) =>
      `${lender}: pret ${loan}, solde ${balance}.${next === undefined ? '' : ` ${next}.`}`,
    payNumber: number => `Numéro de paiement ${number}.`,
    reminder: ({ lender, amount, loan, date }, code) =>
      `${lender}: rappel, ${amount} à payer le ${date}, pret ${loan}. Faites le ${code}.`,
    overdue: ({ lender, amount, loan, date }, code) =>
      `${lender}: ${amount} à payer depuis le ${date}, pret ${loan}. Faites le ${code}.`,
    paid: (lender, amount, accounts, receipt) =>
      `${lender}: recu ${amount} pour ${accounts}. Recu no ${receipt}. Merci.`,
    left: balance => `Reste à payer: ${balance}.`,
    cleared: loan => `Le pret ${loan} est soldé.`,
    paidFor: (lender, amount, name, receipt) =>
      `${lender}: recu de vous ${amount} pour ${name}. Recu no ${receipt}. Merci.`,
    returnedFor: (lender, amount, name, receipt) =>
      `${lender}: nous avons renvoyé ${amount} sur votre compte. Payé pour ${name}, recu no ${receipt}.`,
    takenBackFor: (lender, amount, name, receipt) =>
      `${lender}: l'opérateur a repris votre paiement de ${amount} pour ${name}, recu no ${receipt}.`,
    failed: (lender, amount, reason, next) => `${lender}: ${amount} non payé: ${reason}. ${next}`,
    nextWallet: (code, wallet) => `Faites le ${code} pour essayer ${wallet}.`,
    tryAgain: code => `Faites le ${code} pour réessayer.`,
    beingChecked: (lender, amount) =>
      `${lender}: votre paiement de ${amount} est en vérification. Ne payez pas deux fois, nous vous écrirons.`,
    maintenance: (lender, amount, moment) =>
      `${lender}: votre opérateur est en maintenance. Nous demanderons ${amount} à votre téléphone après ${moment}.`,
    payLink: (lender, amount, link) => `${lender} : payez ${amount} ici, sur un smartphone : ${link}`,
    pinChanged: (lender, phone) =>
      `${lender}: votre code est enregistré. Ce n'était pas vous? Appelez vite le ${phone}.`,
    returned: (lender, amount) => `${lender}: nous avons renvoyé ${amount} au compte qui a payé.`,
    paidOut: (lender, amount, receipt) =>
      `${lender}: nous avons envoyé ${amount} sur votre compte. Recu no ${receipt}.`,
    payoutFailed: (lender, amount, reason) =>
      `${lender}: nous n'avons pas pu vous envoyer ${amount}: ${reason}. Nous vous appellerons.`,
    payoutRefused: (lender, amount, phone) =>
      `${lender}: nous ne pouvons pas encore vous envoyer ${amount}. Demandez-nous: ${phone}.`,
    takenBack: (lender, amount, date, receipt, loans) =>
      `${lender}: l'opérateur a repris votre paiement de ${amount} du ${date}, recu no ${receipt}.${loans === undefined ? '' : ` De nouveau à payer: ${loans}.`}`,
  },
  badClient: 'De 4 à 20 chiffres.',
  badReceipt: 'Un recu a de 5 à 30 lettres et chiffres.',
  badDigits: '4 à 6 chiffres.',
  pinCode: {
    enter: lender => `Entrez le code du SMS ${de(lender)}, pour un nouveau code secret`,
    wrong: left => `Code faux, reste ${left}.`,
    spent: phone => `Ce code ne vaut plus. Demandez-en un autre à votre agent, ou appelez le ${phone}.`,
    sms: (lender, code, dial) =>
      `${lender}: ${code} vous ouvre un nouveau code. Faites le ${dial} dans l'heure. Ne le dites à personne, pas meme à nos agents.`,
    opened: (lender, phone) =>
      `${lender}: vous pouvez réessayer votre code. Si ce n'était pas vous, appelez le ${phone}.`,
  },
  addWallet,
  claims,
  contact,
  noSuchRequest: lender =>
    `${lender}: aucune de vos demandes n'a ce code. Ne composez jamais un code secret.`,
  badReference: 'Ce numéro a 8 chiffres.',
  forOthers,
  staff,
}
