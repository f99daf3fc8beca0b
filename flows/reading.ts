import {
  dialogue,
  hasMore,
  listScreen,
  type PaymentView,
  type Person,
  type Screen,
  typed,
  type WalletView,
} from './dialogue.ts'
import type { Words } from './words/words.ts'

/** Two lists to read, page by page: her wallets, and her last payments. */
type Item = WalletView | PaymentView
type Context = { readonly me: Person; readonly items: readonly Item[]; readonly page: number }

const host = dialogue<Context, { me: Person }>()

const receive = [
  { guard: 'empty', target: 'none' },
  { target: 'shown', actions: 'receive' },
] as const

const list = (id: 'wallets' | 'payments') =>
  host
    .extend({
      guards: {
        empty: ({ event }) =>
          (event.type === 'WALLETS' && event.wallets.length === 0) ||
          (event.type === 'PAYMENTS' && event.payments.length === 0),
        turning: ({ context, event }) => typed(event, '98') && hasMore(context.items, context.page),
      },
      actions: {
        receive: host.assign(({ event }) => {
          if (event.type === 'WALLETS') return { items: event.wallets }
          return event.type === 'PAYMENTS' ? { items: event.payments } : {}
        }),
        turn: host.assign({ page: ({ context }) => context.page + 1 }),
      },
    })
    .createMachine({
      id,
      context: ({ input }) => ({ me: input.me, items: [], page: 0 }),
      initial: 'asking',
      states: {
        asking: {
          entry: {
            type: 'ask',
            params: ({ context: { me } }) =>
              id === 'wallets'
                ? { kind: 'wallets', customerId: me.customerId, amount: null }
                : { kind: 'payments', customerId: me.customerId },
          },
          on: { WALLETS: receive, PAYMENTS: receive, NO_ANSWER: 'sorry' },
        },
        shown: {
          meta: { screen: 'list' },
          tags: ['sensitive'],
          on: { INPUT: { guard: 'turning', actions: 'turn' }, BACK: 'left' },
        },
        left: { type: 'final' },
        none: { type: 'final', meta: { screen: 'none' } },
        sorry: { type: 'final', meta: { screen: 'sorry' } },
      },
      output: ({ context }) => ({ to: 'home', me: context.me, fresh: false }),
    })

const print = (item: Item, words: Words): string =>
  'label' in item
    ? item.label
    : words.payment({ ...item, amount: words.money(item.amount), date: words.date(item.date) })

const screens = (
  title: (words: Words) => string,
  none: (words: Words) => string,
): Record<string, Screen<Context>> => ({
  list: ({ items, page }, words) =>
    listScreen(
      title(words),
      items.map(item => print(item, words)),
      page,
      words,
      { numbered: false },
    ),
  none: (_, words) => none(words),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
})

export const wallets = {
  machine: list('wallets'),
  screens: screens(
    words => words.wallets(),
    words => words.noWallets(),
  ),
}

export const payments = {
  machine: list('payments'),
  screens: screens(
    words => words.payments(),
    words => words.noPayments(),
  ),
}
