import type {
  Answer,
  GroupView,
  House,
  InstalmentView,
  LoanView,
  PayeeView,
  PayerView,
  PayLine,
  PaymentView,
  Person,
  Question,
  Refusal,
  RequestView,
  TriedView,
  WalletView,
} from '../../../flows/dialogue.ts'
import { LANGUAGES, type Language } from '../../../flows/words/words.ts'
import { fromText, type MoneyText, money, toText } from '../../domain/money.ts'
import { PROMPT_HOURS } from '../../domain/reminder-time.ts'
import { MAX_PARTS } from '../../domain/split.ts'
import type { LocalDate } from '../../domain/time.ts'
import { LINE_NAME_LENGTH } from '../screen-name.ts'
import { CASE, everyFate, officer, officersAnswers } from './longest-officer.ts'
import { coded, newlyLinked, people, phoneOf } from './longest-people.ts'
import { ACCOUNT, FIRST_NAME, NO_ANSWER, RECEIPT, UNREAD } from './no-answer.ts'

/** The longest data that a screen must bear, and every answer that the desk may give to a question. */

export const LENDER = 'Umoja wa Wakulima SA'
export const LENDER_PHONE = '+237699000111222'
export const CODE = '*384*123456#'
export const WALLET = 'Orange Money 07000000001'
const PAY_NUMBER = '99999999'
const DAY = '2026-12-28' as LocalDate
/** The last minute of a day: as long as any other, and easy to see in a screen. */
const WHEN = '23:59'

/** The widest amounts of a currency with cents, and of one without. */
export const AMOUNTS = [
  { amount: '9999999.99', currency: 'KES' },
  { amount: '99999999', currency: 'XAF' },
] as const satisfies readonly MoneyText[]

const NOTHING = { KES: '0.00', XAF: '0' } as const

/** A PIN that no other data contains, so that it can be looked for. */
export const PIN = '738291'

/** A house that speaks this language first. The longer of its other ways is the menu in one, the paybill in another. */
export const longestHouse = (language: Language): House => ({
  lender: LENDER,
  lenderPhone: LENDER_PHONE,
  code: CODE,
  languages: [language, ...LANGUAGES.filter(other => other !== language)],
  otherWay: (provider, account, words) =>
    words.otherWay(
      provider === 'menu' ? { kind: 'menu', dial: CODE } : { kind: 'paybill', number: '1234567890' },
      account,
    ),
})

const many = <Item>(count: number, item: Item): readonly Item[] => Array.from({ length: count }, () => item)

const INSTALMENTS = 36

/** A loan of this currency: much due; nothing yet; nothing any more while a balance is left; a debt of nothing. */
function loan(most: MoneyText, kind: 'due' | 'ahead' | 'early' | 'repaid', instalments = 0): LoanView {
  const nothing = { ...most, amount: NOTHING[most.currency as keyof typeof NOTHING] }
  const instalment = (at: number): InstalmentView => ({ number: at + 1, due: DAY, amount: most, paid: true })
  return {
    id: 'loan',
    account: ACCOUNT,
    payNumber: PAY_NUMBER,
    due: kind === 'due' ? most : nothing,
    // of what is due a little less is behind: both are offered
    arrears: kind === 'due' ? { ...most, amount: `8${most.amount.slice(1)}` } : nothing,
    balance: kind === 'repaid' ? nothing : most,
    next: kind === 'early' ? null : { amount: most, date: DAY },
    schedule: Array.from({ length: instalments }, (_, at) => instalment(at)),
  }
}

const payee = ({ currency }: MoneyText, due: MoneyText | null): PayeeView => ({
  customerId: 'another',
  firstName: FIRST_NAME,
  loanId: 'loan',
  account: ACCOUNT,
  currency,
  due,
})

