import { assign } from 'xstate'
import { dialogue, type Screen } from './dialogue.ts'
import type { Handover } from './handover.ts'
import type { Officer } from './officer.ts'

/** The staff PIN before anything of a customer is shown; asked once a session. */
type Context = {
  readonly me: Officer
  readonly left: number | null
  readonly next?: Handover | undefined
}

const machine = dialogue<Context, { me: Officer }>().createMachine({
  id: 'staff-pin',
  context: ({ input }) => ({ me: input.me, left: null }),
  initial: 'asking',
  states: {
    asking: {
      tags: ['sensitive'],
      meta: { screen: 'pin', hint: 'badPin', secret: true },
      on: {
        INPUT: { guard: ({ event }) => /^\d{4,6}$/.test(event.text), target: 'checking' },
        BACK: { target: 'left', actions: assign({ next: { to: 'welcome' } }) },
      },
    },
    checking: {
      entry: {
        type: 'ask',
        params: ({ context, event }) => ({
          kind: 'check-staff-pin',
          staffId: context.me.staffId,
          pin: event.type === 'INPUT' ? event.text : '',
        }),
      },
      on: {
        DONE: {
          target: 'left',
          actions: assign({ next: ({ context }) => ({ to: 'staff', me: { ...context.me, proven: true } }) }),
        },
        REFUSED: [
          {
            guard: ({ event }) => event.why === 'wrong-pin',
            target: 'asking',
            actions: assign({ left: ({ event }) => event.left ?? null }),
          },
          { target: 'locked' },
        ],
        NO_ANSWER: 'sorry',
      },
    },
    left: { type: 'final' },
    locked: { type: 'final', meta: { screen: 'locked' } },
    sorry: { type: 'final', meta: { screen: 'sorry' } },
  },
  output: ({ context }) => context.next,
})

const screens: Record<string, Screen<Context>> = {
  pin: ({ left }, words, house) =>
    [...(left === null ? [] : [words.wrongPin(left)]), words.staff.enterPin(house.lender), words.back].join(
      '\n',
    ),
  locked: (_, words, house) => words.staff.pinLocked(house.lenderPhone),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const staffPin = { machine, screens }
