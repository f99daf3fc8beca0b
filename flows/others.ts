import { assign } from 'xstate'
import { exponentOf, type MoneyText, money, toText } from '../src/domain/money.ts'
import { readPayReference } from '../src/domain/pay-reference.ts'
import { type Answer, dialogue, type Handover, type PayeeView, type Person, type Screen } from './dialogue.ts'
import { amountOf } from './paying.ts'
import { refusalText } from './refusal.ts'

type Input = { readonly me: Person; readonly payee?: PayeeView }

/** "Someone else": whose loan, by its pay-reference, and how much. Of the loan itself nothing is told. */
type Context = {
  readonly me: Person
  readonly payee: PayeeView | null
  /** Numbers that she may still try, after a wrong one. */
  readonly left: number | null
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
  readonly next?: Handover | undefined
}

/** As much as a screen can show, and more than anybody pays at once: what is owed must not be told, so it bounds nothing. */
const mostOf = ({ currency }: PayeeView): MoneyText =>
  toText(money(exponentOf(currency) === 0 ? 99_999_999n : 999_999_999n, currency))

function payment({ me, payee }: Context, amount: MoneyText | null): Handover | undefined {
  if (payee === null || amount === null) return undefined
  const { customerId, firstName, loanId, account } = payee
  return {
    to: 'pay',
    me,
    loanId,
    account: '',
    requestId: null,
    known: amount,
    loan: null,
    how: 'named',
    forOthers: {
      lines: [{ customerId, firstName, loanId, account, amount }],
      name: firstName,
      back: { to: 'others', me, payee },
    },
  }
}

const host = dialogue<Context, Input>()

const machine = host
  .extend({
    actions: {
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'others',
    context: ({ input }) => ({ me: input.me, payee: input.payee ?? null, left: null }),
    initial: 'starting',
    states: {
      starting: {
        always: [{ guard: ({ context }) => context.payee !== null, target: 'amount' }, { target: 'typing' }],
      },
      typing: {
        meta: { screen: 'reference', hint: 'badReference' },
        on: {
          // a slip of the finger shows by the check digit, and costs no try
          INPUT: { guard: ({ event }) => readPayReference(event.text) !== undefined, target: 'finding' },
          BACK: {
            target: 'left',
            actions: assign({ next: ({ context: { me } }) => ({ to: 'home', me, fresh: false }) }),
          },
        },
      },
      finding: {
        entry: {
          type: 'ask',
          params: ({ event }) => ({ kind: 'payee', reference: event.type === 'INPUT' ? event.text : '' }),
        },
        on: {
          PAYEE: [
            {
              guard: ({ event }) => event.payee !== null,
              target: 'amount',
              actions: assign({ payee: ({ event }) => event.payee, left: null }),
            },
            { target: 'missing' },
          ],
          REFUSED: { target: 'refused', actions: 'keepRefusal' },
          NO_ANSWER: 'sorry',
        },
      },
      missing: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({ kind: 'missed-payee', customerId: context.me.customerId }),
        },
        on: {
          REFUSED: [
            {
              guard: ({ event }) => event.why === 'no-payee',
              target: 'typing',
              actions: assign({ left: ({ event }) => event.left ?? null }),
            },
            { target: 'refused', actions: 'keepRefusal' },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      amount: {
        meta: { screen: 'amount', hint: 'badAmount' },
        on: {
          INPUT: {
            guard: ({ context, event }) =>
              context.payee !== null && amountOf(event, mostOf(context.payee)) !== null,
            target: 'left',
            actions: assign({
              next: ({ context, event }) =>
                context.payee === null ? undefined : payment(context, amountOf(event, mostOf(context.payee))),
            }),
          },
          BACK: { target: 'typing', actions: assign({ payee: null }) },
        },
      },
      left: { type: 'final' },
      refused: { type: 'final', meta: { screen: 'refused' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => context.next,
  })

const screens: Record<string, Screen<Context>> = {
  reference: ({ left }, { forOthers, back }) =>
    [...(left === null ? [] : [forOthers.unknown(left)]), forOthers.enterReference(), back].join('\n'),
  amount: ({ payee }, words) => {
    const due = payee?.due == null ? undefined : words.money(payee.due)
    return `${words.forOthers.howMuch(payee?.firstName ?? '', due)}\n${words.back}`
  },
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const others = { machine, screens }