const GROUP: GroupView = { id: 'group', name: FIRST_NAME.slice(0, LINE_NAME_LENGTH) }
/** One line of all that can be paid, or of nothing. */
const payLine = (most: MoneyText, times: bigint): PayLine => ({
  customerId: 'another',
  firstName: FIRST_NAME.slice(0, LINE_NAME_LENGTH),
  loanId: 'loan',
  account: ACCOUNT,
  amount: toText(money(fromText(most).minor * times, most.currency)),
})

const wallet = (
  provider: string,
  wholeUnitsOnly: boolean,
  charge: WalletView['charge'] = null,
  byLink = false,
): WalletView => ({
  id: provider,
  label: WALLET,
  provider,
  wholeUnitsOnly,
  byLink,
  charge,
})

const payment = (amount: MoneyText, state: PaymentView['state']): PaymentView => ({
  id: 'payment',
  date: DAY,
  amount,
  receipt: RECEIPT,
  state,
})

const refused = (...reasons: Refusal[]): Answer[] =>
  reasons.map(why => ({ type: 'REFUSED', why, ...(why.startsWith('already') ? { when: WHEN } : {}) }))
/** What an approval may promise: one prompt or as many as a plan has parts, now, later today or on another day. */
const PROMISES = [
  { type: 'DONE' },
  { type: 'DONE', prompts: MAX_PARTS },
  { type: 'DONE', prompts: 1, opens: { time: WHEN, day: DAY } },
  { type: 'DONE', prompts: MAX_PARTS, opens: { time: WHEN } },
  { type: 'DONE', prompts: MAX_PARTS, opens: { time: WHEN, day: DAY } },
] as const satisfies readonly Answer[]
const OVER_LIMIT: Answer = { type: 'REFUSED', why: 'over-limit', opensOn: DAY }

const DECIDED = ['gone', 'already-approved', 'already-declined', 'already-paid'] as const

const request = (amount: MoneyText, basis: RequestView['basis']): RequestView => ({
  id: 'request',
  loanId: 'loan',
  account: ACCOUNT,
  amount,
  dueOn: DAY,
  basis,
})

/** It failed from one wallet; there is another one, or none. */
const tries = (amount: MoneyText): readonly TriedView[] =>
  [wallet('menu', true), null].map(next => ({ amount, wallet: wallet('paybill', false), next }))

