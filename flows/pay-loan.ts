import { assign } from 'xstate'
import {
  chosen,
  dialogue,
  type Handover,
  hasMore,
  type LoanView,
  listScreen,
  type Person,
  type Screen,
  typed,
} from './dialogue.ts'

type Input = {
  readonly me: Person
  /** She wants to pay what is due, and nothing else. */
  readonly dueAtOnce?: boolean
}

/** "Pay my loan": which one, where she has several. */
type Context = Input & {
  readonly loans: readonly LoanView[]
  readonly page: number
  readonly next?: Handover | undefined
}

/** Of one that was read in this turn; of a list she has looked at for a while it is read again. */
function payment(
  { me, dueAtOnce }: Context,
  found: LoanView | undefined,
  fresh: boolean,
): Handover | undefined {
  if (found === undefined) return undefined
  const { id: loanId, account, due: known } = found
  const how = dueAtOnce === true ? 'due' : 'menu'
  return { to: 'pay', me, loanId, account, requestId: null, known, loan: fresh ? found : null, how }
}

const machine = dialogue<Context, Input>().createMachine({
  id: 'pay-loan',
  context: ({ input }) => ({ ...input, loans: [], page: 0 }),
  initial: 'asking',
  states: {
    asking: {
      entry: { type: 'ask', params: ({ context }) => ({ kind: 'loans', customerId: context.me.customerId }) },
      on: {
        LOANS: [
          { guard: ({ event }) => event.loans.length === 0, target: 'none' },
          {
            guard: ({ event }) => event.loans.length === 1,
            target: 'left',
            actions: assign({ next: ({ context, event }) => payment(context, event.loans[0], true) }),
          },
          { target: 'choosing', actions: assign({ loans: ({ event }) => event.loans }) },
        ],
        NO_ANSWER: 'sorry',
      },
    },
    choosing: {
      meta: { screen: 'loans' },
      on: {
        INPUT: [
          {
            guard: ({ context, event }) => typed(event, '98') && hasMore(context.loans, context.page),
            actions: assign({ page: ({ context }) => context.page + 1 }),
          },
          {
            guard: ({ context, event }) => chosen(context.loans, context.page, event) !== undefined,
            target: 'left',
            actions: assign({
              next: ({ context, event }) =>
                payment(context, chosen(context.loans, context.page, event), false),
            }),
          },
        ],
        BACK: {
          target: 'left',
          actions: assign({ next: ({ context }) => ({ to: 'home', me: context.me, fresh: false }) }),
        },
      },
    },
    left: { type: 'final' },
    none: { type: 'final', meta: { screen: 'none' } },
    sorry: { type: 'final', meta: { screen: 'sorry' } },
  },
  output: ({ context }) => context.next,
})

const screens: Record<string, Screen<Context>> = {
  loans: ({ loans, page }, words) =>
    listScreen(
      words.whichLoan(),
      loans.map(loan => `${loan.account} ${words.money(loan.due)}`),
      page,
      words,
    ),
  none: (_, words) => words.noLoans(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const payLoan = { machine, screens }
