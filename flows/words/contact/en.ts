import { menu } from '../words.ts'
import type { ContactWords } from './words.ts'

export const en: ContactWords = {
  menu: lender =>
    menu(`${lender} does not know this phone yet.`, [
      'I have a code for this phone',
      'I have a client number',
      'I have neither',
    ]),
  code: lender => `Enter the code of the SMS from ${lender}, for this phone`,
  account: lender => `Your client number with ${lender}`,
  digits: 'The last 4 digits of your identity document',
  wrongFacts: left => `Number or digits are wrong, ${left} left.`,
  longSilent: 'To protect you we ask who has this phone.',
  firstPin: 'For a PIN of your own, first show who you are.',
  callUs: phone => `Please call ${phone} and we will help you.`,
  locked: phone => `That was wrong too often. Try again tomorrow, or call ${phone}.`,
  consent: lender =>
    menu(
      `${lender}: may we write and prompt your wallet for what is due?\nExtra money pays your other loans. STOP ends it.`,
      ['Yes', 'No'],
    ),
  sms: (lender, code, dial) =>
    `${lender}: your code for this phone is ${code}. Dial ${dial} within the hour. Tell nobody, not even our staff.`,
  linkedSms: (lender, phone) =>
    `${lender}: another phone may see your loans now. If you did not do this, call ${phone} at once.`,
}
