import {
  exceeds,
  exponentOf,
  fromText,
  isWhole,
  type MoneyText,
  money,
  parseMoney,
  roundedUp,
  toText,
} from '../src/domain/money.ts'
import {
  type Answer,
  chosen,
  type DialogueEvent,
  type House,
  hasMore,
  type LoanView,
  listScreen,
  PAGE,
  type Screen,
  type WalletView,
} from './dialogue.ts'
import type { Handover } from './handover.ts'
import { refusalText } from './refusal.ts'
import { roomFor } from './room.ts'
import { menu, printMoment, type Words } from './words/words.ts'

/** What a payment on a loan keeps in mind: its amounts, and how its screens read. The machine is next door. */
export type Input = Omit<Extract<Handover, { to: 'pay' }>, 'to'>

export type Context = Input & {
  readonly next?: Handover | undefined
  readonly amount: MoneyText | null
  readonly wallets: readonly WalletView[]
  readonly roundUp: boolean
  readonly page: number
  readonly wallet: WalletView | null
  /** The wallet she chose carries no fractions, and the lender does not round. */
  readonly wholeOnly: boolean
  /** PIN tries that remain after a wrong one. */
  readonly left: number | null
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
  /** What was promised when she approved. */
  readonly promise?: Extract<Answer, { type: 'DONE' }> | undefined
}

/** `1,500` is fifteen hundred to one reader and one and a half to another: not an amount to guess at. */
const AMBIGUOUS = /[.,]\d{3,}$/

/** A loan of several: what is due on it, or what comes next and when. */
export function loanLine({ account, due, next, balance }: LoanView, words: Words): string {
  if (!isNothing(due)) return `${account} ${words.money(due)}`
  return next === null
    ? `${account} ${words.money(balance)}`
    : `${account} ${words.money(next.amount)} ${words.date(next.date)}`
}

/** As much as a screen can show, and more than anybody pays at once. */
export const mostShown = (currency: string): MoneyText =>
  toText(money(exponentOf(currency) === 0 ? 99_999_999n : 999_999_999n, currency))

/** The amount she typed: more than nothing, not more than the whole debt. */
export const amountTyped = (context: Context, event: DialogueEvent): MoneyText | null =>
  amountOf(event, context.loan?.balance ?? context.known)

/** A typed amount up to the most; null for anything else. */
export function amountOf(event: DialogueEvent, most: MoneyText | null): MoneyText | null {
  if (event.type !== 'INPUT' || most === null || AMBIGUOUS.test(event.text)) return null
  const amount = parseMoney(event.text.trim().replace(',', '.'), most.currency)
  return amount === undefined || amount.minor === 0n || exceeds(amount, fromText(most))
    ? null
    : toText(amount)
}

/** The amount as this wallet can carry it: a fraction it cannot carry is rounded up where the lender's rule says so. */
export function payable(context: Pick<Context, 'amount' | 'roundUp'>, wallet: WalletView): MoneyText | null {
  if (context.amount === null) return null
  const amount = fromText(context.amount)
  if (!wallet.wholeUnitsOnly || isWhole(amount)) return context.amount
  return context.roundUp ? toText(roundedUp(amount)) : null
}

/** What her chosen wallet will be asked for; she sees it before she approves. */
export const paying = (context: Context): MoneyText | null =>
  context.wallet === null ? context.amount : payable(context, context.wallet)

/** With the charge beside each wallet two of the longest fill a screen. */
const PRICED_PAGE = 2
const pageSize = ({ wallets }: Pick<Context, 'wallets'>): number =>
  wallets.some(({ charge }) => charge !== null) ? PRICED_PAGE : PAGE

/** The wallet of the shown page that she chose by its number. */
export const chosenWallet = (context: Context, event: DialogueEvent): WalletView | undefined =>
  chosen(context.wallets, context.page, event, pageSize(context))
/** The wallet that she came with, where it can pay this. */
export function chosenBefore(context: Context, event: DialogueEvent): WalletView | undefined {
  if (event.type !== 'WALLETS') return undefined
  const wallet = event.wallets.find(({ id }) => id === context.walletId)
  return wallet !== undefined && payable({ ...context, roundUp: event.roundUp }, wallet) !== null
    ? wallet
    : undefined
}
export const hasMoreWallets = (context: Context): boolean =>
  hasMore(context.wallets, context.page, pageSize(context))

/** A charge in words: nothing for none, and never a nought for one that is not known. */
function charged({ charge }: WalletView, words: Words, say: 'chargeMark' | 'plusCharge'): string {
  if (charge === null) return ''
  return words[say](charge === 'unknown' ? undefined : words.money(charge))
}

/** What her chosen wallet will be asked for, and what its operator takes besides. */
const paysWith = (context: Context, words: Words): string =>
  `${print(paying(context), words.money)}${context.wallet === null ? '' : charged(context.wallet, words, 'plusCharge')}`

/** The amount that was asked for, but never more than the whole debt. */
export const named = (known: MoneyText | null, loan: LoanView | null): MoneyText | null =>
  known === null || loan === null
    ? known
    : exceeds(fromText(known), fromText(loan.balance))
      ? loan.balance
      : known

