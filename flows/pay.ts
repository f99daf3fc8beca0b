import { assign } from 'xstate'
import {
  exceeds,
  exponentOf,
  fromText,
  isWhole,
  type MoneyText,
  money,
  parseMoney,
  toText,
} from '../src/domain/money.ts'
import {
  type Answer,
  chosen,
  type DialogueEvent,
  dialogue,
  type Handover,
  type House,
  hasMore,
  type LoanView,
  listScreen,
  type Screen,
  typed,
  type WalletView,
} from './dialogue.ts'
import { refusalText } from './refusal.ts'

/** Pay on one loan: what is due is read fresh, she chooses the wallet, confirms, and only then anything is decided. */
type Input = Omit<Extract<Handover, { to: 'pay' }>, 'to'>

type Context = Input & {
  readonly loan: LoanView | null
  readonly amount: MoneyText | null
  readonly wallets: readonly WalletView[]
  readonly roundUp: boolean
  readonly page: number
  readonly wallet: WalletView | null
  /** PIN tries that remain after a wrong one. */
  readonly left: number | null
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
}

/** The amount she typed: more than nothing, not more than the whole debt. */
function amountTyped(context: Context, event: DialogueEvent): MoneyText | null {
  const most = context.loan?.balance ?? context.known
  if (event.type !== 'INPUT' || most === null) return null
  const amount = parseMoney(event.text.trim().replace(',', '.'), most.currency)
  return amount === undefined || amount.minor === 0n || exceeds(amount, fromText(most))
    ? null
    : toText(amount)
}

/** The amount as this wallet can carry it: a fraction it cannot carry is rounded up where the lender's rule says so. */
function payable(context: Context, wallet: WalletView): MoneyText | null {
  if (context.amount === null) return null
  const amount = fromText(context.amount)
  if (!wallet.wholeUnitsOnly || isWhole(amount)) return context.amount
  const unit = 10n ** BigInt(exponentOf(amount.currency))
  return context.roundUp ? toText(money((amount.minor / unit + 1n) * unit, amount.currency)) : null
}

/** The amount that was asked for, but never more than the whole debt. */
const named = (known: MoneyText | null, loan: LoanView | null): MoneyText | null =>
  known === null || loan === null
    ? known
    : exceeds(fromText(known), fromText(loan.balance))
      ? loan.balance
      : known

const isNothing = (amount: MoneyText): boolean => fromText(amount).minor === 0n

const host = dialogue<Context, Input>()