/** Every answer to a question, with the longest data, in this language and this currency. */
export function answersTo(question: Question, language: Language, most: MoneyText): readonly Answer[] {
  const loans = (count: number, instalments: number): Answer => ({
    type: 'LOANS',
    loans: many(count, loan(most, instalments > 0 ? 'due' : 'early', instalments)),
  })
  switch (question.kind) {
    case 'who': {
      const [first, ...others] = people(language)
      const alone = [first, ...others].filter(one => one !== undefined && !one.askPin.toEnter)
      const shared = others.filter(({ askPin }) => askPin.toEnter)
      const phone = phoneOf(language, true)
      const met = [
        ...alone.map(one => (one === undefined ? [] : [one])),
        [...shared, ...shared, ...shared],
        ...coded(language).map(one => [one]),
        ...newlyLinked(language).map(one => [one]),
        [officer(language)],
        [...shared.slice(0, 1), officer(language)],
      ]
      return [
        ...met.map((people): Answer => ({ type: 'PEOPLE', people, phone })),
        { type: 'PEOPLE', people: [], phone: { ...phoneOf(language, false), language: null } },
        { type: 'PEOPLE', people: [], phone: { ...phoneOf(language, false), hasCode: true } },
        { type: 'PEOPLE', people: alone.slice(0, 1) as Person[], phone: { ...phone, hasCode: true } },
        UNREAD,
      ]
    }
    case 'inbox':
      return [
        { type: 'INBOX', request: request(most, 'due') },
        { type: 'INBOX', request: request(most, 'named') },
        ...tries(most).map(
          (tried): Answer => ({ type: 'INBOX', request: { ...request(most, 'due'), tried } }),
        ),
        { type: 'INBOX', request: null },
        UNREAD,
      ]
    case 'asked': {
      const meant = [request(most, 'due'), request(most, 'named'), null]
      const hers = people(language).flatMap(me =>
        meant.map((one): Answer => ({ type: 'ASKED', me, request: question.code === null ? null : one })),
      )
      return [...hers, { type: 'ASKED', me: null, request: null }, UNREAD]
    }
    case 'loans':
      return [
        ...[loans(1, INSTALMENTS), loans(1, 0), loans(12, 1), loans(0, 0)],
        { type: 'LOANS', loans: [loan(most, 'ahead')] },
        UNREAD,
      ]
    case 'loan': {
      const kinds = (['due', 'ahead', 'early', 'repaid'] as const).map(kind => loan(most, kind))
      return [...[...kinds, null].map((found): Answer => ({ type: 'LOAN', loan: found })), UNREAD]
    }
    case 'pay-off':
      return [{ type: 'PAY_OFF', amount: most }, { type: 'PAY_OFF', amount: null }, UNREAD]
    case 'wallets': {
      const all = [
        ...many(2, wallet('paybill', false)),
        { ...wallet('paybill', false), elsewhere: true as const, doubtful: true as const },
        wallet('menu', true),
        wallet('menu', true, null, true),
      ]
      // nobody charges more than the whole amount; one wallet's charge may be known and the other's not
      const dear = many(2, wallet('paybill', false, most))
      const unsaid = many(2, wallet('menu', true, 'unknown'))
      return [
        { type: 'WALLETS', wallets: all, roundUp: true },
        { type: 'WALLETS', wallets: all, roundUp: false },
        { type: 'WALLETS', wallets: [...dear, ...unsaid, wallet('paybill', false)], roundUp: true },
        { type: 'WALLETS', wallets: [], roundUp: false },
        UNREAD,
      ]
    }
    case 'payments': {
      const states = (['booked', 'being-checked', 'failed'] as const).map(state => payment(most, state))
      const byAnother = { ...payment(most, 'booked'), by: FIRST_NAME.slice(0, LINE_NAME_LENGTH) }
      const shown = [...states, byAnother].flatMap(one => many(3, one))
      return [{ type: 'PAYMENTS', payments: shown }, { type: 'PAYMENTS', payments: [] }, UNREAD]
    }
    case 'hours': {
      const [today, another] = [
        { until: WHEN, time: WHEN },
        { until: DAY, time: WHEN, day: DAY },
      ]
      return [
        { type: 'HOURS', hours: [...many(3, today), another] },
        { type: 'HOURS', hours: [another] },
        UNREAD,
      ]
    }
    case 'new-wallets': {
      const found = { provider: 'menu', msisdn: '+225', name: 'Orange Money', number: '07000000001' }
      return [
        { type: 'NEW_WALLETS', wallets: [found] },
        { type: 'NEW_WALLETS', wallets: many(3, found) },
        { type: 'NEW_WALLETS', wallets: [] },
        UNREAD,
      ]
    }
    case 'propose-wallet':
      return [
        { type: 'DONE', holder: FIRST_NAME },
        { type: 'DONE' },
        ...refused('no-account', 'no-wallet', 'too-many-sms'),
        ...NO_ANSWER,
      ]
    case 'confirm-wallet':
      return [
        { type: 'DONE' },
        { type: 'REFUSED', why: 'wrong-pin', left: 2 },
        ...refused('code-spent'),
        ...NO_ANSWER,
      ]
    case 'prompt-hours':
      return [
        { type: 'PROMPT_HOURS', hours: PROMPT_HOURS, chosen: null },
        { type: 'PROMPT_HOURS', hours: PROMPT_HOURS, chosen: PROMPT_HOURS[0] ?? null },
        { type: 'PROMPT_HOURS', hours: [], chosen: null },
        UNREAD,
      ]
    case 'check-pin':
      return [
        { type: 'DONE' },
        { type: 'REFUSED', why: 'wrong-pin', left: 2 },
        ...refused('pin-locked', 'no-pin'),
        ...NO_ANSWER,
      ]
    case 'payee': {
      const dues = [most, null]
      const payees = dues.map((due): Answer => ({ type: 'PAYEE', payee: payee(most, due) }))
      return [...payees, { type: 'PAYEE', payee: null }, ...refused('stopped'), UNREAD]
    }
    case 'payees':
      return [
        { type: 'PAYEES', payees: [], groups: [] },
        { type: 'PAYEES', payees: [payee(most, most), payee(most, null)], groups: [GROUP] },
        UNREAD,
      ]
    case 'group':
      return [
        { type: 'GROUP', lines: [payLine(most, 1n), payLine(most, 0n), payLine(most, 0n)] },
        { type: 'GROUP', lines: [] },
        UNREAD,
      ]
    case 'payers': {
      const payer = (showsDue: boolean): PayerView => ({ id: 'payer', label: '07000000001', showsDue })
      return [
        { type: 'PAYERS', payers: [] },
        { type: 'PAYERS', payers: [payer(true), payer(false), payer(true)] },
        UNREAD,
      ]
    }
    case 'name-payer':
      return [{ type: 'DONE' }, ...refused('bad-phone', 'too-many-payers'), ...NO_ANSWER]
    case 'end-payer':
      return [{ type: 'DONE' }, ...refused('gone'), ...NO_ANSWER]
    case 'missed-payee':
      return [{ type: 'REFUSED', why: 'no-payee', left: 2 }, ...refused('stopped'), ...NO_ANSWER]
    case 'pay-for':
      return [...PROMISES, OVER_LIMIT, ...refused('no-wallet', 'over-limit', 'gone'), ...NO_ANSWER]
    case 'check-code':
      return [
        { type: 'DONE' },
        { type: 'REFUSED', why: 'wrong-pin', left: 2 },
        ...refused('code-spent'),
        ...NO_ANSWER,
      ]
    case 'propose-pin':
      return [{ type: 'DONE' }, ...refused('weak-pin', 'no-pin'), ...NO_ANSWER]
    case 'confirm-pin':
      return [{ type: 'DONE' }, ...refused('pin-differs'), ...NO_ANSWER]
    case 'check-link-code':
    case 'check-facts':
      return [
        { type: 'DONE' },
        { type: 'REFUSED', why: 'not-hers', left: 2 },
        ...refused('link-locked'),
        ...NO_ANSWER,
      ]
    case 'consent':
      return [{ type: 'DONE' }, ...NO_ANSWER]
    case 'approve':
      return [
        ...PROMISES,
        OVER_LIMIT,
        ...refused('being-checked', 'no-wallet', 'nothing-due', 'over-limit', ...DECIDED),
        ...NO_ANSWER,
      ]
    case 'prefer-wallet':
      return [{ type: 'DONE' }, ...refused('no-wallet'), ...NO_ANSWER]
    case 'remove-wallet':
      return [{ type: 'DONE' }, ...refused('no-wallet', 'last-wallet'), ...NO_ANSWER]
    case 'postpone':
      return [
        { type: 'DONE', reminds: { time: WHEN } },
        { type: 'DONE', reminds: { time: WHEN, day: DAY } },
        ...refused(...DECIDED),
        ...NO_ANSWER,
      ]
    case 'decline':
      return [{ type: 'DONE' }, CASE, ...refused(...DECIDED), ...NO_ANSWER]
    case 'find-payment':
      return [...everyFate(most), CASE, ...NO_ANSWER]
    case 'complain':
      return [CASE, ...NO_ANSWER]
    case 'paid-by-mistake':
      return [CASE, ...refused('gone'), ...NO_ANSWER]
    case 'send-payment':
      return [{ type: 'DONE' }, ...refused('gone', 'too-many-sms'), ...NO_ANSWER]
    case 'send-loan':
    case 'send-statement':
      return [{ type: 'DONE' }, ...refused('too-many-sms'), ...NO_ANSWER]
    default:
      return officersAnswers(question, most)
  }
}
