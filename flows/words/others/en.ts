import { menu } from '../words.ts'
import type { OthersWords } from './words.ts'

export const en: OthersWords = {
  option: 'Someone else',
  enterReference: () => 'Type the pay number of the loan. It is the account in the SMS about it.',
  unknown: left => `No open loan has this number, ${left} left.`,
  stopped: () => 'Three numbers were wrong. Please ask for the right one, and try again tomorrow.',
  howMuch: (name, due) => `Pay for ${name}${due === undefined ? '' : `, due ${due}`}\nEnter an amount`,
  confirm: (amount, name, wallet) => menu(`Pay ${amount} for ${name}\nfrom ${wallet}?`, ['Yes, pay']),
  pinToPay: (lender, amount, name) => `Pay ${amount} for ${name}.\nEnter your ${lender} PIN`,
  sms: {
    received: (lender, amount, payer, account, receipt) =>
      `${lender}: ${payer} paid ${amount} for ${account}. Receipt ${receipt}.`,
    gone: (lender, amount, payer, account) =>
      `${lender}: ${amount} that ${payer} paid for ${account} went back. It is due again.`,
  },
}
