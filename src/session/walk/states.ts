import type { Meta } from '../../../flows/dialogue.ts'
import type { AnyFlow, FlowName } from '../../../flows/index.ts'
import { type Account, LANGUAGES, listed, nameAll, type Words } from '../../../flows/words/words.ts'
import { smsParts } from '../../domain/gsm7.ts'
import type { Script } from '../run.ts'
import { AMOUNTS, CODE, LENDER, LENDER_PHONE, WALLET } from './longest.ts'
import { ACCOUNT, FIRST_NAME, RECEIPT } from './no-answer.ts'

/** What can be read off the flows and the words without walking them. */

type StateNode = { readonly meta?: Meta; readonly tags: readonly string[]; readonly type: string }

/** What these flows show of a customer stands behind a PIN, hers or an officer's; a leader's is what others owe. */
const BEHIND_PIN: readonly string[] = [
  'loans',
  'wallets',
  'payments',
  'missing',
  'group',
  'payers',
  'find',
  'push',
  'day',
  'paid',
  'unlock',
] satisfies FlowName[]

const statesOf = ({ machine }: AnyFlow): [string, StateNode][] =>
  Object.entries(machine.root.states) as unknown as [string, StateNode][]

/** What is wrong with the states themselves: a PIN that is typed in the open, a screen that is not there or never shown. */
export function faultsOfStates({ flows }: Script, shown: ReadonlySet<string>): string[] {
  return Object.entries(flows).flatMap(([name, flow]) =>
    statesOf(flow).flatMap(([state, { meta, tags, type }]) => {
      if (meta === undefined) return []
      const label = `${name}.${state}`
      const faults: string[] = []
      if (meta.secret === true && !tags.includes('sensitive'))
        faults.push(`${label}: a PIN is typed here, and it is not tagged sensitive`)
      if (BEHIND_PIN.includes(name) && type !== 'final' && !tags.includes('sensitive'))
        faults.push(`${label}: it stands behind a PIN, and it is not tagged sensitive`)
      if (flow.screens[meta.screen] === undefined) faults.push(`${label}: it has no screen "${meta.screen}"`)
      if (!shown.has(label)) faults.push(`${label}: no path leads to it`)
      return faults
    }),
  )
}

export type SmsText = {
  readonly language: string
  readonly name: string
  readonly text: string
  readonly parts: number
}

/** Every SMS with the longest data. Throws for one that would be sent as UCS-2, at more than twice the price. */
export function longestSms({ words }: Pick<Script, 'words'>): SmsText[] {
  return LANGUAGES.flatMap(language =>
    Object.entries(textsOf(words[language])).map(([name, text]) => {
      const { encoding, parts } = smsParts(text)
      if (encoding === 'ucs2' && words[language].ucs2 !== true)
        throw new Error(`${language} ${name} cannot be sent in GSM-7: ${text}`)
      return { language, name, text, parts }
    }),
  )
}

const loan = (number: string): Account => ({ kind: 'loan', number })
const LOAN = loan(ACCOUNT)
const NAMES = Array.from({ length: 20 }, (_, at) => `${FIRST_NAME}${at}`)
const LOANS = [LOAN, loan('000000012346')]
const MORE_LOANS = Array.from({ length: 17 }, (_, at) => loan(String(at)))
const SAVINGS: Account = { kind: 'savings', number: null }

/** As long as an operator's page to pay on is. */
const LINK = `https://checkout.example.com/pay/${'x'.repeat(36)}`

/** More than an officer's day has. */
const MANY = 9_999

const byLength = (a: string, b: string): number => b.length - a.length

/** Of a month with more payments than an SMS names. */
function statementOf({ claims, money, date }: Words, lines: readonly string[]): string {
  const [total = ''] = AMOUNTS.map(money).sort(byLength)
  const since = date('2026-12-28')
  return claims.statement.sms({
    ...{ lender: LENDER, loan: ACCOUNT, since, lines, more: 99, total, balance: total },
  })
}

