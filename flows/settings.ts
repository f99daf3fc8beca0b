import { assign } from 'xstate'
import { dialogue, type Person, type Screen } from './dialogue.ts'
import type { Handover } from './handover.ts'
import { WORDS } from './words/index.ts'
import { menu } from './words/words.ts'

/** Her language, her PIN, help, what we may write to her and at which hour, and complaints. */
type Context = {
  readonly me: Person
  /** Among which she may choose, and which she has chosen. */
  readonly hours: readonly number[]
  readonly hour: number | null
  readonly next?: Handover | undefined
}

const languageAt = ({ languages }: Person, text: string) =>
  /^[1-9]$/.test(text) ? languages[Number(text) - 1] : undefined

/** The hour of that number; null: none of them, which stands last; undefined: no such number. */
const hourAt = ({ hours }: Context, text: string): number | null | undefined => {
  if (!/^[1-9]$/.test(text)) return undefined
  return Number(text) === hours.length + 1 ? null : hours[Number(text) - 1]
}

const wall = (hour: number): string => `${String(hour).padStart(2, '0')}:00`

const home = (me: Person): Handover => ({ to: 'home', me, fresh: false })

const want = (wanted: boolean) => ({ type: 'do', params: { kind: 'want-messages', wanted } }) as const

const machine = dialogue<Context, { me: Person }>().createMachine({
  id: 'settings',
  context: ({ input }) => ({ me: input.me, hours: [], hour: null }),
  initial: 'menu',
  states: {
    menu: {
      meta: { screen: 'menu' },
      on: {
        INPUT: [
          { guard: ({ event }) => event.text === '1', target: 'languages' },
          {
            guard: ({ event }) => event.text === '2',
            target: 'left',
            actions: assign({ next: ({ context }) => ({ to: 'pin', me: context.me }) }),
          },
          { guard: ({ event }) => event.text === '3', target: 'help' },
          { guard: ({ event }) => event.text === '4', target: 'messages' },
          {
            guard: ({ event }) => event.text === '5',
            target: 'left',
            actions: assign({ next: ({ context }) => ({ to: 'complaint', me: context.me }) }),
          },
        ],
        BACK: 'left',
      },
    },
    languages: {
      meta: { screen: 'languages' },
      on: {
        INPUT: {
          guard: ({ context, event }) => languageAt(context.me, event.text) !== undefined,
          target: 'left',
          actions: [
            {
              type: 'do',
              params: ({ context, event }) => ({
                kind: 'set-language',
                customerId: context.me.customerId,
                language: languageAt(context.me, event.text) ?? context.me.language,
              }),
            },
            assign({
              me: ({ context, event }) => ({
                ...context.me,
                language: languageAt(context.me, event.text) ?? context.me.language,
              }),
            }),
          ],
        },
        BACK: 'menu',
      },
    },
    reading: {
      entry: {
        type: 'ask',
        params: ({ context }) => ({ kind: 'prompt-hours', customerId: context.me.customerId }),
      },
      on: {
        PROMPT_HOURS: {
          target: 'hours',
          actions: assign({ hours: ({ event }) => event.hours, hour: ({ event }) => event.chosen }),
        },
        NO_ANSWER: 'sorry',
      },
    },
    hours: {
      meta: { screen: 'hours' },
      on: {
        INPUT: {
          guard: ({ context, event }) => hourAt(context, event.text) !== undefined,
          target: 'kept',
          actions: [
            {
              type: 'do',
              params: ({ context, event }) => ({
                kind: 'set-prompt-hour',
                customerId: context.me.customerId,
                hour: hourAt(context, event.text) ?? null,
              }),
            },
            assign({ hour: ({ context, event }) => hourAt(context, event.text) ?? null }),
          ],
        },
        BACK: 'messages',
      },
    },
    kept: { meta: { screen: 'kept' }, on: { BACK: 'messages' } },
    sorry: { type: 'final', meta: { screen: 'sorry' } },
    help: { meta: { screen: 'help' }, on: { BACK: 'menu' } },
    messages: {
      meta: { screen: 'messages' },
      on: {
        INPUT: [
          { guard: ({ event }) => event.text === '1', target: 'stopped', actions: want(false) },
          { guard: ({ event }) => event.text === '2', target: 'wanted', actions: want(true) },
          { guard: ({ event }) => event.text === '3', target: 'reading' },
        ],
        BACK: 'menu',
      },
    },
    stopped: { meta: { screen: 'stopped' }, on: { BACK: 'menu' } },
    wanted: { meta: { screen: 'wanted' }, on: { BACK: 'menu' } },
    left: { type: 'final' },
  },
  output: ({ context }) => context.next ?? home(context.me),
})

const screens: Record<string, Screen<Context>> = {
  menu: (_, words, house) => `${words.settings(house.lender)}\n${words.back}`,
  languages: ({ me }, words) =>
    [...me.languages.map((language, at) => `${at + 1} ${WORDS[language].name}`), words.back].join('\n'),
  messages: (_, words) =>
    `${menu(words.claims.messages(), [words.claims.stop, words.claims.again, words.hourOption])}\n${words.back}`,
  stopped: (_, words) => `${words.claims.stopped}\n${words.back}`,
  wanted: (_, words) => `${words.claims.wanted}\n${words.back}`,
  hours: ({ hours, hour }, words) =>
    [
      words.promptHours(hour === null ? undefined : wall(hour)),
      ...[...hours.map(wall), words.anyHour].map((option, at) => `${at + 1} ${option}`),
      words.back,
    ].join('\n'),
  kept: ({ hour }, words) =>
    [words.promptHourKept(hour === null ? undefined : wall(hour)), words.back].join('\n'),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
  help: (_, words, house) => [words.help(house.lender, house.lenderPhone, house.code), words.back].join('\n'),
}

export const settings = { machine, screens }
