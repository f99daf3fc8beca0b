import { assign } from 'xstate'
import type { MoneyText } from '../src/domain/money.ts'
import type { Moment } from '../src/domain/time.ts'
import { dialogue, type LoanView, type Screen, typed } from './dialogue.ts'
import type { ClientView, Officer, PushNo } from './officer.ts'
import { amountOf, isNothing } from './paying.ts'
import { printMoment } from './words/words.ts'

/** An officer asks for money on a loan: by SMS, which the borrower answers herself, or by her wallet's prompt at once. */
type Input = { readonly me: Officer; readonly client: ClientView; readonly loan: LoanView }
type Context = Input & {
  /** Null: what is due, else the next instalment, read afresh. */
  readonly amount: MoneyText | null
  readonly mode: 'ask' | 'prompt'
  /** What was asked for in the end. */
  readonly asked: MoneyText | null
  /** When her wallet asks at the soonest, where that is not at once. */
  readonly opens: Moment | null
  /** No SMS asks her: she hears of it when she dials. */
  readonly silent: boolean
  readonly why: PushNo
}

const wanted = ({ amount, loan }: Context): MoneyText =>
  amount ?? (isNothing(loan.due) ? (loan.next?.amount ?? loan.balance) : loan.due)

const machine = dialogue<Context, Input>().createMachine({
  id: 'push',
  context: ({ input: { me, client, loan } }) => ({
    ...{ me, client, loan, amount: null, mode: 'ask', asked: null, opens: null, silent: false },
    why: 'nothing-to-pay',
  }),
  initial: 'choosing',
  states: {
    choosing: {
      meta: { screen: 'loan' },
      tags: ['sensitive'],
      on: {
        INPUT: [
          {
            guard: ({ event }) => typed(event, '1'),
            target: 'pushing',
            actions: assign({ mode: 'ask' }),
          },
          {
            guard: ({ event }) => typed(event, '2'),
            target: 'pushing',
            actions: assign({ mode: 'prompt' }),
          },
          { guard: ({ event }) => typed(event, '3'), target: 'typing' },
        ],
        BACK: 'left',
      },
    },
    typing: {
      tags: ['sensitive'],
      meta: { screen: 'amount', hint: 'badAmount' },
      on: {
        INPUT: {
          guard: ({ context, event }) => amountOf(event, context.loan.balance) !== null,
          target: 'choosing',
          actions: assign({ amount: ({ context, event }) => amountOf(event, context.loan.balance) }),
        },
        BACK: 'choosing',
      },
    },
    pushing: {
      entry: {
        type: 'ask',
        params: ({ context: { me, loan, amount, mode } }) => ({
          kind: 'push',
          staffId: me.staffId,
          loanId: loan.id,
          amount,
          mode,
        }),
      },
      on: {
        PUSHED: [
          {
            guard: ({ context }) => context.mode === 'ask',
            target: 'asked',
            actions: assign({
              asked: ({ event }) => event.amount,
              silent: ({ event }) => event.silent === true,
            }),
          },
          {
            target: 'prompted',
            actions: assign({
              asked: ({ event }) => event.amount,
              opens: ({ event }) => event.opens ?? null,
            }),
          },
        ],
        UNPUSHED: { target: 'refused', actions: assign({ why: ({ event }) => event.why }) },
        NO_ANSWER: [{ guard: 'surelyNot', target: 'sorry' }, { target: 'unsure' }],
      },
    },
    asked: { meta: { screen: 'asked' }, tags: ['sensitive'], on: { BACK: 'left' } },
    prompted: { meta: { screen: 'prompted' }, tags: ['sensitive'], on: { BACK: 'left' } },
    refused: { meta: { screen: 'refused' }, tags: ['sensitive'], on: { BACK: 'choosing' } },
    left: { type: 'final' },
    unsure: { type: 'final', meta: { screen: 'unsure' } },
    sorry: { type: 'final', meta: { screen: 'sorry' } },
  },
  output: ({ context }) => ({ to: 'find', me: context.me }),
})

const screens: Record<string, Screen<Context>> = {
  loan: (context, words) => {
    const { client, loan } = context
    const texts = { asked: words.money(wanted(context)), balance: words.money(loan.balance) }
    return `${words.staff.push({ firstName: client.firstName, account: loan.account, ...texts })}\n${words.back}`
  },
  amount: ({ loan }, words) =>
    `${words.howMuch(isNothing(loan.due) ? undefined : words.money(loan.due), words.money(loan.balance))}\n${words.back}`,
  asked: ({ client, asked, silent }, words) => {
    const amount = asked === null ? '' : words.money(asked)
    return `${words.staff.asked(client.firstName, amount, silent)}\n${words.back}`
  },
  prompted: ({ client, asked, opens }, words) => {
    const amount = asked === null ? '' : words.money(asked)
    const from = opens === null ? undefined : printMoment(opens, words)
    return `${words.staff.prompted(client.firstName, amount, from)}\n${words.back}`
  },
  refused: ({ why }, words) => `${words.staff.unpushed[why]}\n${words.back}`,
  unsure: (_, words) => words.staff.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const push = { machine, screens }
