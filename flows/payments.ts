import { assign } from 'xstate'
import {
  dialogue,
  hasMore,
  listScreen,
  type PaymentView,
  type Person,
  type Screen,
  typed,
} from './dialogue.ts'

/** Her last payments, to read page by page. */
type Context = { readonly me: Person; readonly items: readonly PaymentView[]; readonly page: number }

const machine = dialogue<Context, { me: Person }>().createMachine({
  id: 'payments',
  context: ({ input }) => ({ me: input.me, items: [], page: 0 }),
  initial: 'asking',
  states: {
    asking: {
      entry: {
        type: 'ask',
        params: ({ context }) => ({ kind: 'payments', customerId: context.me.customerId }),
      },
      on: {
        PAYMENTS: [
          { guard: ({ event }) => event.payments.length === 0, target: 'none' },
          { target: 'shown', actions: assign({ items: ({ event }) => event.payments }) },
        ],
        NO_ANSWER: 'sorry',
      },
    },
    shown: {
      meta: { screen: 'list' },
      tags: ['sensitive'],
      on: {
        INPUT: {
          guard: ({ context, event }) => typed(event, '98') && hasMore(context.items, context.page),
          actions: assign({ page: ({ context }) => context.page + 1 }),
        },
        BACK: 'left',
      },
    },
    left: { type: 'final' },
    none: { type: 'final', meta: { screen: 'none' } },
    sorry: { type: 'final', meta: { screen: 'sorry' } },
  },
  output: ({ context }) => ({ to: 'home', me: context.me, fresh: false }),
})

const screens: Record<string, Screen<Context>> = {
  list: ({ items, page }, words) =>
    listScreen(
      words.payments(),
      items.map(item =>
        words.payment({ ...item, amount: words.money(item.amount), date: words.date(item.date) }),
      ),
      page,
      words,
      { numbered: false },
    ),
  none: (_, words) => words.noPayments(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const payments = { machine, screens }
