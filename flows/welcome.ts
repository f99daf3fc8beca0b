import { assign } from 'xstate'
import { chosen, dialogue, hasMore, listScreen, type Person, type Screen, typed } from './dialogue.ts'

/** Who is calling? A phone is not a person: it is nobody's, one person's, or several people's. */
type Context = { readonly me?: Person | undefined; readonly people: readonly Person[]; readonly page: number }

const machine = dialogue<Context, object>().createMachine({
  id: 'welcome',
  context: { people: [], page: 0 },
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
  output: ({ context: { me } }) => {
    if (me === undefined) return undefined
    return me.askPin.toEnter ? { to: 'guard', me, before: 'home' } : { to: 'home', me, fresh: true }
  },
})

const screens: Record<string, Screen<Context>> = {
  who: ({ people, page }, words, house) =>
    listScreen(
      words.whoAreYou(house.lender),
      people.map(person => person.firstName),
      page,
      words,
    ),
  nobody: (_, words, house) => words.nobody(house.lender, house.lenderPhone),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const welcome = { machine, screens }
