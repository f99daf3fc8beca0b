import { menu } from '../words.ts'
import type { ContactWords } from './words.ts'

export const sw: ContactWords = {
  menu: lender =>
    menu(`${lender} bado haiijui simu hii.`, [
      'Nina msimbo wa simu hii',
      'Nina namba ya mteja',
      'Sina zote mbili',
    ]),
  code: lender => `Andika msimbo wa SMS ya ${lender}, kwa simu hii`,
  account: lender => `Namba yako ya mteja wa ${lender}`,
  digits: 'Tarakimu 4 za mwisho za kitambulisho chako',
  wrongFacts: left => `Namba au tarakimu si sahihi, ${left === 1 ? 'imebaki' : 'zimebaki'} ${left}.`,
  longSilent: 'Kwa usalama wako: nani ana simu hii?',
  firstPin: 'Ili uchague PIN yako, onyesha wewe ni nani.',
  callUs: phone => `Tafadhali piga ${phone} tukusaidie.`,
  locked: phone => `Umekosea mara nyingi. Jaribu tena kesho, au piga ${phone}.`,
  consent: lender =>
    menu(
      `${lender}: tukuandikie na kuomba pochi yako siku ya kulipa?\nZiada italipa mikopo yako mingine. STOP huikomesha.`,
      ['Ndiyo', 'Hapana'],
    ),
  sms: (lender, code, dial) =>
    `${lender}: msimbo wa simu hii ni ${code}. Piga ${dial} ndani ya saa moja. Usimwambie mtu, hata afisa wetu.`,
  linkedSms: (lender, phone) =>
    `${lender}: simu nyingine inaweza kuona mikopo yako sasa. Kama si wewe, piga ${phone} mara moja.`,
}
