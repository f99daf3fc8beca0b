import { assign } from 'xstate'
import {
  chosen,
  dialogue,
  hasMore,
  listScreen,
  onward,
  type Person,
  type Screen,
  type Shortcut,
  typed,
} from './dialogue.ts'
import type { Officer } from './officer.ts'

/** Who is calling? A phone is not a person: it is nobody's, one person's, or several people's; an officer may be one. */
type Somebody = Person | Officer
type Input = { readonly shortcut?: Shortcut }
type Context = Input & {
  readonly me?: Somebody | undefined
  readonly people: readonly Somebody[]
  readonly page: number
}

const machine = dialogue<Context, Input>().createMachine({
  id: 'welcome',
  context: ({ input }) => ({ ...onward(input), people: [], page: 0 }),
  initial: 'asking',
  states: {
    asking: {
      entry: { type: 'ask', params: { kind: 'who' } },
      on: {
        PEOPLE: [
          { guard: ({ event }) => event.people.length === 0, target: 'nobody' },
          {
            guard: ({ event }) => event.people.length === 1,
            target: 'known',
            actions: assign({ me: ({ event }) => event.people[0] }),
          },
          { target: 'choosing', actions: assign({ people: ({ event }) => event.people }) },
        ],
        NO_ANSWER: 'sorry',
      },
    },
    choosing: {
      meta: { screen: 'who' },
      on: {
        INPUT: [
          {
            guard: ({ context, event }) => typed(event, '98') && hasMore(context.people, context.page),
            actions: assign({ page: ({ context }) => context.page + 1 }),
          },
          {
            guard: ({ context, event }) => chosen(context.people, context.page, event) !== undefined,
            target: 'known',
            actions: assign({ me: ({ context, event }) => chosen(context.people, context.page, event) }),
          },
        ],
        BACK: { target: 'choosing', actions: assign({ page: 0 }) },
      },
    },
    known: { type: 'final' },
    nobody: { type: 'final', meta: { screen: 'nobody' } },
    sorry: { type: 'final', meta: { screen: 'sorry' } },
  },
  output: ({ context: { me, ...context } }) => {
    if (me === undefined) return undefined
    if ('staffId' in me) return { to: 'staff-pin', me }
    const { hasCode = false, ...known } = me
    if (hasCode) return { to: 'pin', me: known, byCode: true }
    const next = me.askPin.toEnter
      ? ({ to: 'guard', me, before: 'home' } as const)
      : ({ to: 'home', me, fresh: true } as const)
    return { ...next, ...onward(context) }
  },
})

const screens: Record<string, Screen<Context>> = {
  who: ({ people, page }, words, house) =>
    listScreen(
      words.whoAreYou(house.lender),
      people.map(person => ('staffId' in person ? words.staff.role(person.name) : person.firstName)),
      page,
      words,
    ),
  nobody: (_, words, house) => words.nobody(house.lender, house.lenderPhone),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const welcome = { machine, screens }
