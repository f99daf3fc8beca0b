import { menu } from '../words.ts'
import type { StaffWords } from './words.ts'

export const en: StaffWords = {
  role: name => `Staff: ${name}`,
  enterPin: lender => `Enter your ${lender} staff PIN`,
  pinLocked: phone =>
    `Your staff PIN is locked after three wrong tries. Another officer can open it, or call ${phone}.`,
  menu: (lender, name) =>
    menu(`${lender} staff\nHello ${name}`, [
      'Find a client',
      "Today's requests",
      'A client has paid',
      'PIN, new phone',
      'Language',
    ]),

  find: () => "The client's phone, or a client or loan number",
  nobodyFound: 'Nobody found.',
  whichClient: () => 'Which client?',
  noLoans: name => `${name} has no active loan.`,
  loansOf: name => `Loans of ${name}`,

  push: ({ firstName, account, asked, balance }) =>
    menu(`${firstName}, loan ${account}\nAsk for ${asked} of ${balance}`, [
      'Ask by SMS',
      'Wallet prompt now',
      'Other amount',
    ]),
  asked: (name, amount, silent) =>
    `${name} is asked for ${amount}, ${silent ? 'but only at the next dial: no SMS of ours goes there' : 'by SMS and at the next dial'}.`,
  prompted: (name, amount, from) =>
    `The wallet of ${name} will ask for ${amount}${from === undefined ? '' : `, from ${from}`}. Never ask for a PIN, never take one.`,
  unpushed: {
    'nothing-to-pay': 'Nothing is left to pay on this loan.',
    'bad-amount': 'That is more than the debt. Nothing was asked.',
    'no-consent': 'No consent to prompts at once was given. Ask by SMS.',
    'no-wallet': 'No wallet is known that can pay this. Ask by SMS.',
    'being-paid': 'A payment is approved already. Wait for its result.',
    'declined-today': 'It was declined today. Ask again tomorrow.',
    'over-limit': 'A limit of the wallet does not allow that. Try less.',
  },
  day: ({ asked, promised, paying, paid, declined }) =>
    menu(
      `Today: ${asked} asked\n${promised} promised, ${paying} being paid\n${paid} paid, ${declined} declined`,
      ['Show each'],
    ),
  today: 'Today:',
  nothingToday: 'Nothing was asked for today.',
  dayStates: {
    promised: 'later',
    waiting: 'asked',
    paying: 'paying',
    paid: 'paid',
    declined: 'no',
    over: 'over',
  },

  paid: () => menu('Find the payment by:', ["The operator's receipt", 'Phone, amount, day']),
  receipt: "The receipt, as in the operator's SMS",
  noSuchReceipt: 'Nobody has seen this receipt yet.',
  notRead: 'Phone, amount or day cannot be right.',
  payerPhone: 'The phone that paid',
  amountPaid: 'How much was paid?',
  dayPaid: () => `${menu('When?', ['Today', 'Yesterday'])}\nOr day and month, as in 0503`,
  found: {
    booked: ({ amount, date, receipt, account }) =>
      `Booked: ${amount} for ${date}, loan ${account}, receipt ${receipt}.`,
    booking: ({ amount, receipt }) => `${amount} has come, receipt ${receipt}. It is being booked.`,
    suspense: ({ amount, date, receipt }) =>
      `${amount} has come, receipt ${receipt}, and has no loan yet, since ${date}.\nThe office will find it.`,
    sent: ({ amount }) => `${amount} is at the operator, not confirmed yet. We ask again now.`,
    checking: ({ amount, date }) =>
      `${amount} is checked with the operator since ${date}. We ask again now. Do not push again.`,
    returned: ({ amount, receipt }) => `${amount}, receipt ${receipt}, went back to who paid it.`,
    'written-off': ({ amount, receipt }) => `${amount}, receipt ${receipt}: ask the office.`,
  },
  noted: number => `Not found. Keep the operator's SMS. Case ${number} is open: the office will look for it.`,

  pinOf: (kind, name, locked) =>
    menu(`${name}: the PIN is ${locked ? 'locked' : 'not locked'}`, [
      'May try again',
      ...(kind === 'staff' ? [] : ['Forgot it: send a code', 'New phone: send a code']),
    ]),
  pinOpened: name => `${name} may try the PIN again, and is told so by SMS.`,
  codeSent: name =>
    `${name} gets a code by SMS. At the next dial it opens a new PIN. Never ask for the code or the PIN.`,
  newPhone: name => `The new phone of ${name}. A code goes there by SMS.`,
  linkCodeSent: name =>
    `A code goes to the new phone. Typed there, it makes that phone ${name}'s. Never ask for the code.`,
  codeRefused: name => `No code can be sent to ${name} now. Ask the office.`,

  morning: ({ lender, date, due, promised, paid, failed, waiting }) =>
    [
      `${lender} ${date}: ${due.count} due, ${due.amount}`,
      `Promised today: ${promised}`,
      `Paid yesterday: ${paid.count}, ${paid.amount}`,
      `Failed yesterday: ${failed}`,
      `Waiting for you: ${waiting}`,
    ].join('\n'),

  unsure: () => 'We are not sure that it was done. Look at the client again before you repeat it.',
}
