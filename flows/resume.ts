import { assign } from 'xstate'
import type { Person } from './dialogue.ts'
import { dialogue, type Screen, typed } from './dialogue.ts'
import type { Handover, Kept } from './handover.ts'
import type { Officer } from './officer.ts'
import { type Language, menu } from './words/words.ts'

/** She was cut off in the midst of something, and dials again: she goes on where she was, or begins anew. */
type Input = { readonly kept: Kept; readonly me?: Person | Officer; readonly language?: Language }
type Context = Input & { readonly next?: Handover | undefined }

const machine = dialogue<Context, Input>().createMachine({
  id: 'resume',
  context: ({ input }) => input,
  initial: 'asking',
  states: {
    asking: {
      meta: { screen: 'offer' },
      on: {
        INPUT: [
          {
            guard: ({ event }) => typed(event, '1'),
            target: 'left',
            actions: assign({ next: ({ context: { kept } }) => ({ to: 'kept', kept }) }),
          },
          { guard: ({ event }) => typed(event, '2'), target: 'left' },
        ],
      },
    },
    left: { type: 'final' },
  },
  output: ({ context }) => context.next ?? { to: 'welcome' },
})

const screens: Record<string, Screen<Context>> = {
  offer: (_, words, { lender }) => menu(words.cutOff.title(lender), [words.cutOff.goOn, words.cutOff.anew]),
}

export const resume = { machine, screens }
