import { assign } from 'xstate'
import type { PhoneView } from './contact.ts'
import { chosen, dialogue, hasMore, listScreen, type Person, type Screen, typed } from './dialogue.ts'
import { entering } from './enter.ts'
import type { Handover, Shortcut } from './handover.ts'
import type { Officer } from './officer.ts'
import type { Language } from './words/words.ts'

/** Who is calling? A phone is not a person: it is nobody's, one person's, or several people's; an officer may be one. */
type Somebody = Person | Officer
type Input = { readonly shortcut?: Shortcut; readonly past?: true }
type Context = Input & {
  readonly phone?: PhoneView | undefined
  readonly language?: Language | undefined
  readonly people: readonly Somebody[]
  readonly page: number
  readonly next?: Handover | undefined
}

const mustProve = (one: Somebody): boolean => !('staffId' in one) && one.toProve === true

/** Where somebody goes who dials from this phone; of a phone that was long silent nobody is named before the facts. */
function wayOf(one: Somebody | undefined, phone: PhoneView | undefined, input: Input): Handover | undefined {
  if (one === undefined || phone === undefined) return undefined
  if ('staffId' in one) return { to: 'staff-pin', me: one }
  return mustProve(one) ? { to: 'facts', phone } : entering(one, input)
}

const host = dialogue<Context, Input>()

const machine = host
  .extend({
    guards: {
      isStrange: ({ context, event }) =>
        event.type === 'PEOPLE' &&
        (event.people.length === 0 || (event.phone.hasCode && context.past !== true)),
      isPlain: ({ event }) =>
        event.type === 'PEOPLE' && (event.people.length === 1 || event.people.every(mustProve)),
    },
  })
  .createMachine({
    id: 'welcome',
    context: ({ input }) => ({ ...input, people: [], page: 0 }),
    initial: 'asking',
    states: {
      asking: {
        entry: { type: 'ask', params: { kind: 'who' } },
        on: {
          PEOPLE: [
            {
              guard: 'isStrange',
              target: 'left',
              actions: assign({
                next: ({ event: { phone } }) => ({ to: 'first-contact', phone }),
              }),
            },
            {
              guard: 'isPlain',
              target: 'left',
              actions: assign({
                next: ({ context, event: { people, phone } }) => wayOf(people[0], phone, context),
              }),
            },
            {
              target: 'choosing',
              actions: assign(({ event: { phone, people } }) => ({
                phone,
                people,
                language: phone.language ?? undefined,
              })),
            },
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
              target: 'left',
              actions: assign({
                next: ({ context, event }) =>
                  wayOf(chosen(context.people, context.page, event), context.phone, context),
              }),
            },
          ],
          BACK: { target: 'choosing', actions: assign({ page: 0 }) },
        },
      },
      left: { type: 'final' },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => context.next,
  })

const screens: Record<string, Screen<Context>> = {
  who: ({ people, page }, words, house) =>
    listScreen(
      words.whoAreYou(house.lender),
      people.map(person => ('staffId' in person ? words.staff.role(person.name) : person.firstName)),
      page,
      words,
    ),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const welcome = { machine, screens }
