import { menu } from '../words.ts'
import type { OthersWords } from './words.ts'

export const fr: OthersWords = {
  option: 'Pour autrui',
  whom: () => 'Payer pour:',
  group: name => `Groupe ${name}`,
  payAll: 'Tout payer',
  leaveOut: 'Ne pas payer',
  nobodyOwes: group => `Personne dans ${group} n'a de pret à payer.`,
  byNumber: 'Par numéro',
  mayPayForMe: 'Qui peut payer pour moi',
  enterReference: () => "Tapez le numéro de paiement du pret. L'emprunteur le voit sous Mes prets.",
  unknown: left => `Aucun pret en cours n'a ce numéro, reste ${left}.`,
  stopped: () => 'Trois numéros faux. Demandez le bon numéro et réessayez demain.',
  howMuch: (name, due) =>
    `Payer pour ${name}${due === undefined ? '' : `, à payer ${due}`}\nEntrez un montant`,
  confirm: (amount, name, wallet) => `Payer ${amount} pour ${name}\nde ${wallet}?`,
  pinToPay: (lender, amount, name) => `Payer ${amount} pour ${name}.\nEntrez votre code ${lender}`,
  payers: () => 'Ils peuvent payer pour vous:',
  noPayers: () => "Vous n'avez encore permis à aucun téléphone de payer pour vous.",
  addPhone: 'Ajouter un téléphone',
  payer: (phone, showsDue) =>
    `${phone} peut payer pour vous. Il ${showsDue ? 'voit' : 'ne voit pas'} ce qui est à payer.`,
  takeBack: 'Ne plus permettre',
  enterPhone: () => 'Tapez le téléphone qui peut payer pour vous.',
  maySee: phone => menu(`${phone} peut-il voir ce qui est à payer?`, ['Oui', 'Non']),
  named: phone => `${phone} peut désormais payer pour vous, sans voir le solde. Vous pouvez l'arreter ici.`,
  ended: phone => `${phone} ne trouve plus votre nom.`,
  payerHints: {
    'bad-phone': 'Ce téléphone ne peut pas payer pour vous.',
    'too-many-payers': "Assez de téléphones. Retirez-en un d'abord, ou réessayez demain.",
  },
  sms: {
    named: (lender, name, code) =>
      `${lender}: ${name} vous permet de payer son pret. Faites le ${code}, Payer mon pret, Pour autrui.`,
    youNamed: (lender, phone, lenderPhone) =>
      `${lender}: ${phone} peut désormais payer pour vous. Ce n'était pas vous? Appelez le ${lenderPhone}.`,
    ended: (lender, name) => `${lender}: vous ne trouvez plus ${name} sous Pour autrui.`,
    youEnded: (lender, phone) => `${lender}: ${phone} ne vous trouve plus pour payer à votre place.`,
    received: (lender, amount, payer, account, receipt) =>
      `${lender}: ${payer} a payé ${amount} pour ${account}. Recu no ${receipt}.`,
    gone: (lender, amount, payer, account) =>
      `${lender}: ${amount} payés par ${payer} pour ${account} sont repartis. C'est de nouveau à payer.`,
  },
}