/** What may be paid on a loan without typing it; an option keeps its number where another is missing. */
export function choices({ loan }: Pick<Context, 'loan'>): { instalment?: MoneyText; arrears?: MoneyText } {
  if (loan === null) return {}
  const { due, arrears, next } = loan
  const instalment = isNothing(due) ? next?.amount : due
  const behind = !isNothing(arrears) && arrears.amount !== due.amount
  return { ...(instalment === undefined ? {} : { instalment }), ...(behind ? { arrears } : {}) }
}

export const isNothing = (amount: MoneyText): boolean => fromText(amount).minor === 0n

/** What happens next, once she has approved: which wallet will ask for how much, and the other way in. */
export function promptText(
  { wallet, account, promise, amount }: Pick<Context, 'wallet' | 'account' | 'promise' | 'amount'>,
  words: Words,
  house: House,
): string {
  const [label, asked] = [wallet?.label ?? '', print(amount, words.money)]
  const prompts = promise?.prompts ?? 1
  if (promise?.opens !== undefined)
    return words.promptedLater(label, asked, prompts, printMoment(promise.opens, words))
  if (wallet?.byLink === true) return words.linkComing(label, asked)
  const reference = promise?.payReference ?? account
  const otherWay = reference === '' ? '' : house.otherWay(wallet?.provider ?? '', reference, words)
  return words.prompted(label, asked, prompts, otherWay).trim()
}

/**
 * What she will owe once this is paid, as a sentence to add; nothing where her PIN guards her balance and she has not shown
 * it.
 */
function restOf({ me, forOthers, ...context }: Context, words: Words, hasShownPin: boolean): string {
  const [amount, balance] = [paying({ me, ...context }), context.loan?.balance]
  const isHidden = me.askPin.toRead && !hasShownPin
  if (isHidden || forOthers !== undefined || balance === undefined || amount === null) return ''
  const rest = fromText(balance).minor - fromText(amount).minor
  const told = rest > 0n ? words.money(toText(money(rest, balance.currency))) : undefined
  return ` ${words.owedAfter(told)}`
}

export const screens: Record<string, Screen<Context>> = {
  amounts: (context, words) => {
    const { me, loan, account } = context
    const { instalment, arrears } = choices(context)
    const told = (amount: MoneyText | undefined) => (amount === undefined ? undefined : words.money(amount))
    const balance = me.askPin.toRead ? undefined : told(loan?.balance)
    return [
      words.payWhat(account),
      ...(instalment === undefined
        ? []
        : [
            `1 ${words.payInstalment(told(instalment) ?? '', loan !== null && isNothing(loan.due) && loan.next !== null ? words.date(loan.next.date) : undefined)}`,
          ]),
      ...(arrears === undefined ? [] : [`2 ${words.payArrears(told(arrears) ?? '')}`]),
      `3 ${words.payOff(balance)}`,
      `4 ${words.payOther}`,
      `5 ${words.forOthers.option}`,
      words.back,
    ].join('\n')
  },
  amount: ({ me, loan, known, wholeOnly }, words) => {
    const owed = loan?.due ?? known
    const due = owed === null || isNothing(owed) ? undefined : words.money(owed)
    // The balance is hers alone: where reading it takes a PIN it is not told on the way past.
    const most = me.askPin.toRead ? undefined : print(loan?.balance ?? known, words.money)
    return [...(wholeOnly ? [words.wholeOnly] : []), words.howMuch(due, most), words.back].join('\n')
  },
  wallets: (context, words) =>
    listScreen(
      context.wholeOnly && context.forOthers !== undefined
        ? words.wholeOnly
        : words.whichWallet(print(context.amount, words.money)),
      context.wallets.map(wallet => `${wallet.label}${charged(wallet, words, 'chargeMark')}`),
      context.page,
      words,
      { size: pageSize(context) },
    ),
  elsewhere: ({ wallet }, words) =>
    `${menu(words.elsewhere.ask(wallet?.label ?? ''), [words.elsewhere.yes])}\n${words.back}`,
  confirm: (context, words, house) => {
    const { forOthers, wallet } = context
    const [amount, label] = [paysWith(context, words), wallet?.label ?? '']
    const question =
      forOthers === undefined
        ? words.confirm(house.lender, amount, label)
        : words.forOthers.confirm(amount, forOthers.name, label)
    return roomFor(
      restOf(context, words, false),
      rest => `${menu(`${question}${rest}`, [words.yesPay])}\n${words.back}`,
      words,
    )
  },
  // after a wrong PIN the room goes to the tries that are left: she has just read what the operator takes
  pin: (context, words, house) => {
    const { left, forOthers, wallet } = context
    const amount = left === null ? paysWith(context, words) : print(paying(context), words.money)
    return [
      ...(left === null ? [] : [words.wrongPin(left)]),
      forOthers === undefined
        ? words.pinToPay(house.lender, amount, wallet?.label ?? '')
        : words.forOthers.pinToPay(house.lender, amount, forOthers.name),
      words.back,
    ].join('\n')
  },
  prompted: (context, words, house) =>
    roomFor(
      restOf(context, words, context.me.askPin.toPay),
      rest => `${promptText({ ...context, amount: paying(context) }, words, house)}${rest}`,
      words,
      true,
    ),
  nothing: (_, words) => words.refusals['nothing-due'],
  walletless: (_, words) => words.noWallets(),
  pinless: (_, words, house) => words.noPin(house.lenderPhone),
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

const print = (amount: MoneyText | null, money: (amount: MoneyText) => string): string =>
  amount === null ? '' : money(amount)
