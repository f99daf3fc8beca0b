import { assign } from 'xstate'
import type { Moment } from '../src/domain/time.ts'
import {
  type Answer,
  dialogue,
  type HourView,
  type Person,
  type RequestView,
  refusedOrUnsure,
  type Screen,
  typed,
} from './dialogue.ts'
import type { Handover } from './handover.ts'
import { refusalText } from './refusal.ts'
import { DECLINE_REASONS, menu, printMoment } from './words/words.ts'

/** A collection request that waits for her answer: pay it, pay another amount, at a later hour, or decline with a reason. */
type Context = {
  readonly me: Person
  readonly request: RequestView
  readonly hours: readonly HourView[]
  readonly reminds?: Moment | undefined
  readonly next?: Handover | undefined
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
}

/** Leads to the payment of what is asked for. */
export const payRequest = (
  { me, request }: Pick<Context, 'me' | 'request'>,
  how: 'due' | 'named' | 'other',
): Handover => ({
  to: 'pay',
  me,
  loanId: request.loanId,
  account: request.account,
  requestId: request.id,
  known: request.amount,
  loan: null,
  how,
})

const hourAt = ({ hours }: Context, text: string): HourView | undefined =>
  /^[1-9]$/.test(text) ? hours[Number(text) - 1] : undefined

const reasonAt = (text: string) => (/^[1-4]$/.test(text) ? DECLINE_REASONS[Number(text) - 1] : undefined)

const host = dialogue<Context, { me: Person; request: RequestView }>()

const machine = host
  .extend({
    actions: {
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'request',
    context: ({ input }) => ({ ...input, hours: [] }),
    initial: 'pending',
    states: {
      pending: {
        meta: { screen: 'pending' },
        on: {
          INPUT: [
            {
              guard: ({ event }) => typed(event, '1'),
              target: 'left',
              actions: assign({ next: ({ context }) => payRequest(context, context.request.basis) }),
            },
            {
              guard: ({ event }) => typed(event, '2'),
              target: 'left',
              actions: assign({ next: ({ context }) => payRequest(context, 'other') }),
            },
            { guard: ({ event }) => typed(event, '3'), target: 'offering' },
            { guard: ({ event }) => typed(event, '4'), target: 'declining' },
          ],
          BACK: {
            target: 'left',
            actions: assign({ next: ({ context }) => ({ to: 'home', me: context.me, fresh: false }) }),
          },
        },
      },
      offering: {
        entry: { type: 'ask', params: { kind: 'hours' } },
        on: {
          HOURS: { target: 'choosing', actions: assign({ hours: ({ event }) => event.hours }) },
          NO_ANSWER: 'sorry',
        },
      },
      choosing: {
        meta: { screen: 'when' },
        on: {
          INPUT: {
            guard: ({ context, event }) => hourAt(context, event.text) !== undefined,
            target: 'postponing',
          },
          BACK: 'pending',
        },
      },
      postponing: {
        entry: {
          type: 'ask',
          params: ({ context, event }) => ({
            kind: 'postpone',
            customerId: context.me.customerId,
            requestId: context.request.id,
            until: (event.type === 'INPUT' ? hourAt(context, event.text)?.until : undefined) ?? null,
          }),
        },
        on: {
          DONE: { target: 'postponed', actions: assign({ reminds: ({ event }) => event.reminds }) },
          ...refusedOrUnsure,
        },
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
  when: ({ request, hours }, words) =>
    `${menu(
      words.laterWhen(words.date(request.dueOn)),
      hours.map(hour => printMoment(hour, words)),
    )}\n${words.back}`,
  postponed: ({ request, reminds }, words) =>
    words.postponed(
      words.money(request.amount),
      words.date(request.dueOn),
      reminds === undefined ? undefined : printMoment(reminds, words),
    ),
  declined: (_, words, house) => words.declined(house.lenderPhone),
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const request = { machine, screens }