function textsOf(words: Words): Record<string, string> {
  const { sms, claims, elsewhere, forOthers } = words
  const [amount = ''] = AMOUNTS.map(words.money).sort(byLength)
  const due = { lender: LENDER, amount, loan: ACCOUNT, date: words.date('2026-12-28') }
  const [reason = ''] = [...Object.values(words.reasons), words.unsent, words.tookBack].sort(byLength)
  const paybill = words.otherWay({ kind: 'paybill', number: '1234567890' }, ACCOUNT)
  const [other = ''] = [paybill, words.otherWay({ kind: 'menu', dial: CODE }, ACCOUNT)].sort(byLength)
  const [next = ''] = [sms.nextWallet(CODE, WALLET), sms.tryAgain(CODE)].sort(byLength)
  return {
    prompt: `${sms.prompt(due, CODE)} ${paybill}`,
    promptToAnswer: `${sms.prompt(due, CODE)} ${sms.answerHint([`${sms.verbs.yes} 4821`])}`,
    balance: `${sms.balance(LENDER, ACCOUNT, amount, words.nextInstalment(amount, due.date))} ${sms.payNumber('99999999')}`,
    reminder: `${sms.reminder(due, CODE)} ${paybill}`,
    overdue: `${sms.overdue(due, CODE)} ${paybill}`,
    paid: sms.paid(LENDER, amount, words.account(LOAN), RECEIPT),
    paidWithLeft: `${sms.paid(LENDER, amount, words.account(LOAN), RECEIPT)} ${[sms.left(amount), sms.cleared(ACCOUNT)].sort(byLength)[0]}`,
    paidOnSeveral: sms.paid(LENDER, amount, nameAll([...LOANS, SAVINGS], words), RECEIPT),
    paidOnMany: sms.paid(LENDER, amount, nameAll([...LOANS, ...MORE_LOANS, SAVINGS], words), RECEIPT),
    paidFor: sms.paidFor(LENDER, amount, FIRST_NAME, RECEIPT),
    returnedFor: sms.returnedFor(LENDER, amount, FIRST_NAME, RECEIPT),
    takenBackFor: sms.takenBackFor(LENDER, amount, FIRST_NAME, RECEIPT),
    payerNamed: forOthers.sms.named(LENDER, FIRST_NAME, CODE),
    youNamed: forOthers.sms.youNamed(LENDER, '07000000001', LENDER_PHONE),
    payerEnded: forOthers.sms.ended(LENDER, FIRST_NAME),
    youEnded: forOthers.sms.youEnded(LENDER, '07000000001'),
    paidForMany: sms.paidFor(LENDER, amount, listed(NAMES, words), RECEIPT),
    paidBy: forOthers.sms.received(LENDER, amount, FIRST_NAME, words.account(LOAN), RECEIPT),
    paidByGone: forOthers.sms.gone(LENDER, amount, FIRST_NAME, words.account(LOAN)),
    failed: sms.failed(LENDER, amount, reason, `${next} ${other}`),
    stopped: sms.stopped(LENDER),
    wanted: sms.wanted(LENDER),
    beingChecked: sms.beingChecked(LENDER, amount),
    otherPhone: elsewhere.sms(LENDER, amount, FIRST_NAME, LENDER_PHONE),
    maintenance: sms.maintenance(LENDER, amount, words.moment('23:59', due.date)),
    statement: statementOf(
      words,
      Array.from({ length: 4 }, () => claims.statement.line(due.date, amount, RECEIPT)),
    ),
    emptyStatement: statementOf(words, [claims.statement.none]),
    payLink: sms.payLink(LENDER, amount, LINK),
    returned: sms.returned(LENDER, amount),
    paidOut: sms.paidOut(LENDER, amount, RECEIPT),
    payoutFailed: sms.payoutFailed(LENDER, amount, reason),
    payoutRefused: sms.payoutRefused(LENDER, amount, LENDER_PHONE),
    pinChanged: sms.pinChanged(LENDER, LENDER_PHONE),
    pinCode: words.pinCode.sms(LENDER, '999999', CODE),
    linkCode: words.contact.sms(LENDER, '999999', CODE),
    phoneLinked: words.contact.linkedSms(LENDER, LENDER_PHONE),
    staffMorning: words.staff.morning({
      ...{ lender: LENDER, date: due.date, promised: MANY, failed: MANY, waiting: MANY },
      ...{ due: { count: MANY, amount }, paid: { count: MANY, amount } },
    }),
    walletCode: words.addWallet.sms(LENDER, FIRST_NAME, '999999'),
    pinOpened: words.pinCode.opened(LENDER, LENDER_PHONE),
    takenBack: sms.takenBack(LENDER, amount, due.date, RECEIPT, words.account(LOAN)),
    takenBackFromMany: sms.takenBack(
      LENDER,
      amount,
      due.date,
      RECEIPT,
      nameAll([...LOANS, ...MORE_LOANS], words),
    ),
  }
}
