import { de } from '../french.ts'
import { menu } from '../words.ts'
import type { ContactWords } from './words.ts'

export const fr: ContactWords = {
  menu: lender =>
    menu(`${lender} ne connait pas encore ce téléphone.`, [
      'Un code pour ce téléphone',
      'Un numéro de client',
      'Aucun des deux',
    ]),
  code: lender => `Entrez le code du SMS ${de(lender)}, pour ce téléphone`,
  account: lender => `Votre numéro de client chez ${lender}`,
  digits: "Les 4 derniers chiffres de votre pièce d'identité",
  wrongFacts: left => `Numéro ou chiffres faux, reste ${left}.`,
  longSilent: 'Pour vous protéger: qui a ce téléphone?',
  firstPin: 'Pour choisir votre code, montrez qui vous etes.',
  callUs: phone => `Appelez le ${phone}, nous vous aiderons.`,
  locked: phone => `Trop d'erreurs. Réessayez demain, ou appelez le ${phone}.`,
  consent: lender =>
    menu(
      `${lender}: acceptez-vous nos SMS et demandes de paiement?\nLe surplus va sur vos autres prets. STOP y met fin.`,
      ['Oui', 'Non'],
    ),
  sms: (lender, code, dial) =>
    `${lender}: ${code} relie ce téléphone à vous. Faites le ${dial} dans l'heure. Ne le dites à personne, pas meme à nos agents.`,
  linkedSms: (lender, phone) =>
    `${lender}: un autre téléphone peut voir vos prets. Ce n'était pas vous? Appelez vite le ${phone}.`,
}
