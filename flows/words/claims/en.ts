import { menu } from '../words.ts'
import type { ClaimWords } from './words.ts'

export const en: ClaimWords = {
  notHere: '5 One is missing',
  enterReceipt: () => "Enter the receipt number of the operator's SMS",
  checking: amount =>
    `${amount} is being checked with your operator. We ask again now. Please do not pay again.`,
  notFound: (number, phone) =>
    `We do not see it yet. Keep the operator's SMS. Your case has number ${number}; we look for it.\nQuestions: ${phone}`,
  smsThis: 'Send me this by SMS',
  byMistake: 'I paid by mistake',
  sureByMistake: (amount, date) =>
    `${amount} of ${date} was paid by mistake? We look at it first: it may go back, or to another loan.`,
  yesByMistake: 'Yes, look at it',
  noted: (number, phone) =>
    `We have noted it. Your case has number ${number}. We call you, or call us: ${phone}`,
  sent: 'We send it by SMS.',
  notSent: phone => `Too many SMS this hour. Please try later or call ${phone}.`,

  complainAbout: () => menu('What is it about?', ['A payment', 'My loan', 'Your staff', 'Something else']),
  stop: 'No more reminders',
  again: 'Send reminders again',
  messages: () => 'Our SMS to this phone:',
  stopped: 'We send no more requests and reminders to this phone. Receipts still come. Your due dates stay.',
  wanted: 'We write to this phone when a payment is due.',

  statement: {
    option: 'Month by SMS',
    none: 'no payment',
    line: (date, amount, receipt) => `${date} ${amount} ${receipt}`,
    sms: ({ lender, loan, since, lines, more, total, balance }) =>
      `${lender}: loan ${loan} since ${since}: ${more > 0 ? `${more} earlier; ` : ''}${lines.join('; ')}. Paid ${total}, balance ${balance}.`,
  },
}
