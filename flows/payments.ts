import { assign } from 'xstate'
import {
  type Answer,
  chosen,
  dialogue,
  hasMore,
  listScreen,
  type PaymentView,
  type Person,
  refusedOrUnsure,
  type Screen,
  typed,
} from './dialogue.ts'
import type { Handover } from './handover.ts'
import { refusalText } from './refusal.ts'
import { menu, type Words } from './words/words.ts'

/** Her last payments: one that is missing, and one that was a mistake, is somebody's to look at. */
type Context = {
  readonly me: Person
  readonly items: readonly PaymentView[]
  readonly page: number
  readonly payment: PaymentView | null
  readonly number: string
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
  readonly next?: Handover | undefined
}

/** With the option under it, a page holds two of the longest. */
const SIZE = 2
/** It stands on every page, so it has a number that no payment has. */
const MISSING = '5'

/** Hers and in the books: only what she paid herself can have been her mistake. */
const isBooked = ({ payment }: Context): boolean => payment?.state === 'booked' && payment.by === undefined

const host = dialogue<Context, { me: Person }>()

const machine = host
  .extend({
    actions: {
      toMissing: host.assign({ next: ({ context: { me } }) => ({ to: 'missing', me }) }),
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'payments',
    context: ({ input }) => ({ me: input.me, items: [], page: 0, payment: null, number: '' }),
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
      none: {
        meta: { screen: 'none' },
        tags: ['sensitive'],
        on: {
          INPUT: { guard: ({ event }) => typed(event, MISSING), target: 'left', actions: 'toMissing' },
          BACK: 'left',
        },
      },
      shown: {
        meta: { screen: 'list' },
        tags: ['sensitive'],
        on: {
          INPUT: [
            {
              guard: ({ context, event }) => typed(event, '98') && hasMore(context.items, context.page, SIZE),
              actions: assign({ page: ({ context }) => context.page + 1 }),
            },
            { guard: ({ event }) => typed(event, MISSING), target: 'left', actions: 'toMissing' },
            {
              guard: ({ context, event }) => chosen(context.items, context.page, event, SIZE) !== undefined,
              target: 'one',
              actions: assign({
                payment: ({ context, event }) => chosen(context.items, context.page, event, SIZE) ?? null,
              }),
            },
          ],
          BACK: 'left',
        },
      },
      one: {
        meta: { screen: 'one' },
        tags: ['sensitive'],
        on: {
          INPUT: [
            { guard: ({ context, event }) => isBooked(context) && typed(event, '1'), target: 'sending' },
            { guard: ({ context, event }) => isBooked(context) && typed(event, '2'), target: 'sure' },
          ],
          BACK: 'shown',
        },
      },
      sure: {
        meta: { screen: 'sure' },
        tags: ['sensitive'],
        on: { INPUT: { guard: ({ event }) => typed(event, '1'), target: 'noting' }, BACK: 'one' },
      },
      sending: {
        entry: {
          type: 'ask',
          params: ({ context: { me, payment } }) => ({
            kind: 'send-payment',
            customerId: me.customerId,
            paymentId: payment?.id ?? '',
          }),
        },
        on: { DONE: 'sent', ...refusedOrUnsure },
      },
      noting: {
        entry: {
          type: 'ask',
          params: ({ context: { me, payment } }) => ({
            kind: 'paid-by-mistake',
            customerId: me.customerId,
            paymentId: payment?.id ?? '',
          }),
        },
        on: {
          CASE: { target: 'noted', actions: assign({ number: ({ event }) => event.number }) },
          ...refusedOrUnsure,
        },
      },
      sent: { meta: { screen: 'sent' }, tags: ['sensitive'], on: { BACK: 'shown' } },
      noted: { meta: { screen: 'noted' }, tags: ['sensitive'], on: { BACK: 'shown' } },
      left: { type: 'final' },
      refused: { type: 'final', meta: { screen: 'refused' } },
      unsure: { type: 'final', meta: { screen: 'unsure' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => context.next ?? { to: 'home', me: context.me, fresh: false },
  })

const lineOf = ({ amount, date, ...item }: PaymentView, words: Words): string =>
  words.payment({ ...item, amount: words.money(amount), date: words.date(date) })

const screens: Record<string, Screen<Context>> = {
  list: ({ items, page }, words) => {
    const lines = items.map(item => lineOf(item, words))
    return listScreen(words.payments(), lines, page, words, { size: SIZE, extra: words.claims.notHere })
  },
  none: (_, words) => [words.noPayments(), words.claims.notHere, words.back].join('\n'),
  one: (context, words) => {
    const { payment } = context
    if (payment === null) return words.back
    if (payment.by !== undefined) return [lineOf(payment, words), payment.receipt, words.back].join('\n')
    const { smsThis, byMistake } = words.claims
    return `${menu(lineOf(payment, words), isBooked(context) ? [smsThis, byMistake] : [])}\n${words.back}`
  },
  sure: ({ payment }, words) => {
    if (payment === null) return words.back
    const asked = words.claims.sureByMistake(words.money(payment.amount), words.date(payment.date))
    return `${menu(asked, [words.claims.yesByMistake])}\n${words.back}`
  },
  sent: (_, words) => `${words.claims.sent}\n${words.back}`,
  noted: ({ number }, words, house) => `${words.claims.noted(number, house.lenderPhone)}\n${words.back}`,
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const payments = { machine, screens }
