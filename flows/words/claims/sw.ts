import { menu } from '../words.ts'
import type { ClaimWords } from './words.ts'

export const sw: ClaimWords = {
  notHere: '5 Moja halipo',
  enterReceipt: () => 'Andika namba ya risiti iliyo kwenye SMS ya mtandao',
  checking: amount => `${amount} inakaguliwa na mtandao wako. Tunauliza tena. Tafadhali usilipe tena.`,
  notFound: (number, phone) =>
    `Bado hatuioni. Tunza SMS ya mtandao. Namba ya ombi: ${number}; tunaitafuta.\nMaswali: ${phone}`,
  smsThis: 'Nitumie kwa SMS',
  byMistake: 'Nililipa kimakosa',
  sureByMistake: (amount, date) =>
    `${amount} ya ${date} ililipwa kimakosa? Tutaangalia kwanza: irudi, au iende mkopo mwingine.`,
  yesByMistake: 'Ndiyo, angalieni',
  noted: (number, phone) => `Tumepokea. Namba ya ombi: ${number}. Tutakupigia, au piga ${phone}`,
  sent: 'Tunaituma kwa SMS.',
  notSent: phone => `SMS nyingi saa hii. Jaribu baadaye au piga ${phone}.`,

  complainAbout: () => menu('Inahusu nini?', ['Malipo', 'Mkopo wangu', 'Wafanyakazi wenu', 'Jambo jingine']),
  stop: 'Msinikumbushe tena',
  again: 'Nikumbusheni tena',
  messages: () => 'SMS zetu kwa simu hii:',
  stopped: 'Hatutumi tena maombi na vikumbusho hapa. Risiti bado zinakuja. Tarehe za kulipa zinabaki.',
  wanted: 'Tutaandika kwa simu hii malipo yanapofika.',

  statement: {
    option: 'Mwezi kwa SMS',
    none: 'hakuna malipo',
    line: (date, amount, receipt) => `${date} ${amount} ${receipt}`,
    sms: ({ lender, loan, since, lines, more, total, balance }) =>
      `${lender}: mkopo ${loan} tangu ${since}: ${more > 0 ? `${more} kabla; ` : ''}${lines.join('; ')}. Umelipa ${total}, salio ${balance}.`,
  },
}
