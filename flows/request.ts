import { assign } from 'xstate'
import type { Moment } from '../src/domain/time.ts'
import {
  type Answer,
  type DialogueEvent,
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
import { DECLINE_REASONS, type DeclineReason, menu, printMoment } from './words/words.ts'

/** A collection request that waits for her answer: pay it, pay another amount, at a later hour, or decline with a reason. */
type Context = {
  readonly me: Person
  readonly request: RequestView
  readonly hours: readonly HourView[]
  readonly reminds?: Moment | undefined
  readonly reason?: DeclineReason | undefined
  /** Of the case that somebody looks into. */
  readonly number?: string
  readonly next?: Handover | undefined
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
}

/** Leads to the payment of what is asked for. */
export const payRequest = (
  { me, request }: Pick<Context, 'me' | 'request'>,
  how: 'due' | 'named' | 'other',
): Extract<Handover, { to: 'pay' }> => ({
  to: 'pay',
  me,
  loanId: request.loanId,
  account: request.account,
  requestId: request.id,
  known: request.amount,
  loan: null,
  how,
})

/** What was tried, once more: from the same wallet, or from the next. */
function triedAgain(
  { me, request }: Pick<Context, 'me' | 'request'>,
  event: DialogueEvent,
): Handover | undefined {
  const { tried } = request
  const wallet = typed(event, '1') ? tried?.wallet : typed(event, '2') ? tried?.next : undefined
  return tried === undefined || wallet == null
    ? undefined
    : { ...payRequest({ me, request: { ...request, amount: tried.amount } }, 'named'), walletId: wallet.id }
}

const hourAt = ({ hours }: Context, text: string): HourView | undefined =>
  /^[1-9]$/.test(text) ? hours[Number(text) - 1] : undefined

const reasonAt = (text: string) => (/^[1-4]$/.test(text) ? DECLINE_REASONS[Number(text) - 1] : undefined)

const host = dialogue<Context, { me: Person; request: RequestView }>()

const machine = host
  .extend({
    actions: {
      toMenu: host.assign({ next: ({ context: { me } }) => ({ to: 'home', me, fresh: false }) }),
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'request',
    context: ({ input }) => ({ ...input, hours: [] }),
    initial: 'starting',
    states: {
      starting: {
        always: [
          { guard: ({ context }) => context.request.tried !== undefined, target: 'tried' },
          { target: 'pending' },
        ],
      },
      tried: {
        meta: { screen: 'tried' },
        on: {
          INPUT: [
            {
              guard: ({ context, event }) => triedAgain(context, event) !== undefined,
              target: 'left',
              actions: assign({ next: ({ context, event }) => triedAgain(context, event) }),
            },
            { guard: ({ event }) => typed(event, '3'), target: 'pending' },
          ],
          BACK: { target: 'left', actions: 'toMenu' },
        },
      },
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
          BACK: { target: 'left', actions: 'toMenu' },
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
          INPUT: [
            {
              // her no is kept once she has typed a receipt
              guard: ({ event }) => reasonAt(event.text) === 'already-paid',
              target: 'left',
              actions: assign({ next: ({ context: { me, request } }) => ({ to: 'missing', me, request }) }),
            },
            {
              guard: ({ event }) => reasonAt(event.text) !== undefined,
              target: 'refusing',
              actions: assign({ reason: ({ event }) => reasonAt(event.text) }),
            },
          ],
          BACK: 'pending',
        },
      },
      refusing: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({
            kind: 'decline',
            customerId: context.me.customerId,
            requestId: context.request.id,
            reason: context.reason ?? 'not-mine',
          }),
        },
        on: {
          DONE: 'declined',
          CASE: { target: 'noted', actions: assign({ number: ({ event }) => event.number }) },
          ...refusedOrUnsure,
        },
      },
      left: { type: 'final' },
      postponed: { type: 'final', meta: { screen: 'postponed' } },
      declined: { type: 'final', meta: { screen: 'declined' } },
      noted: { type: 'final', meta: { screen: 'noted' } },
      refused: { type: 'final', meta: { screen: 'refused' } },
      unsure: { type: 'final', meta: { screen: 'unsure' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => context.next,
  })

const screens: Record<string, Screen<Context>> = {
  tried: ({ request: { tried } }, words) => {
    if (tried === undefined) throw new Error('nothing was tried')
    const { amount, wallet, next } = tried
    const { title, again, other } = words.tried
    return [
      title(words.money(amount), wallet.label),
      `1 ${again}`,
      ...(next === null ? [] : [`2 ${next.label}`]),
      `3 ${other}`,
      words.back,
    ].join('\n')
  },
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
  noted: ({ number = '' }, words, house) => words.claims.noted(number, house.lenderPhone),
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const request = { machine, screens }
