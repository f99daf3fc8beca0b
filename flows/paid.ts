import { assign } from 'xstate'
import { dialogue, type Screen, typed } from './dialogue.ts'
import type { FoundView, Officer } from './officer.ts'

/**
 * "My customer says she paid": found by the operator's receipt, else by phone, amount and day. What nobody has seen
 * becomes a case.
 */
type Context = {
  readonly me: Officer
  /** Typed, and nobody knew it. */
  readonly receipt: string | null
  readonly phone: string
  readonly amount: string
  /** What was typed could not be read together. */
  readonly unreadable: boolean
  readonly payment: FoundView | null
  readonly number: string
}

const isReceipt = (text: string): boolean => /^[A-Za-z0-9.]{5,30}$/.test(text)
const isPhone = (text: string): boolean => /^\+?[\d ]{6,20}$/.test(text)
const isAmount = (text: string): boolean => /^\d{1,9}([.,]\d{1,2})?$/.test(text)
/** Today, yesterday, or a day and a month. */
const isDay = (text: string): boolean => /^([12]|(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2]))$/.test(text)

const host = dialogue<Context, { me: Officer }>()

const machine = host
  .extend({
    guards: { isFound: ({ event }) => event.type === 'PAYMENT' && event.payment !== null },
    actions: {
      keep: host.assign(({ event }) => (event.type === 'PAYMENT' ? { payment: event.payment } : {})),
    },
  })
  .createMachine({
    id: 'paid',
    context: ({ input }) => ({
      ...{ me: input.me, receipt: null, phone: '', amount: '', unreadable: false, payment: null, number: '' },
    }),
    initial: 'how',
    states: {
      how: {
        tags: ['sensitive'],
        meta: { screen: 'how' },
        on: {
          INPUT: [
            { guard: ({ event }) => typed(event, '1'), target: 'receipt' },
            { guard: ({ event }) => typed(event, '2'), target: 'phone' },
          ],
          BACK: 'left',
        },
      },
      receipt: {
        tags: ['sensitive'],
        meta: { screen: 'receipt', hint: 'badReceipt' },
        on: {
          INPUT: {
            guard: ({ event }) => isReceipt(event.text),
            target: 'finding',
            actions: assign({ receipt: ({ event }) => event.text.toUpperCase() }),
          },
          BACK: 'how',
        },
      },
      finding: {
        entry: {
          type: 'ask',
          params: ({ context: { me, receipt } }) => ({
            ...{ kind: 'find-receipt', staffId: me.staffId, receipt: receipt ?? '' },
          }),
        },
        on: {
          PAYMENT: [{ guard: 'isFound', target: 'found', actions: 'keep' }, { target: 'phone' }],
          NO_ANSWER: 'sorry',
        },
      },
      phone: {
        tags: ['sensitive'],
        meta: { screen: 'phone', hint: 'badClient' },
        on: {
          INPUT: {
            guard: ({ event }) => isPhone(event.text),
            target: 'amount',
            actions: assign({ phone: ({ event }) => event.text, unreadable: false }),
          },
          BACK: { target: 'how', actions: assign({ receipt: null, unreadable: false }) },
        },
      },
      amount: {
        tags: ['sensitive'],
        meta: { screen: 'amount', hint: 'badAmount' },
        on: {
          INPUT: {
            guard: ({ event }) => isAmount(event.text),
            target: 'day',
            actions: assign({ amount: ({ event }) => event.text }),
          },
          BACK: 'phone',
        },
      },
      day: {
        tags: ['sensitive'],
        meta: { screen: 'day' },
        on: { INPUT: { guard: ({ event }) => isDay(event.text), target: 'looking' }, BACK: 'amount' },
      },
      looking: {
        entry: {
          type: 'ask',
          params: ({ context: { me, receipt, phone, amount }, event }) => ({
            kind: 'said-paid',
            staffId: me.staffId,
            receipt,
            phone,
            amount,
            day: event.type === 'INPUT' ? event.text : '',
          }),
        },
        on: {
          PAYMENT: { target: 'found', actions: 'keep' },
          CASE: { target: 'noted', actions: assign({ number: ({ event }) => event.number }) },
          UNREADABLE: { target: 'phone', actions: assign({ unreadable: true }) },
          NO_ANSWER: [{ guard: 'surelyNot', target: 'sorry' }, { target: 'unsure' }],
        },
      },
      found: { meta: { screen: 'found' }, tags: ['sensitive'], on: { BACK: 'left' } },
      noted: { meta: { screen: 'noted' }, tags: ['sensitive'], on: { BACK: 'left' } },
      left: { type: 'final' },
      unsure: { type: 'final', meta: { screen: 'unsure' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => ({ to: 'staff', me: context.me }),
  })

const screens: Record<string, Screen<Context>> = {
  how: (_, words) => `${words.staff.paid()}\n${words.back}`,
  receipt: (_, words) => `${words.staff.receipt}\n${words.back}`,
  phone: ({ receipt, unreadable }, words) =>
    [
      ...(unreadable ? [words.staff.notRead] : receipt === null ? [] : [words.staff.noSuchReceipt]),
      words.staff.payerPhone,
      words.back,
    ].join('\n'),
  amount: (_, words) => `${words.staff.amountPaid}\n${words.back}`,
  day: (_, words) => `${words.staff.dayPaid()}\n${words.back}`,
  found: ({ payment }, words) =>
    payment === null
      ? words.back
      : [
          words.staff.found[payment.fate]({
            amount: words.money(payment.amount),
            date: words.date(payment.on),
            receipt: payment.receipt ?? '-',
            account: payment.account ?? '-',
          }),
          words.back,
        ].join('\n'),
  noted: ({ number }, words) => `${words.staff.noted(number)}\n${words.back}`,
  unsure: (_, words) => words.staff.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const paid = { machine, screens }
