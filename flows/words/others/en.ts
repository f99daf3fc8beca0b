import { menu } from '../words.ts'
import type { OthersWords } from './words.ts'

export const en: OthersWords = {
  option: 'Someone else',
  whom: () => 'Pay for:',
  group: name => `Group ${name}`,
  payAll: 'Pay all',
  leaveOut: 'Leave out',
  nobodyOwes: group => `Nobody in ${group} has a loan to pay.`,
  byNumber: 'By pay number',
  mayPayForMe: 'Who may pay for me',
  enterReference: () => 'Type the pay number of the loan. Its borrower finds it under My loans.',
  unknown: left => `No open loan has this number, ${left} left.`,
  stopped: () => 'Three numbers were wrong. Please ask for the right one, and try again tomorrow.',
  howMuch: (name, due) => `Pay for ${name}${due === undefined ? '' : `, due ${due}`}\nEnter an amount`,
  confirm: (amount, name, wallet) => `Pay ${amount} for ${name}\nfrom ${wallet}?`,
  pinToPay: (lender, amount, name) => `Pay ${amount} for ${name}.\nEnter your ${lender} PIN`,
  payers: () => 'Phones that may pay for you:',
  noPayers: () => 'You have let no phone pay for you yet.',
  addPhone: 'Add a phone',
  payer: (phone, showsDue) =>
    `${phone} may pay for you. It ${showsDue ? 'sees what is due' : 'does not see what is due'}.`,
  takeBack: 'Take it back',
  enterPhone: () => 'Type the phone that may pay for you.',
  maySee: phone => menu(`May ${phone} see what is due?`, ['Yes', 'No']),
  named: phone => `${phone} may pay for you from now on, and sees no balance. You can take it back here.`,
  ended: phone => `${phone} does not find your name any more.`,
  payerHints: {
    'bad-phone': 'This is no phone that can pay for you.',
    'too-many-payers': 'Enough phones for now. Take one back first, or try tomorrow.',
  },
  sms: {
    named: (lender, name, code) =>
      `${lender}: ${name} lets you pay that loan. Dial ${code}, Pay my loan, Someone else.`,
    youNamed: (lender, phone, lenderPhone) =>
      `${lender}: ${phone} may pay for you from now on. If you did not do this, call ${lenderPhone}.`,
    ended: (lender, name) => `${lender}: you do not find ${name} under Someone else any more.`,
    youEnded: (lender, phone) => `${lender}: ${phone} does not find you any more to pay for you.`,
    received: (lender, amount, payer, account, receipt) =>
      `${lender}: ${payer} paid ${amount} for ${account}. Receipt ${receipt}.`,
    gone: (lender, amount, payer, account) =>
      `${lender}: ${amount} that ${payer} paid for ${account} went back. It is due again.`,
  },
}
