import { sw as addWallet } from './add-wallet/sw.ts'
import { sw as claims } from './claims/sw.ts'
import { sw as contact } from './contact/sw.ts'
import { sw as forOthers } from './others/sw.ts'
import { sw as staff } from './staff/sw.ts'
import { dayAndMonth, menu, moneyIn, type Words } from './words.ts'

export const sw: Words = {
  name: 'Kiswahili',
  signedBy: null,
  money: moneyIn(',', '.'),
  date: dayAndMonth,
  moment: (time, date) => (date === undefined ? time : `${time} tarehe ${date}`),

  back: '0 Rudi',
  more: '98 Zaidi',
  badAnswer: 'Chagua namba.',
  badAmount: 'Haiwezekani.',
  badPin: 'PIN ina namba 4 hadi 6.',
  pinDialled: 'Usipige PIN kamwe.',

  tooManyErrors: lender => `Hatukuelewa. Tafadhali piga tena ukiwa tayari. ${lender}`,
  sorry: phone => `Samahani, haiwezekani kwa sasa. Piga tena baada ya dakika chache au piga ${phone}.`,
  nobody: (lender, phone) => `Simu hii haijasajiliwa na ${lender}. Tafadhali piga ${phone} tukusaidie.`,

  cutOff: {
    title: lender => `${lender}: simu ilikatika.`,
    goOn: 'Endelea pale nilipokuwa',
    anew: 'Anza upya',
  },
  whoAreYou: lender => `${lender}\nNani anapiga?`,
  menu: (lender, name) =>
    menu(`${lender}\nHabari ${name}`, [
      'Lipa mkopo',
      'Mikopo yangu',
      'Pochi zangu',
      'Malipo yangu',
      'Lugha, msaada',
    ]),
  pending: ({ lender, amount, loan, date }) =>
    `${menu(`${lender}: unadaiwa ${amount} tarehe ${date}, mkopo ${loan}`, ['Lipa sasa', 'Kiasi kingine', 'Baadaye leo', 'Kataa'])}\n0 Menyu`,
  whichLoan: () => 'Mkopo upi?',
  payWhat: account => `Mkopo ${account}:`,
  payInstalment: (amount, date) => (date === undefined ? `Unadaiwa ${amount}` : `Ya ${date} ${amount}`),
  payArrears: amount => `Malimbikizo ${amount}`,
  payOff: balance => `Maliza${balance === undefined ? ' mkopo' : ` ${balance}`}`,
  payOther: 'Kiasi kingine',
  howMuch: (due, most) =>
    `${due === undefined ? '' : `Unadaiwa: ${due}\n`}Andika kiasi${most === undefined ? '' : ` hadi ${most}`}`,
  wholeOnly: 'Pochi hii hulipa kiasi kizima tu.',
  declineWhy: () => menu('Kwa nini?', ['Nimeshalipa', 'Sina pesa leo', 'Kiasi si sahihi', 'Si mkopo wangu']),
  declined: phone => `Tumepokea jibu lako. Tarehe ya kulipa haibadiliki. Zungumza nasi: ${phone}`,
  laterWhen: date => `Tukukumbushe lini? Tarehe ya kulipa inabaki ${date}.`,
  postponed: (amount, date, moment) =>
    `Tutakukumbusha${moment === undefined ? '' : ` ${moment}`}. Tarehe ya kulipa inabaki ${date}: ${amount}.`,

  tried: {
    title: (amount, wallet) => `${amount} haikulipwa kutoka ${wallet}.`,
    again: 'Iombe tena',
    other: 'Jibu lingine',
  },
  whichWallet: amount => `Lipa ${amount} kwa:`,
  chargeMark: charge => ` + ${charge ?? 'ada'}`,
  plusCharge: charge => (charge === undefined ? ' pamoja na ada ya mtandao' : ` + ada ${charge}`),
  confirm: (lender, amount, wallet) => `${lender}: lipa ${amount} kutoka ${wallet}?`,
  yesPay: 'Ndiyo, lipa',
  elsewhere: {
    ask: wallet => `${wallet} iko kwenye simu nyingine. Je, unayo simu hiyo? Tutaiandikia kwanza.`,
    yes: 'Ndiyo',
    sms: (lender, amount, name, phone) =>
      `${lender}: ${name} analipa ${amount} kwa pochi ya simu hii, itakayoomba PIN yako. Kama hukubali, kataa na upige ${phone}.`,
  },
  enterPin: lender => `Andika PIN yako ya ${lender}`,
  pinToPay: (lender, amount, wallet) => `Lipa ${amount} kutoka ${wallet}.\nAndika PIN yako ya ${lender}`,
  wrongPin: left => `PIN si sahihi, ${left === 1 ? 'imebaki' : 'zimebaki'} ${left}.`,
  pinLocked: phone => `PIN yako imefungwa baada ya makosa matatu. Tafadhali piga ${phone}.`,
  noPin: phone => `Bado huna PIN. Tafadhali piga ${phone} uwekewe.`,
  settings: lender => menu(lender, ['Lugha', 'PIN yangu', 'Msaada', 'SMS zako', 'Malalamiko']),
  hourOption: 'Saa ya kukumbushwa',
  promptHours: now => `Tukuandikie saa ngapi kuhusu unachodaiwa?${now === undefined ? '' : ` Sasa: ${now}.`}`,
  anyHour: 'Saa yoyote',
  promptHourKept: hour =>
    hour === undefined
      ? 'Tutakuandikia saa yoyote ya mchana kuhusu unachodaiwa.'
      : `Tutakuandikia kuanzia ${hour} kuhusu unachodaiwa.`,
  newPin: lender => `Chagua PIN mpya ya ${lender}, tarakimu 4 hadi 6. Kamwe si ya pochi yako.`,
  newPinAgain: 'Andika PIN yako mpya tena',
  pinHints: { 'weak-pin': 'Ni rahisi kukisia.', 'pin-differs': 'Hazikufanana.' },
  pinChanged: phone => `PIN yako imebadilishwa. Usimwambie mtu. Kama si wewe, piga ${phone} mara moja.`,
  owedAfter: balance => (balance === undefined ? 'Deni litaisha.' : `Utabaki na deni ${balance}.`),
  prompted: (wallet, amount, prompts, other) =>
    `${wallet} itaomba ${prompts > 1 ? `mara ${prompts}, jumla ${amount}` : `${amount} hivi punde`}. Weka PIN ya pochi huko, kamwe si hapa. ${other}`,
  linkComing: (wallet, amount) =>
    `Tunatuma kiungo kwa SMS kwa ${wallet}. Kifungue kwa simu janja ulipe ${amount} hapo.`,
  promptedLater: (wallet, amount, prompts, moment) =>
    `${wallet} iko matengenezoni hadi ${moment}. Kisha itaomba ${prompts > 1 ? `mara ${prompts}, jumla ${amount}` : amount}. Weka PIN ya pochi huko, kamwe si hapa.`,
  otherWay: (way, account) =>
    way.kind === 'paybill'
      ? `Au paybill ${way.number}, akaunti ${account}.`
      : `Huoni ombi? Piga ${way.dial}.`,
  refusals: {
    'being-checked': 'Malipo yako ya mwisho yanakaguliwa. Subiri SMS yetu.',
    'no-wallet': 'Pochi hii haiwezi kutumika. Chagua nyingine.',
    'last-wallet': 'Hii ndiyo pochi yako pekee. Inabaki ili uweze kulipa.',
    'nothing-due': 'Hakuna deni lililobaki kwenye mkopo huu. Asante.',
    gone: 'Ombi hili limefungwa. Hakuna kilichobadilika.',
  },
  overLimit: from =>
    `Kikomo cha pochi hii hakiruhusu${from === undefined ? '' : ` kabla ya ${from}`}. Jaribu kiasi kidogo, au pochi nyingine.`,
  already: (what, time) =>
    `Hili lilishafanyika (${{ approved: 'limekubaliwa', declined: 'limekataliwa', paid: 'limelipwa' }[what]}) ${time}. Hakuna kilichobadilika.`,
  unsure: () => 'Hatuna hakika kama jibu lako limefika. Subiri SMS yetu kabla ya kujaribu tena.',

  noLoans: () => 'Huna mkopo unaoendelea.',
  loan: (account, number, balance, next) =>
    `Mkopo ${account}${number === undefined ? '' : `\nNamba ya kulipia ${number}`}\nSalio ${balance}${next === undefined ? '' : `\n${next}`}\n1 Ratiba`,
  nextInstalment: (amount, date) => `Ijayo ${amount} tarehe ${date}`,
  schedule: (paid, all) => `Zimelipwa: ${paid} / ${all}`,
  instalment: (number, date, amount, paid) => `${number}) ${date} ${amount}${paid ? ' imelipwa' : ''}`,
  noWallets: () => 'Bado huna pochi kwetu.',
  wallets: () => 'Pochi zako:',
  walletDoubtful: 'imekataliwa',
  walletFirst: 'Lipa kwa hii kwanza',
  walletRemove: 'Iondoe',
  walletSure: wallet => `Ondoa ${wallet} kwenye pochi zako?`,
  yesRemove: 'Ndiyo, ondoa',
  walletPreferred: wallet => `Kuanzia sasa ${wallet} inatangulia ukilipa.`,
  walletRemoved: (wallet, phone) => `${wallet} imeondolewa: hatutaiomba pesa. Kuirudisha piga ${phone}.`,
  noPayments: () => 'Hakuna malipo ya simu bado.',
  payments: () => 'Malipo ya mwisho:',
  payment: ({ date, amount, receipt, state, by }) =>
    `${date} ${amount} ${{ booked: by === undefined ? receipt : `na ${by}`, 'being-checked': 'yanakaguliwa', failed: 'hayakufaulu' }[state]}`,
  help: (lender, phone, code) => `${lender}\nPiga ${phone}\nPiga ${code}\nHatuombi kamwe PIN ya pochi yako.`,

  account: ({ kind, number }) =>
    kind === 'savings' ? 'akiba yako' : number === null ? 'mkopo mwingine' : `mkopo ${number}`,
  and: 'na',
  others: count => `nyingine ${count}`,

  reasons: {
    'insufficient-funds': 'pesa hazitoshi kwenye pochi',
    'wrong-pin': 'PIN ya pochi si sahihi',
    expired: 'ombi halikujibiwa kwa wakati',
    unreachable: 'simu haikupatikana',
    cancelled: 'limeghairiwa kwenye simu',
    limit: 'kikomo cha pochi kimefikiwa',
    'below-minimum': 'kiasi ni kidogo mno',
    'not-allowed': 'pochi hairuhusiwi kulipa hili',
    'no-account': 'namba haina pochi',
    busy: 'pochi ilikuwa na kazi nyingine',
    failed: 'mtandao umekataa',
  },
  unsent: 'ombi halikufika kwenye mtandao',
  tookBack: 'mtandao umerudisha pesa',
  sms: {
    prompt: ({ lender, amount, loan, date }, code) =>
      `${lender}: unadaiwa ${amount} tarehe ${date}, mkopo ${loan}. Piga ${code} kulipa au kujibu.`,
    verbs: { yes: 'NDIYO', no: 'HAPANA', later: 'BAADAYE', balance: 'SALIO' },
    answerHint: answers => `Au jibu ${answers.join(' au ')}.`,
    answerHelp: (lender, verbs, dial, phone) =>
      `${lender}: jibu ${verbs.join(' au ')} na namba ya SMS yetu, kama ${verbs[0]} 4821. Au piga ${dial}, au ${phone}.`,
    codeless: (lender, answer, dial) =>
      `${lender}: tafadhali jibu na namba ya SMS yetu, kama ${answer}, au piga ${dial}.`,
    stopped: lender =>
      `${lender}: hatutumi tena maombi wala vikumbusho kwa simu hii. Risiti zitaendelea kuja, tarehe zako zinabaki. ANZA huzirudisha.`,
    wanted: lender => `${lender}: tutaandikia simu hii malipo yanapofika. ACHA huzima.`,
    unknownCode: (lender, dial) =>
      `${lender}: hakuna ombi lako lenye namba hii. Piga ${dial} kuona unachodaiwa.`,
    guarded: (lender, dial) => `${lender}: hilo linahitaji PIN yako, ambayo haitumwi kwa SMS. Piga ${dial}.`,
    balance: (lender, loan, balance, next) =>
      `${lender}: mkopo ${loan}, salio ${balance}.${next === undefined ? '' : ` ${next}.`}`,
    payNumber: number => `Namba ya kulipia ${number}.`,
    reminder: ({ lender, amount, loan, date }, code) =>
      `${lender}: kumbusho, unadaiwa ${amount} tarehe ${date}, mkopo ${loan}. Piga ${code}.`,
    overdue: ({ lender, amount, loan, date }, code) =>
      `${lender}: unadaiwa ${amount} tangu ${date}, mkopo ${loan}. Piga ${code} kulipa.`,
    paid: (lender, amount, accounts, receipt) =>
      `${lender}: tumepokea ${amount} kwa ${accounts}. Risiti ${receipt}. Asante.`,
    left: balance => `Deni lililobaki: ${balance}.`,
    cleared: loan => `Mkopo ${loan} umelipwa wote.`,
    paidFor: (lender, amount, name, receipt) =>
      `${lender}: tumepokea ${amount} kutoka kwako kwa ajili ya ${name}. Risiti ${receipt}. Asante.`,
    returnedFor: (lender, amount, name, receipt) =>
      `${lender}: tumerudisha ${amount} kwenye pochi yako. Ulilipa kwa ajili ya ${name}, risiti ${receipt}.`,
    takenBackFor: (lender, amount, name, receipt) =>
      `${lender}: mtandao umechukua tena malipo yako ya ${amount} kwa ajili ya ${name}, risiti ${receipt}.`,
    failed: (lender, amount, reason, next) => `${lender}: ${amount} haijalipwa: ${reason}. ${next}`,
    nextWallet: (code, wallet) => `Piga ${code} kujaribu ${wallet}.`,
    tryAgain: code => `Piga ${code} kujaribu tena.`,
    beingChecked: (lender, amount) =>
      `${lender}: malipo yako ya ${amount} yanakaguliwa. Usilipe tena, tutakuandikia.`,
    maintenance: (lender, amount, moment) =>
      `${lender}: mtandao wako uko kwenye matengenezo. Tutaomba ${amount} kwenye simu yako baada ya ${moment}.`,
    payLink: (lender, amount, link) => `${lender}: lipa ${amount} hapa, kwa simu janja: ${link}`,
    pinChanged: (lender, phone) => `${lender}: PIN yako imewekwa. Kama si wewe, piga ${phone} mara moja.`,
    returned: (lender, amount) => `${lender}: tumerudisha ${amount} kwenye pochi iliyolipa.`,
    paidOut: (lender, amount, receipt) =>
      `${lender}: tumetuma ${amount} kwenye pochi yako. Risiti ${receipt}.`,
    payoutFailed: (lender, amount, reason) =>
      `${lender}: hatukuweza kukutumia ${amount}: ${reason}. Tutakupigia.`,
    payoutRefused: (lender, amount, phone) =>
      `${lender}: bado hatuwezi kukutumia ${amount}. Tafadhali tuulize: ${phone}.`,
    takenBack: (lender, amount, date, receipt, loans) =>
      `${lender}: mtandao umechukua tena malipo yako ya ${amount} ya ${date}, risiti ${receipt}.${loans === undefined ? '' : ` Unadaiwa tena: ${loans}.`}`,
  },
  badClient: 'Tarakimu 4 hadi 20.',
  badReceipt: 'Risiti ina herufi na tarakimu 5 hadi 30.',
  badDigits: 'Tarakimu 4 hadi 6.',
  pinCode: {
    enter: lender => `Andika msimbo wa SMS ya ${lender}, kwa PIN mpya`,
    wrong: left => `Namba si sahihi, zimebaki ${left}.`,
    spent: phone => `Namba hii haifai tena. Omba nyingine kwa afisa wako, au piga ${phone}.`,
    sms: (lender, code, dial) =>
      `${lender}: msimbo wa PIN mpya ni ${code}. Piga ${dial} ndani ya saa moja. Usimwambie mtu, hata afisa wetu.`,
    opened: (lender, phone) => `${lender}: unaweza kujaribu PIN yako tena. Kama hukuomba, piga ${phone}.`,
  },
  addWallet,
  claims,
  contact,
  noSuchRequest: lender => `${lender}: hakuna ombi lako lenye nambari hii. Usipige PIN kamwe.`,
  badReference: 'Namba ina tarakimu 8.',
  forOthers,
  staff,
}
