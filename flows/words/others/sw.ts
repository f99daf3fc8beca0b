import { menu } from '../words.ts'
import type { OthersWords } from './words.ts'

export const sw: OthersWords = {
  option: 'Mtu mwingine',
  whom: () => 'Mlipie:',
  group: name => `Kikundi ${name}`,
  payAll: 'Lipa zote',
  leaveOut: 'Acha huyu',
  nobodyOwes: group => `Hakuna mwenye mkopo wa kulipa katika ${group}.`,
  byNumber: 'Kwa namba',
  mayPayForMe: 'Nani anilipie',
  enterReference: () => 'Andika namba ya kulipia mkopo. Mkopaji anaiona kwenye Mikopo yangu.',
  unknown: left => `Hakuna mkopo wazi wenye namba hii, ${left === 1 ? 'imebaki' : 'zimebaki'} ${left}.`,
  stopped: () => 'Namba tatu hazikuwa sahihi. Uliza namba sahihi, ujaribu tena kesho.',
  howMuch: (name, due) => `Lipia ${name}${due === undefined ? '' : `, anadaiwa ${due}`}\nAndika kiasi`,
  confirm: (amount, name, wallet) => `Lipa ${amount} kwa ajili ya ${name}\nkutoka ${wallet}?`,
  pinToPay: (lender, amount, name) => `Lipa ${amount} kwa ajili ya ${name}.\nAndika PIN yako ya ${lender}`,
  payers: () => 'Simu zinazoweza kukulipia:',
  noPayers: () => 'Hakuna simu inayoweza kukulipia bila namba yako bado.',
  addPhone: 'Ongeza simu',
  payer: (phone, showsDue) => `${phone} inaweza kukulipia. ${showsDue ? 'Inaona' : 'Haioni'} unachodaiwa.`,
  takeBack: 'Iondoe',
  enterPhone: () => 'Andika simu inayoweza kukulipia.',
  maySee: phone => menu(`${phone} ione unachodaiwa?`, ['Ndiyo', 'Hapana']),
  named: phone => `${phone} inaweza kukulipia kuanzia sasa, bila kuona salio. Unaweza kuiondoa hapa.`,
  ended: phone => `${phone} haioni jina lako tena.`,
  payerHints: {
    'bad-phone': 'Simu hii haiwezi kukulipia.',
    'too-many-payers': 'Simu zimetosha kwa sasa. Ondoa moja kwanza, au jaribu kesho.',
  },
  sms: {
    named: (lender, name, code) =>
      `${lender}: ${name} amekuruhusu kumlipia. Piga ${code}, Lipa mkopo, Mtu mwingine.`,
    youNamed: (lender, phone, lenderPhone) =>
      `${lender}: ${phone} inaweza kukulipia kuanzia sasa. Kama si wewe, piga ${lenderPhone}.`,
    ended: (lender, name) => `${lender}: humpati tena ${name} chini ya Mtu mwingine.`,
    youEnded: (lender, phone) => `${lender}: ${phone} haikupati tena kukulipia.`,
    received: (lender, amount, payer, account, receipt) =>
      `${lender}: ${payer} amelipa ${amount} kwa ${account}. Risiti ${receipt}.`,
    gone: (lender, amount, payer, account) =>
      `${lender}: ${amount} alizolipa ${payer} kwa ${account} zimerudishwa. Unadaiwa tena.`,
  },
}
