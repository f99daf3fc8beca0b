import {
  exceeds,
  fromText,
  isWhole,
  type MoneyText,
  parseMoney,
  roundedUp,
  toText,
} from '../src/domain/money.ts'
import {
  type Answer,
  type DialogueEvent,
  type Handover,
  type LoanView,
  listScreen,
  type Screen,
  type WalletView,
} from './dialogue.ts'
import { refusalText } from './refusal.ts'

/** What a payment on a loan keeps in mind: its amounts, and how its screens read. The machine is next door. */
export type Input = Omit<Extract<Handover, { to: 'pay' }>, 'to'>

export type Context = Input & {
  readonly loan: LoanView | null
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
}

/** `1,500` is fifteen hundred to one reader and one and a half to another: not an amount to guess at. */
const AMBIGUOUS = /[.,]\d{3,}$/

/** The amount she typed: more than nothing, not more than the whole debt. */
export function amountTyped(context: Context, event: DialogueEvent): MoneyText | null {
  const most = context.loan?.balance ?? context.known
  if (event.type !== 'INPUT' || most === null || AMBIGUOUS.test(event.text)) return null
  const amount = parseMoney(event.text.trim().replace(',', '.'), most.currency)
  return amount === undefined || amount.minor === 0n || exceeds(amount, fromText(most))
    ? null
    : toText(amount)
}

/** The amount as this wallet can carry it: a fraction it cannot carry is rounded up where the lender's rule says so. */
export function payable(context: Context, wallet: WalletView): MoneyText | null {
  if (context.amount === null) return null
  const amount = fromText(context.amount)
  if (!wallet.wholeUnitsOnly || isWhole(amount)) return context.amount
  return context.roundUp ? toText(roundedUp(amount)) : null
}

/** What her chosen wallet will be asked for; she sees it before she approves. */
export const paying = (context: Context): MoneyText | null =>
  context.wallet === null ? context.amount : payable(context, context.wallet)

/** The amount that was asked for, but never more than the whole debt. */
export const named = (known: MoneyText | null, loan: LoanView | null): MoneyText | null =>
  known === null || loan === null
    ? known
    : exceeds(fromText(known), fromText(loan.balance))
      ? loan.balance
      : known

export const isNothing = (amount: MoneyText): boolean => fromText(amount).minor === 0n

export const screens: Record<string, Screen<Context>> = {
  amount: ({ me, loan, known, wholeOnly }, words) => {
    const due = print(loan?.due ?? known, words.money)
    // The balance is hers alone: where reading it takes a PIN it is not told on the way past.
    const most = me.askPin.toRead ? undefined : print(loan?.balance ?? known, words.money)
    return [...(wholeOnly ? [words.wholeOnly] : []), words.howMuch(due, most), words.back].join('\n')
  },
  wallets: ({ amount, wallets, page }, words) =>
    listScreen(
      words.whichWallet(print(amount, words.money)),
      wallets.map(wallet => wallet.label),
      page,
      words,
    ),
  confirm: (context, words, house) =>
    `${words.confirm(house.lender, print(paying(context), words.money), context.wallet?.label ?? '')}\n${words.back}`,
  pin: (context, words, house) =>
    [
      ...(context.left === null ? [] : [words.wrongPin(context.left)]),
      words.pinToPay(house.lender, print(paying(context), words.money), context.wallet?.label ?? ''),
      words.back,
    ].join('\n'),
  prompted: (context, words, house) => {
    const { wallet, account } = context
    const other = house.otherWay(wallet?.provider ?? '', account, words)
    return words.prompted(wallet?.label ?? '', print(paying(context), words.money), other)
  },
  nothing: (_, words) => words.refusals['nothing-due'],
  walletless: (_, words) => words.noWallets(),
  pinless: (_, words, house) => words.noPin(house.lenderPhone),
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

const print = (amount: MoneyText | null, money: (amount: MoneyText) => string): string =>
  amount === null ? '' : money(amount)
