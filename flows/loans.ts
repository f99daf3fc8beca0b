import { assign } from 'xstate'
import {
  chosen,
  dialogue,
  hasMore,
  type LoanView,
  listScreen,
  type Person,
  type Screen,
  typed,
} from './dialogue.ts'

/** My loans: balance, next instalment, and the schedule in pages. */
type Context = {
  readonly me: Person
  readonly loans: readonly LoanView[]
  readonly page: number
  readonly loan: LoanView | null
}

const host = dialogue<Context, { me: Person }>()

const machine = host
  .extend({ actions: { turn: host.assign({ page: ({ context }) => context.page + 1 }) } })
  .createMachine({
    id: 'loans',
    context: ({ input }) => ({ me: input.me, loans: [], page: 0, loan: null }),
    initial: 'asking',
    states: {
      asking: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({ kind: 'loans', customerId: context.me.customerId }),
        },
        on: {
          LOANS: [
            { guard: ({ event }) => event.loans.length === 0, target: 'none' },
            {
              guard: ({ event }) => event.loans.length === 1,
              target: 'shown',
              actions: assign({
                loans: ({ event }) => event.loans,
                loan: ({ event }) => event.loans[0] ?? null,
              }),
            },
            { target: 'choosing', actions: assign({ loans: ({ event }) => event.loans }) },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      choosing: {
        meta: { screen: 'loans' },
        tags: ['sensitive'],
        on: {
          INPUT: [
            {
              guard: ({ context, event }) => typed(event, '98') && hasMore(context.loans, context.page),
              actions: 'turn',
            },
            {
              guard: ({ context, event }) => chosen(context.loans, context.page, event) !== undefined,
              target: 'shown',
              actions: assign({
                loan: ({ context, event }) => chosen(context.loans, context.page, event) ?? null,
              }),
            },
          ],
          BACK: 'left',
        },
      },
      shown: {
        meta: { screen: 'loan' },
        tags: ['sensitive'],
        on: {
          INPUT: {
            guard: ({ event }) => event.text === '1',
            target: 'schedule',
            actions: assign({ page: 0 }),
          },
          BACK: [
            {
              guard: ({ context }) => context.loans.length > 1,
              target: 'choosing',
              actions: assign({ page: 0 }),
            },
            { target: 'left' },
          ],
        },
      },
      schedule: {
        meta: { screen: 'schedule' },
        tags: ['sensitive'],
        on: {
          INPUT: {
            guard: ({ context, event }) =>
              typed(event, '98') && hasMore(context.loan?.schedule ?? [], context.page),
            actions: 'turn',
          },
          BACK: 'shown',
        },
      },
      left: { type: 'final' },
      none: { type: 'final', meta: { screen: 'none' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => ({ to: 'home', me: context.me, fresh: false }),
  })

const screens: Record<string, Screen<Context>> = {
  loans: ({ loans, page }, words) =>
    listScreen(
      words.whichLoan(),
      loans.map(loan => `${loan.account} ${words.money(loan.balance)}`),
      page,
      words,
    ),
  loan: ({ loan }, words) =>
    loan === null
      ? words.noLoans()
      : `${words.loan(
          loan.account,
          words.money(loan.balance),
          loan.next === null
            ? undefined
            : words.nextInstalment(words.money(loan.next.amount), words.date(loan.next.date)),
        )}\n${words.back}`,
  schedule: ({ loan, page }, words) =>
    listScreen(
      words.schedule(),
      (loan?.schedule ?? []).map(({ number, due, amount, paid }) =>
        words.instalment(number, words.date(due), words.money(amount), paid),
      ),
      page,
      words,
      { numbered: false },
    ),
  none: (_, words) => words.noLoans(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const loans = { machine, screens }
