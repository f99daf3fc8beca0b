import { assign } from 'xstate'
import { type DialogueEvent, dialogue, type Person, type Screen } from './dialogue.ts'
import { COMPLAINTS } from './words/claims/words.ts'

/** A complaint: what it is about, then a case with a number; somebody calls her. */
type Context = { readonly me: Person; readonly number: string }

const chosenOf = (event: DialogueEvent) =>
  event.type === 'INPUT' && /^[1-9]$/.test(event.text) ? COMPLAINTS[Number(event.text) - 1] : undefined

const machine = dialogue<Context, { me: Person }>().createMachine({
  id: 'complaint',
  context: ({ input }) => ({ me: input.me, number: '' }),
  initial: 'about',
  states: {
    about: {
      meta: { screen: 'about' },
      on: {
        INPUT: { guard: ({ event }) => chosenOf(event) !== undefined, target: 'noting' },
        BACK: 'left',
      },
    },
    noting: {
      entry: {
        type: 'ask',
        params: ({ context: { me }, event }) => ({
          kind: 'complain',
          customerId: me.customerId,
          about: chosenOf(event) ?? 'other',
        }),
      },
      on: {
        CASE: { target: 'noted', actions: assign({ number: ({ event }) => event.number }) },
        NO_ANSWER: [{ guard: 'surelyNot', target: 'sorry' }, { target: 'unsure' }],
      },
    },
    noted: { meta: { screen: 'noted' }, on: { BACK: 'left' } },
    left: { type: 'final' },
    unsure: { type: 'final', meta: { screen: 'unsure' } },
    sorry: { type: 'final', meta: { screen: 'sorry' } },
  },
  output: ({ context }) => ({ to: 'home', me: context.me, fresh: false }),
})

const screens: Record<string, Screen<Context>> = {
  about: (_, words) => `${words.claims.complainAbout()}\n${words.back}`,
  noted: ({ number }, words, house) => `${words.claims.noted(number, house.lenderPhone)}\n${words.back}`,
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const complaint = { machine, screens }