const machine = host
  .extend({
    actions: {
      keepLoan: host.assign(({ event }) => (event.type === 'LOAN' ? { loan: event.loan } : {})),
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'pay',
    context: ({ input }) => ({
      ...input,
      loan: null,
      amount: null,
      wallets: [],
      roundUp: false,
      page: 0,
      wallet: null,
      left: null,
    }),
    initial: 'reading',
    states: {
      reading: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({
            kind: 'loan',
            customerId: context.me.customerId,
            loanId: context.loanId,
          }),
        },
        on: {
          LOAN: [
            { guard: ({ event }) => event.loan === null || isNothing(event.loan.balance), target: 'nothing' },
            { guard: ({ context }) => context.how === 'other', target: 'typing', actions: 'keepLoan' },
            {
              guard: ({ context }) => context.how === 'named',
              target: 'choosing',
              actions: assign(({ context, event }) => ({
                loan: event.loan,
                amount: named(context.known, event.loan),
              })),
            },
            {
              guard: ({ event }) => event.loan !== null && !isNothing(event.loan.due),
              target: 'choosing',
              actions: assign({
                loan: ({ event }) => event.loan,
                amount: ({ event }) => event.loan?.due ?? null,
              }),
            },
            { guard: ({ context }) => context.requestId !== null, target: 'nothing' },
            { target: 'typing', actions: 'keepLoan' },
          ],
          NO_ANSWER: [
            { guard: ({ context }) => context.known === null, target: 'sorry' },
            { guard: ({ context }) => context.how === 'other', target: 'typing' },
            { target: 'choosing', actions: assign({ amount: ({ context }) => context.known }) },
          ],
        },
      },
      typing: {
        meta: { screen: 'amount', hint: 'badAmount' },
        on: {
          INPUT: {
            guard: ({ context, event }) => amountTyped(context, event) !== null,
            target: 'choosing',
            actions: assign({ amount: ({ context, event }) => amountTyped(context, event) }),
          },
          BACK: 'left',
        },
      },
      choosing: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({
            kind: 'wallets',
            customerId: context.me.customerId,
            currency: context.amount?.currency ?? null,
          }),
        },
        on: {
          WALLETS: [
            { guard: ({ event }) => event.wallets.length === 0, target: 'walletless' },
            {
              target: 'wallets',
              actions: assign({
                wallets: ({ event }) => event.wallets,
                roundUp: ({ event }) => event.roundUp,
              }),
            },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      wallets: {
        meta: { screen: 'wallets' },
        on: {
          INPUT: [
            {
              guard: ({ context, event }) => typed(event, '98') && hasMore(context.wallets, context.page),
              actions: assign({ page: ({ context }) => context.page + 1 }),
            },
            {
              guard: ({ context, event }) => {
                const wallet = chosen(context.wallets, context.page, event)
                return wallet !== undefined && payable(context, wallet) !== null
              },
              target: 'confirming',
              actions: assign(({ context, event }) => {
                const wallet = chosen(context.wallets, context.page, event)
                return wallet === undefined ? {} : { wallet, amount: payable(context, wallet), left: null }
              }),
            },
          ],
          BACK: [
            {
              guard: ({ context }) => context.page > 0,
              target: 'wallets',
              actions: assign({ page: ({ context }) => context.page - 1 }),
            },
            { target: 'left' },
          ],
        },
      },
      confirming: {
        always: { guard: ({ context }) => context.me.askPin.toPay, target: 'pin' },
        meta: { screen: 'confirm' },
        on: { INPUT: { guard: ({ event }) => event.text === '1', target: 'approving' }, BACK: 'wallets' },
      },
      pin: {
        tags: ['sensitive'],
        meta: { screen: 'pin', secret: true },
        always: { guard: ({ context }) => !context.me.hasPin, target: 'pinless' },
        on: {
          INPUT: { guard: ({ event }) => /^\d{4,6}$/.test(event.text), target: 'checking' },
          BACK: 'wallets',
        },
      },
      checking: {
        entry: {
          type: 'ask',
          params: ({ context, event }) => ({
            kind: 'check-pin',
            customerId: context.me.customerId,
            pin: event.type === 'INPUT' ? event.text : '',
          }),
        },
        on: {
          DONE: 'approving',
          REFUSED: [
            {
              guard: ({ event }) => event.why === 'wrong-pin',
              target: 'pin',
              actions: assign({ left: ({ event }) => event.left ?? null }),
            },
            { target: 'refused', actions: 'keepRefusal' },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      approving: {
        entry: {
          type: 'ask',
          params: ({ context }) => {
            if (context.amount === null || context.wallet === null)
              throw new Error('approving without an amount or a wallet')
            return {
              kind: 'approve',
              customerId: context.me.customerId,
              loanId: context.loanId,
              account: context.account,
              requestId: context.requestId,
              amount: context.amount,
              walletId: context.wallet.id,
            }
          },
        },
        on: {
          DONE: 'prompted',
          REFUSED: { target: 'refused', actions: 'keepRefusal' },
          NO_ANSWER: [
            { guard: 'surelyNot', target: 'sorry' },
            { guard: 'surely', target: 'prompted' },
            { target: 'unsure' },
          ],
        },
      },
      left: { type: 'final' },
      prompted: { type: 'final', meta: { screen: 'prompted' } },
      nothing: { type: 'final', meta: { screen: 'nothing' } },
      walletless: { type: 'final', meta: { screen: 'walletless' } },
      pinless: { type: 'final', meta: { screen: 'pinless' } },
      refused: { type: 'final', meta: { screen: 'refused' } },
      unsure: { type: 'final', meta: { screen: 'unsure' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => ({ to: 'home', me: context.me, fresh: true }),
  })

const screens: Record<string, Screen<Context>> = {
  amount: ({ loan, known }, words) => {
    const [due, most] = [loan?.due ?? known, loan?.balance ?? known]
    return `${words.howMuch(due === null ? '' : words.money(due), most === null ? '' : words.money(most))}\n${words.back}`
  },
  wallets: ({ amount, wallets, page }, words) =>
    listScreen(
      words.whichWallet(print(amount, words.money)),
      wallets.map(wallet => wallet.label),
      page,
      words,
    ),
  confirm: ({ amount, wallet }, words, house) =>
    `${words.confirm(house.lender, print(amount, words.money), wallet?.label ?? '')}\n${words.back}`,
  pin: ({ amount, wallet, left }, words, house) =>
    [
      ...(left === null ? [] : [words.wrongPin(left)]),
      words.pinToPay(house.lender, print(amount, words.money), wallet?.label ?? ''),
      words.back,
    ].join('\n'),
  prompted: ({ amount, wallet, account }, words, house) => prompted(amount, wallet, account, words, house),
  nothing: (_, words) => words.refusals['nothing-due'],
  walletless: (_, words) => words.noWallets(),
  pinless: (_, words, house) => words.noPin(house.lenderPhone),
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

const print = (amount: MoneyText | null, money: (amount: MoneyText) => string): string =>
  amount === null ? '' : money(amount)

function prompted(
  amount: MoneyText | null,
  wallet: WalletView | null,
  account: string,
  words: Parameters<Screen<Context>>[1],
  house: House,
): string {
  const other = house.otherWay(wallet?.provider ?? '', account, words)
  return words.prompted(wallet?.label ?? '', print(amount, words.money), other)
}

export const pay = { machine, screens }
