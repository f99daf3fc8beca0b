import { assign } from 'xstate'
import { dialogue, type Person, type RequestView, type Screen } from './dialogue.ts'
import type { FoundView } from './officer.ts'

/**
 * "I have paid, but it is not here": found by the operator's receipt, else a case with a number. `request`: what she was
 * asked for when she said so; it asks her no more.
 */
type Input = { readonly me: Person; readonly request?: RequestView }
type Context = Input & {
  readonly payment: FoundView | null
  readonly number: string
  readonly goesBack: boolean
}

const isReceipt = (text: string): boolean => /^[A-Za-z0-9.]{5,30}$/.test(text)

const machine = dialogue<Context, Input>().createMachine({
  id: 'missing',
  context: ({ input }) => ({ ...input, payment: null, number: '', goesBack: false }),
  initial: 'receipt',
  states: {
    receipt: {
      tags: ['sensitive'],
      meta: { screen: 'receipt', hint: 'badReceipt' },
      on: {
        INPUT: { guard: ({ event }) => isReceipt(event.text), target: 'looking' },
        BACK: { target: 'left', actions: assign({ goesBack: true }) },
      },
    },
    looking: {
      entry: {
        type: 'ask',
        params: ({ context: { me }, event }) => ({
          kind: 'find-payment',
          customerId: me.customerId,
          receipt: event.type === 'INPUT' ? event.text.toUpperCase() : '',
        }),
      },
      on: {
        PAYMENT: { target: 'said', actions: assign({ payment: ({ event }) => event.payment }) },
        CASE: { target: 'said', actions: assign({ number: ({ event }) => event.number }) },
        NO_ANSWER: [{ guard: 'surelyNot', target: 'sorry' }, { target: 'unsure' }],
      },
    },
    said: {
      always: [
        { guard: ({ context }) => context.request !== undefined, target: 'declining' },
        { target: 'answered' },
      ],
    },
    declining: {
      entry: {
        type: 'ask',
        params: ({ context: { me, request } }) => ({
          kind: 'decline',
          customerId: me.customerId,
          requestId: request?.id ?? '',
          reason: 'already-paid',
        }),
      },
      // whatever became of it meanwhile: what she came for is answered
      on: { DONE: 'answered', CASE: 'answered', REFUSED: 'answered', NO_ANSWER: 'answered' },
    },
    answered: {
      always: [{ guard: ({ context }) => context.payment !== null, target: 'found' }, { target: 'noted' }],
    },
    found: { meta: { screen: 'found' }, tags: ['sensitive'], on: { BACK: 'left' } },
    noted: { meta: { screen: 'noted' }, tags: ['sensitive'], on: { BACK: 'left' } },
    left: { type: 'final' },
    unsure: { type: 'final', meta: { screen: 'unsure' } },
    sorry: { type: 'final', meta: { screen: 'sorry' } },
  },
  output: ({ context: { me, request, goesBack } }) =>
    goesBack && request !== undefined ? { to: 'request', me, request } : { to: 'home', me, fresh: false },
})

const screens: Record<string, Screen<Context>> = {
  receipt: (_, words) => `${words.claims.enterReceipt()}\n${words.back}`,
  found: ({ payment }, words) => {
    if (payment === null) return words.back
    const amount = words.money(payment.amount)
    const told = {
      amount,
      date: words.date(payment.on),
      receipt: payment.receipt ?? '-',
      account: payment.account ?? '-',
    }
    // to an officer "being checked" says besides that nobody is to be pushed
    const said =
      payment.fate === 'checking' ? words.claims.checking(amount) : words.staff.found[payment.fate](told)
    return `${said}\n${words.back}`
  },
  noted: ({ number }, words, house) => `${words.claims.notFound(number, house.lenderPhone)}\n${words.back}`,
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const missing = { machine, screens }
