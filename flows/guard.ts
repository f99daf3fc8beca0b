import { assign } from 'xstate'
import { type Answer, dialogue, type Person, type Screen } from './dialogue.ts'
import { entering, toFirstPin } from './enter.ts'
import type { Guarded, Handover, Shortcut } from './handover.ts'
import { refusalText } from './refusal.ts'

/** Our own PIN before what is hers alone; asked once a session. */
type Input = {
  readonly me: Person
  readonly before: Guarded
  readonly loanId?: string
  readonly shortcut?: Shortcut
}
type Context = Input & {
  readonly left: number | null
  readonly next?: Handover | undefined
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
}

/** What she came for, now that she has shown who she is. */
function opened({ me: unproven, before, ...input }: Input): Handover {
  const me = { ...unproven, askPin: { ...unproven.askPin, toEnter: false, toRead: false } }
  switch (before) {
    case 'home':
      return entering(me, input)
    case 'pay-loan':
      return { to: before, me, ...(input.loanId === undefined ? {} : { loanId: input.loanId }) }
    default:
      return { to: before, me }
  }
}

const machine = dialogue<Context, Input>().createMachine({
  id: 'guard',
  context: ({ input }) => ({ ...input, left: null }),
  initial: 'asking',
  states: {
    asking: {
      tags: ['sensitive'],
      meta: { screen: 'pin', hint: 'badPin', secret: true },
      always: {
        guard: ({ context }) => !context.me.hasPin,
        target: 'left',
        actions: assign({ next: ({ context }) => toFirstPin(context.me) }),
      },
      on: {
        INPUT: { guard: ({ event }) => /^\d{4,6}$/.test(event.text), target: 'checking' },
        BACK: {
          target: 'left',
          actions: assign({
            next: ({ context: { me, before } }) =>
              before === 'home' ? { to: 'welcome' } : { to: 'home', me, fresh: false },
          }),
        },
      },
    },
    checking: {
      entry: {
        type: 'ask',
        params: ({ context, event }) => ({
          kind: 'check-pin',
          customerId: context.me.customerId,
          pin: event.type === 'INPUT' ? event.text : '',
        }),
      },
      on: {
        DONE: { target: 'left', actions: assign({ next: ({ context }) => opened(context) }) },
        REFUSED: [
          {
            guard: ({ event }) => event.why === 'wrong-pin',
            target: 'asking',
            actions: assign({ left: ({ event }) => event.left ?? null }),
          },
          { target: 'refused', actions: assign({ refused: ({ event }) => event }) },
        ],
        NO_ANSWER: 'sorry',
      },
    },
    left: { type: 'final' },
    refused: { type: 'final', meta: { screen: 'refused' } },
    sorry: { type: 'final', meta: { screen: 'sorry' } },
  },
  output: ({ context }) => context.next,
})

const screens: Record<string, Screen<Context>> = {
  pin: ({ left }, words, house) =>
    [...(left === null ? [] : [words.wrongPin(left)]), words.enterPin(house.lender), words.back].join('\n'),
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const guard = { machine, screens }
