import { menu } from '../words.ts'
import type { StaffWords } from './words.ts'

export const sw: StaffWords = {
  role: name => `Afisa: ${name}`,
  enterPin: lender => `Andika PIN yako ya afisa wa ${lender}`,
  pinLocked: phone =>
    `PIN yako ya afisa imefungwa baada ya makosa matatu. Afisa mwingine aifungue, au piga ${phone}.`,
  menu: (lender, name) =>
    menu(`${lender}, maafisa\nHabari ${name}`, [
      'Tafuta mteja',
      'Maombi ya leo',
      'Anasema amelipa',
      'PIN, simu mpya',
      'Lugha',
    ]),

  find: () => 'Simu ya mteja, au namba yake au ya mkopo',
  nobodyFound: 'Hakuna aliyepatikana.',
  whichClient: () => 'Mteja yupi?',
  noLoans: name => `${name} hana mkopo unaoendelea.`,
  loansOf: name => `Mikopo ya ${name}`,

  push: ({ firstName, account, asked, balance }) =>
    menu(`${firstName}, mkopo ${account}\nOmba ${asked} kati ya ${balance}`, [
      'Omba kwa SMS',
      'Pochi iombe sasa',
      'Kiasi kingine',
    ]),
  asked: (name, amount, silent) =>
    `${name} ameombwa ${amount}, ${silent ? 'atakapopiga tu: hatumi SMS kwake' : 'kwa SMS na atakapopiga'}.`,
  prompted: (name, amount, from) =>
    `Pochi ya ${name} itaomba ${amount}${from === undefined ? '' : `, kuanzia ${from}`}. PIN ni yake peke yake: usiichukue kamwe.`,
  unpushed: {
    'nothing-to-pay': 'Hakuna deni lililobaki kwenye mkopo huu.',
    'bad-amount': 'Hiyo ni zaidi ya deni lake. Hakuna kilichoombwa.',
    'no-consent': 'Hajakubali maombi ya moja kwa moja. Omba kwa SMS.',
    'no-wallet': 'Hana pochi inayoweza kulipa hili. Omba kwa SMS.',
    'being-paid': 'Ameshakubali malipo. Subiri matokeo.',
    'declined-today': 'Amekataa leo. Omba tena kesho.',
    'over-limit': 'Kikomo cha pochi yake hakiruhusu. Jaribu kiasi kidogo.',
  },
  day: ({ asked, promised, paying, paid, declined }) =>
    menu(
      `Leo: maombi ${asked}\n${promised} wameahidi, ${paying} yanalipwa\n${paid} yamelipwa, ${declined} wamekataa`,
      ['Onyesha kila moja'],
    ),
  today: 'Leo:',
  nothingToday: 'Hakuna kilichoombwa leo.',
  dayStates: {
    promised: 'ahadi',
    waiting: 'wazi',
    paying: 'hulipa',
    paid: 'amelipa',
    declined: 'hapana',
    over: 'imeisha',
  },

  paid: () => menu('Anasema amelipa. Tafuta kwa:', ['Risiti ya mtandao', 'Simu, kiasi, siku']),
  receipt: 'Risiti, kama ilivyo kwenye SMS ya mtandao',
  noSuchReceipt: 'Hakuna aliyeiona risiti hii bado.',
  notRead: 'Simu, kiasi au siku si sahihi.',
  payerPhone: 'Simu iliyolipa',
  amountPaid: 'Amelipa kiasi gani?',
  dayPaid: () => `${menu('Lini?', ['Leo', 'Jana'])}\nAu siku na mwezi, kama 0503`,
  found: {
    booked: ({ amount, date, receipt, account }) =>
      `Imeandikwa: ${amount} ya ${date}, mkopo ${account}, risiti ${receipt}.`,
    booking: ({ amount, receipt }) => `${amount} imefika, risiti ${receipt}. Inaandikwa.`,
    suspense: ({ amount, date, receipt }) =>
      `${amount} imefika, risiti ${receipt}, inasubiri tangu ${date}. Ofisi itaipeleka kwenye mkopo.`,
    sent: ({ amount }) => `${amount} iko kwa mtandao, bado haijathibitishwa. Tunauliza tena.`,
    checking: ({ amount, date }) =>
      `${amount} inakaguliwa na mtandao tangu ${date}. Tunauliza tena. Usimwombe tena.`,
    returned: ({ amount, receipt }) => `${amount}, risiti ${receipt}, imerudi kwa aliyelipa.`,
    'written-off': ({ amount, receipt }) => `${amount}, risiti ${receipt}: uliza ofisi.`,
  },
  noted: number => `Haijapatikana. Tunza SMS ya mtandao. Ombi ${number} limeandikwa: ofisi itatafuta.`,

  pinOf: (kind, name, locked) =>
    menu(`${name}: PIN ${locked ? 'imefungwa' : 'haijafungwa'}`, [
      'Ajaribu tena',
      ...(kind === 'staff' ? [] : ['Amesahau: tuma namba', 'Simu mpya: tuma namba']),
    ]),
  pinOpened: name => `${name} anaweza kujaribu PIN tena, na amejulishwa kwa SMS.`,
  codeSent: name =>
    `${name} anapata msimbo kwa SMS. Akipiga tena unafungua PIN mpya. Usiulize msimbo wala PIN kamwe.`,
  newPhone: name => `Simu mpya ya ${name}. Namba ya siri itatumwa huko kwa SMS.`,
  linkCodeSent: name =>
    `Msimbo unaenda kwa simu mpya. Ukiandikwa huko, simu inakuwa ya ${name}. Usiuulize kamwe.`,
  codeRefused: name => `Haiwezekani kumtumia ${name} namba sasa. Uliza ofisi.`,

  morning: ({ lender, date, due, promised, paid, failed, waiting }) =>
    [
      `${lender} ${date}: ${due.count} yanadaiwa, ${due.amount}`,
      `Ahadi za leo: ${promised}`,
      `Yamelipwa jana: ${paid.count}, ${paid.amount}`,
      `Hayakufaulu jana: ${failed}`,
      `Yanakusubiri: ${waiting}`,
    ].join('\n'),

  unsure: () => 'Hatuna hakika kama imefanyika. Mwangalie mteja tena kabla ya kurudia.',
}
