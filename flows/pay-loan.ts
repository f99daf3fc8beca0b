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
import type { Handover } from './handover.ts'
import { loanLine } from './paying.ts'
import type { Words } from './words/words.ts'

type Input = {
  readonly me: Person
  /** She wants to pay what is due, and nothing else. */
  readonly dueAtOnce?: boolean
  /** She has chosen it already, and shown who she is since. */
  readonly loanId?: string
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

const chosenBefore = ({ loanId }: Context, loans: readonly LoanView[]): LoanView | undefined =>
  loans.find(({ id }) => id === loanId)

/** The option's number, wherever it stands. */
const OTHERS = '5'
const othersOption = (words: Words): string => `${OTHERS} ${words.forOthers.option}`

const host = dialogue<Context, Input>()

const machine = host
  .extend({
    actions: {
      goHome: host.assign({ next: ({ context: { me } }) => ({ to: 'home', me, fresh: false }) }),
      payOthers: host.assign({ next: ({ context: { me } }) => ({ to: 'others', me }) }),
    },
  })
  .createMachine({
    id: 'pay-loan',
    context: ({ input }) => ({ ...input, loans: [], page: 0 }),
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
              target: 'left',
              actions: assign({ next: ({ context, event }) => payment(context, event.loans[0], true) }),
            },
            {
              guard: ({ context, event }) => chosenBefore(context, event.loans) !== undefined,
              target: 'left',
              actions: assign({
                next: ({ context, event }) => payment(context, chosenBefore(context, event.loans), true),
              }),
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
            { guard: ({ event }) => typed(event, OTHERS), target: 'left', actions: 'payOthers' },
          ],
          BACK: { target: 'left', actions: 'goHome' },
        },
      },
      left: { type: 'final' },
      none: {
        meta: { screen: 'none' },
        on: {
          INPUT: { guard: ({ event }) => typed(event, OTHERS), target: 'left', actions: 'payOthers' },
          BACK: { target: 'left', actions: 'goHome' },
        },
      },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => context.next,
  })

const screens: Record<string, Screen<Context>> = {
  loans: ({ loans, page }, words) =>
    listScreen(
      words.whichLoan(),
      loans.map(loan => loanLine(loan, words)),
      page,
      words,
      { extra: othersOption(words) },
    ),
  none: (_, words) => [words.noLoans(), othersOption(words), words.back].join('\n'),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const payLoan = { machine, screens }
