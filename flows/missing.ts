import { assign } from 'xstate'
import { dialogue, type Person, type Screen } from './dialogue.ts'
import type { FoundView } from './officer.ts'

/** "I have paid, but it is not here": found by the operator's receipt, else a case with a number. */
type Context = { readonly me: Person; readonly payment: FoundView | null; readonly number: string }

const isReceipt = (text: string): boolean => /^[A-Za-z0-9.]{5,30}$/.test(text)

const machine = dialogue<Context, { me: Person }>().createMachine({
  id: 'missing',
  context: ({ input }) => ({ me: input.me, payment: null, number: '' }),
  initial: 'receipt',
  states: {
    receipt: {
      tags: ['sensitive'],
      meta: { screen: 'receipt', hint: 'badReceipt' },
      on: {
        INPUT: { guard: ({ event }) => isReceipt(event.text), target: 'looking' },
        BACK: 'left',
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
        PAYMENT: { target: 'found', actions: assign({ payment: ({ event }) => event.payment }) },
        CASE: { target: 'noted', actions: assign({ number: ({ event }) => event.number }) },
        NO_ANSWER: [{ guard: 'surelyNot', target: 'sorry' }, { target: 'unsure' }],
      },
    },
    found: { meta: { screen: 'found' }, tags: ['sensitive'], on: { BACK: 'left' } },
    noted: { meta: { screen: 'noted' }, tags: ['sensitive'], on: { BACK: 'left' } },
    left: { type: 'final' },
    unsure: { type: 'final', meta: { screen: 'unsure' } },
    sorry: { type: 'final', meta: { screen: 'sorry' } },
  },
  output: ({ context }) => ({ to: 'home', me: context.me, fresh: false }),
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
