import { en as addWallet } from './add-wallet/en.ts'
import { en as claims } from './claims/en.ts'
import { en as contact } from './contact/en.ts'
import { en as forOthers } from './others/en.ts'
import { en as staff } from './staff/en.ts'
import { dayAndMonth, menu, moneyIn, type Words } from './words.ts'

export const en: Words = {
  name: 'English',
  signedBy: null,
  money: moneyIn(',', '.'),
  date: dayAndMonth,
  moment: (time, date) => (date === undefined ? time : `${time} on ${date}`),

  back: '0 Back',
  more: '98 More',
  badAnswer: 'Choose a number.',
  badAmount: 'Not possible.',
  badPin: 'A PIN has 4 to 6 digits.',
  pinDialled: 'Never dial a PIN.',

  tooManyErrors: lender => `We did not understand. Please dial again when you are ready. ${lender}`,
  sorry: phone =>
    `Sorry, this is not possible just now. Please dial again in a few minutes or call ${phone}.`,
  nobody: (lender, phone) =>
    `This phone is not registered with ${lender}. Please call ${phone} and we will help you.`,

  cutOff: {
    title: lender => `${lender}: you were cut off.`,
    goOn: 'Go on where I was',
    anew: 'Start again',
  },
  whoAreYou: lender => `${lender}\nWho is calling?`,
  menu: (lender, name) =>
    menu(`${lender}\nHello ${name}`, [
      'Pay my loan',
      'My loans',
      'My wallets',
      'My payments',
      'Language, help',
    ]),
  pending: ({ lender, amount, loan, date }) =>
    `${menu(`${lender}: ${amount} due ${date}, loan ${loan}`, ['Pay now', 'Other amount', 'Later today', 'Decline'])}\n0 Menu`,
  whichLoan: () => 'Which loan?',
  payWhat: account => `Loan ${account}:`,
  payInstalment: (amount, date) => (date === undefined ? `Due now ${amount}` : `Due ${date} ${amount}`),
  payArrears: amount => `Overdue ${amount}`,
  payOff: balance => (balance === undefined ? 'Pay off in full' : `Pay off ${balance}`),
  payOther: 'Other amount',
  howMuch: (due, most) =>
    `${due === undefined ? '' : `Due: ${due}\n`}Enter an amount${most === undefined ? '' : ` up to ${most}`}`,
  wholeOnly: 'This wallet pays whole amounts only.',
  declineWhy: () => menu('Why not?', ['I have paid', 'No money today', 'Wrong amount', 'Not my loan']),
  declined: phone => `We have noted your answer. Your due date stays. To talk to us: ${phone}`,
  laterWhen: date => `When shall we remind you? Your due date stays ${date}.`,
  postponed: (amount, date, moment) =>
    `We will remind you${moment === undefined ? '' : ` at ${moment}`}. Your due date stays ${date}: ${amount}.`,

  tried: {
    title: (amount, wallet) => `${amount} was not paid from ${wallet}.`,
    again: 'Ask it again',
    other: 'Another answer',
  },
  whichWallet: amount => `Pay ${amount} with:`,
  chargeMark: charge => ` + ${charge ?? 'charge'}`,
  plusCharge: charge => (charge === undefined ? " plus your operator's charge" : ` + ${charge} charge`),
  confirm: (lender, amount, wallet) => `${lender}: pay ${amount} from ${wallet}?`,
  yesPay: 'Yes, pay',
  elsewhere: {
    ask: wallet => `${wallet} is on another phone. Is that phone with you? We write to it first.`,
    yes: 'Yes, it is',
    sms: (lender, amount, name, phone) =>
      `${lender}: ${name} pays ${amount} with this phone's wallet. It will ask for your PIN. Not agreed? Refuse, call ${phone}.`,
  },
  enterPin: lender => `Enter your ${lender} PIN`,
  pinToPay: (lender, amount, wallet) => `Pay ${amount} from ${wallet}.\nEnter your ${lender} PIN`,
  wrongPin: left => `Wrong PIN, ${left} left.`,
  pinLocked: phone => `Your PIN is locked after three wrong tries. Please call ${phone}.`,
  noPin: phone => `You have no PIN yet. Please call ${phone} to set one.`,
  settings: lender => menu(lender, ['Language', 'My PIN', 'Help', 'Your SMS', 'Complaint']),
  hourOption: 'Hour for reminders',
  promptHours: now =>
    `When shall we write to you about what is due?${now === undefined ? '' : ` Now: ${now}.`}`,
  anyHour: 'Any hour',
  promptHourKept: hour =>
    hour === undefined
      ? 'We will write to you at any hour of the day about what is due.'
      : `We will write to you from ${hour} about what is due.`,
  newPin: lender => `Choose a new ${lender} PIN, 4 to 6 digits. Never your wallet's.`,
  newPinAgain: 'Type your new PIN once more',
  pinHints: { 'weak-pin': 'Too easy to guess.', 'pin-differs': 'The two were not the same.' },
  pinChanged: phone => `Your PIN is changed. Tell nobody. If you did not do this, call ${phone} at once.`,
  owedAfter: balance => (balance === undefined ? 'You will owe nothing.' : `You will owe ${balance}.`),
  prompted: (wallet, amount, prompts, other) =>
    `${wallet} will ask ${prompts > 1 ? `${prompts} times, ${amount} in all` : `for ${amount} soon`}. Enter your wallet PIN there, never here. ${other}`,
  linkComing: (wallet, amount) =>
    `We send a link by SMS to ${wallet}. Open it on a smartphone and pay ${amount} there.`,
  promptedLater: (wallet, amount, prompts, moment) =>
    `${wallet} is in maintenance until ${moment}. Then it asks ${prompts > 1 ? `${prompts} times, ${amount} in all` : `for ${amount}`}. Enter your wallet PIN there, never here.`,
  otherWay: (way, account) =>
    way.kind === 'paybill' ? `Or paybill ${way.number}, account ${account}.` : `No prompt? Dial ${way.dial}.`,
  refusals: {
    'being-checked': 'Your last payment is being checked. Please wait for our SMS.',
    'no-wallet': 'This wallet cannot be used. Please choose another one.',
    'last-wallet': 'This is your only wallet. It stays, so that you can pay.',
    'nothing-due': 'There is nothing left to pay on this loan. Thank you.',
    gone: 'This request is closed. Nothing was changed.',
  },
  overLimit: from =>
    `A limit of this wallet does not allow that${from === undefined ? '' : ` before ${from}`}. Please try less, or another wallet.`,
  already: (what, time) => `This was already ${what} at ${time}. Nothing was changed.`,
  unsure: () => 'We are not sure that your answer reached us. Please wait for our SMS before you try again.',

  noLoans: () => 'You have no active loan.',
  loan: (account, number, balance, next) =>
    `Loan ${account}${number === undefined ? '' : `\nPay number ${number}`}\nBalance ${balance}${next === undefined ? '' : `\n${next}`}\n1 Schedule`,
  nextInstalment: (amount, date) => `Next ${amount} on ${date}`,
  schedule: (paid, all) => `Instalments paid: ${paid} of ${all}`,
  instalment: (number, date, amount, paid) => `${number}) ${date} ${amount}${paid ? ' paid' : ''}`,
  noWallets: () => 'You have no wallet with us yet.',
  wallets: () => 'Your wallets:',
  walletDoubtful: 'refused',
  walletFirst: 'Pay with it first',
  walletRemove: 'Remove it',
  walletSure: wallet => `Remove ${wallet} from your wallets?`,
  yesRemove: 'Yes, remove',
  walletPreferred: wallet => `From now on ${wallet} comes first when you pay.`,
  walletRemoved: (wallet, phone) =>
    `${wallet} is removed: we will not ask it for money. To have it back, call ${phone}.`,
  noPayments: () => 'No payments by phone yet.',
  payments: () => 'Last payments:',
  payment: ({ date, amount, receipt, state, by }) =>
    `${date} ${amount} ${{ booked: by === undefined ? receipt : `by ${by}`, 'being-checked': 'being checked', failed: 'failed' }[state]}`,
  help: (lender, phone, code) => `${lender}\nCall ${phone}\nDial ${code}\nWe never ask for your wallet PIN.`,

  account: ({ kind, number }) =>
    kind === 'savings' ? 'your savings' : number === null ? 'another loan' : `loan ${number}`,
  and: 'and',
  others: count => `${count} more`,

  reasons: {
    'insufficient-funds': 'not enough money in the wallet',
    'wrong-pin': 'wrong wallet PIN',
    expired: 'the prompt was not answered in time',
    unreachable: 'the phone could not be reached',
    cancelled: 'it was cancelled on the phone',
    limit: 'a limit of the wallet was reached',
    'below-minimum': 'the amount is too small',
    'not-allowed': 'the wallet may not pay this',
    'no-account': 'the number has no wallet',
    busy: 'the wallet was busy',
    failed: 'the operator refused it',
  },
  unsent: 'it did not reach the operator',
  tookBack: 'the operator took it back',
  sms: {
    prompt: ({ lender, amount, loan, date }, code) =>
      `${lender}: ${amount} is due ${date} on loan ${loan}. Dial ${code} to pay or answer.`,
    verbs: { yes: 'YES', no: 'NO', later: 'LATER', balance: 'BAL' },
    answerHint: answers => `Or answer ${answers.join(' or ')}.`,
    answerHelp: (lender, verbs, dial, phone) =>
      `${lender}: answer ${verbs.join(' or ')} with the code of our SMS, as in ${verbs[0]} 4821. Or dial ${dial}, or call ${phone}.`,
    codeless: (lender, answer, dial) =>
      `${lender}: please answer with the code of our SMS, as in ${answer}, or dial ${dial}.`,
    stopped: lender =>
      `${lender}: no more requests and reminders go to this phone. Receipts still come, your due dates stay. START brings them back.`,
    wanted: lender => `${lender}: we write to this phone when a payment is due. STOP ends it.`,
    unknownCode: (lender, dial) =>
      `${lender}: no request of yours has this code. Dial ${dial} to see what is due.`,
    guarded: (lender, dial) =>
      `${lender}: that takes your PIN, which must not go by SMS. Please dial ${dial}.`,
    balance: (lender, loan, balance, next) =>
      `${lender}: loan ${loan}, balance ${balance}.${next === undefined ? '' : ` ${next}.`}`,
    payNumber: number => `Pay number ${number}.`,
    reminder: ({ lender, amount, loan, date }, code) =>
      `${lender}: a reminder, ${amount} is due ${date} on loan ${loan}. Dial ${code}.`,
    overdue: ({ lender, amount, loan, date }, code) =>
      `${lender}: ${amount} has been due since ${date} on loan ${loan}. Dial ${code} to pay.`,
    paid: (lender, amount, accounts, receipt) =>
      `${lender}: we received ${amount} for ${accounts}. Receipt ${receipt}. Thank you.`,
    left: balance => `Left to pay: ${balance}.`,
    cleared: loan => `Loan ${loan} is paid in full.`,
    paidFor: (lender, amount, name, receipt) =>
      `${lender}: we received ${amount} from you for ${name}. Receipt ${receipt}. Thank you.`,
    returnedFor: (lender, amount, name, receipt) =>
      `${lender}: we sent ${amount} back to your wallet. You had paid it for ${name}, receipt ${receipt}.`,
    takenBackFor: (lender, amount, name, receipt) =>
      `${lender}: the operator took back your payment of ${amount} for ${name}, receipt ${receipt}.`,
    failed: (lender, amount, reason, next) => `${lender}: ${amount} was not paid: ${reason}. ${next}`,
    nextWallet: (code, wallet) => `Dial ${code} to try ${wallet}.`,
    tryAgain: code => `Dial ${code} to try again.`,
    beingChecked: (lender, amount) =>
      `${lender}: your payment of ${amount} is being checked. Please do not pay again, we will write to you.`,
    maintenance: (lender, amount, moment) =>
      `${lender}: your operator is closed for maintenance. We will ask your phone for ${amount} after ${moment}.`,
    payLink: (lender, amount, link) => `${lender}: pay ${amount} here, on a smartphone: ${link}`,
    pinChanged: (lender, phone) =>
      `${lender}: your PIN was set. If you did not do this, call ${phone} at once.`,
    returned: (lender, amount) => `${lender}: we sent ${amount} back to the wallet that paid it.`,
    paidOut: (lender, amount, receipt) => `${lender}: we sent ${amount} to your wallet. Receipt ${receipt}.`,
    payoutFailed: (lender, amount, reason) =>
      `${lender}: we could not send you ${amount}: ${reason}. We will call you.`,
    payoutRefused: (lender, amount, phone) =>
      `${lender}: we cannot send you ${amount} yet. Please ask us: ${phone}.`,
    takenBack: (lender, amount, date, receipt, loans) =>
      `${lender}: the operator took back your payment of ${amount} of ${date}, receipt ${receipt}.${loans === undefined ? '' : ` It is due again: ${loans}.`}`,
  },
  badClient: 'Digits, 4 to 20.',
  badReceipt: 'A receipt has 5 to 30 letters and digits.',
  badDigits: '4 to 6 digits.',
  pinCode: {
    enter: lender => `Enter the code of the SMS from ${lender}, for a new PIN`,
    wrong: left => `Wrong code, ${left} left.`,
    spent: phone => `This code is no good any more. Ask your officer for a new one, or call ${phone}.`,
    sms: (lender, code, dial) =>
      `${lender}: your code for a new PIN is ${code}. Dial ${dial} within the hour. Tell nobody, not even our staff.`,
    opened: (lender, phone) =>
      `${lender}: you may try your PIN again. If you did not ask for this, call ${phone}.`,
  },
  addWallet,
  claims,
  contact,
  noSuchRequest: lender => `${lender}: no request of yours has this code. Never dial a PIN.`,
  badReference: 'A pay number has 8 digits.',
  forOthers,
  staff,
}
