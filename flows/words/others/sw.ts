import { menu } from '../words.ts'
import type { OthersWords } from './words.ts'

export const sw: OthersWords = {
  option: 'Mtu mwingine',
  enterReference: () => 'Andika namba ya kulipia mkopo. Ni akaunti iliyo kwenye SMS yake.',
  unknown: left => `Hakuna mkopo wazi wenye namba hii, zimebaki ${left}.`,
  stopped: () => 'Namba tatu hazikuwa sahihi. Uliza namba sahihi, ujaribu tena kesho.',
  howMuch: (name, due) => `Lipia ${name}${due === undefined ? '' : `, anadaiwa ${due}`}\nAndika kiasi`,
  confirm: (amount, name, wallet) =>
    menu(`Lipa ${amount} kwa ajili ya ${name}\nkutoka ${wallet}?`, ['Ndiyo, lipa']),
  pinToPay: (lender, amount, name) => `Lipa ${amount} kwa ajili ya ${name}.\nAndika PIN yako ya ${lender}`,
  sms: {
    received: (lender, amount, payer, account, receipt) =>
      `${lender}: ${payer} amelipa ${amount} kwa ${account}. Risiti ${receipt}.`,
    gone: (lender, amount, payer, account) =>
      `${lender}: ${amount} alizolipa ${payer} kwa ${account} zimerudishwa. Unadaiwa tena.`,
  },
}
