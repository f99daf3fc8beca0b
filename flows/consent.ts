import { assign } from 'xstate'
import { dialogue, type Person, type Screen, typed } from './dialogue.ts'
import { entering } from './enter.ts'
import type { Shortcut } from './handover.ts'

/** May we write to her and prompt her wallets? Her answer is kept with the words that she read; without one she is asked again. */
type Input = { readonly me: Person; readonly shortcut?: Shortcut }
type Context = Input & { readonly agreed: boolean }

const machine = dialogue<Context, Input>().createMachine({
  id: 'consent',
  context: ({ input }) => ({ ...input, agreed: false }),
  initial: 'asking',
  states: {
    asking: {
      meta: { screen: 'consent' },
      on: {
        INPUT: [
          {
            guard: ({ event }) => typed(event, '1'),
            target: 'noting',
            actions: assign({ agreed: true }),
          },
          {
            guard: ({ event }) => typed(event, '2'),
            target: 'noting',
            actions: assign({ agreed: false }),
          },
        ],
      },
    },
    noting: {
      entry: {
        type: 'ask',
        params: ({ context: { me, agreed } }) => ({
          kind: 'consent',
          customerId: me.customerId,
          agreed,
          language: me.language,
        }),
      },
      on: { DONE: 'left', REFUSED: 'left', NO_ANSWER: 'left' },
    },
    left: { type: 'final' },
  },
  output: ({ context: { me, ...context } }) => {
    const { toAgree: _, ...answered } = me
    return entering(answered, context)
  },
})

const screens: Record<string, Screen<Context>> = {
  consent: (_, words, house) => words.contact.consent(house.lender),
}

export const consent = { machine, screens }
