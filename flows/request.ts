import { assign } from 'xstate'
import {
  type Answer,
  dialogue,
  type Handover,
  type Person,
  type RequestView,
  type Screen,
  typed,
} from './dialogue.ts'
import { refusalText } from './refusal.ts'
import { DECLINE_REASONS } from './words/words.ts'

/** A collection request that waits for her answer: pay it, pay another amount, later today, or decline with a reason. */
type Context = {
  readonly me: Person
  readonly request: RequestView
  readonly next?: Handover | undefined
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
}

const pay = ({ me, request }: Context, how: 'due' | 'named' | 'other'): Handover => ({
  to: 'pay',
  me,
  loanId: request.loanId,
  account: request.account,
  requestId: request.id,
  known: request.amount,
  how,
})

const reasonAt = (text: string) => (/^[1-4]$/.test(text) ? DECLINE_REASONS[Number(text) - 1] : undefined)

const refusedOrUnsure = {
  REFUSED: { target: 'refused', actions: 'keepRefusal' },
  NO_ANSWER: [{ guard: 'surelyNot', target: 'sorry' }, { target: 'unsure' }],
} as const

const host = dialogue<Context, { me: Person; request: RequestView }>()

const machine = host
  .extend({
    actions: {
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'request',
    context: ({ input }) => input,
    initial: 'pending',
    states: {
      pending: {
        meta: { screen: 'pending' },
        on: {
          INPUT: [
            {
              guard: ({ event }) => typed(event, '1'),
              target: 'left',
              actions: assign({ next: ({ context }) => pay(context, context.request.basis) }),
            },
            {
              guard: ({ event }) => typed(event, '2'),
              target: 'left',
              actions: assign({ next: ({ context }) => pay(context, 'other') }),
            },
            { guard: ({ event }) => typed(event, '3'), target: 'postponing' },
            { guard: ({ event }) => typed(event, '4'), target: 'declining' },
          ],
          BACK: {
            target: 'left',
            actions: assign({ next: ({ context }) => ({ to: 'home', me: context.me, fresh: false }) }),
          },
        },
      },
      postponing: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({
            kind: 'postpone',
            customerId: context.me.customerId,
            requestId: context.request.id,
          }),
        },
        on: { DONE: 'postponed', ...refusedOrUnsure },
      },
      declining: {
        meta: { screen: 'why' },
        on: {
          INPUT: { guard: ({ event }) => reasonAt(event.text) !== undefined, target: 'refusing' },
          BACK: 'pending',
        },
      },
      refusing: {
        entry: {
          type: 'ask',
          params: ({ context, event }) => ({
            kind: 'decline',
            customerId: context.me.customerId,
            requestId: context.request.id,
            reason: (event.type === 'INPUT' ? reasonAt(event.text) : undefined) ?? 'not-mine',
          }),
        },
        on: { DONE: 'declined', ...refusedOrUnsure },
      },
      left: { type: 'final' },
      postponed: { type: 'final', meta: { screen: 'postponed' } },
      declined: { type: 'final', meta: { screen: 'declined' } },
      refused: { type: 'final', meta: { screen: 'refused' } },
      unsure: { type: 'final', meta: { screen: 'unsure' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => context.next,
  })

const screens: Record<string, Screen<Context>> = {
  pending: ({ request }, words, house) =>
    words.pending({
      lender: house.lender,
      amount: words.money(request.amount),
      loan: request.account,
      date: words.date(request.dueOn),
    }),
  why: (_, words) => `${words.declineWhy()}\n${words.back}`,
  postponed: ({ request }, words) => words.postponed(words.money(request.amount), words.date(request.dueOn)),
  declined: (_, words, house) => words.declined(house.lenderPhone),
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const request = { machine, screens }
