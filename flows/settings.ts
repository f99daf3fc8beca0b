import { assign } from 'xstate'
import { dialogue, type Handover, type Person, type Screen } from './dialogue.ts'
import { WORDS } from './words/index.ts'
import { menu } from './words/words.ts'

/** Her language, her PIN, help, what we may write to her, and complaints. */
type Context = { readonly me: Person; readonly next?: Handover | undefined }

const languageAt = ({ languages }: Person, text: string) =>
  /^[1-9]$/.test(text) ? languages[Number(text) - 1] : undefined

const home = (me: Person): Handover => ({ to: 'home', me, fresh: false })

const want = (wanted: boolean) => ({ type: 'do', params: { kind: 'want-messages', wanted } }) as const

const machine = dialogue<Context, { me: Person }>().createMachine({
  id: 'settings',
  context: ({ input }) => ({ me: input.me }),
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
    help: { meta: { screen: 'help' }, on: { BACK: 'menu' } },
    messages: {
      meta: { screen: 'messages' },
      on: {
        INPUT: [
          { guard: ({ event }) => event.text === '1', target: 'stopped', actions: want(false) },
          { guard: ({ event }) => event.text === '2', target: 'wanted', actions: want(true) },
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
    `${menu(words.claims.messages(), [words.claims.stop, words.claims.again])}\n${words.back}`,
  stopped: (_, words) => `${words.claims.stopped}\n${words.back}`,
  wanted: (_, words) => `${words.claims.wanted}\n${words.back}`,
  help: (_, words, house) => [words.help(house.lender, house.lenderPhone, house.code), words.back].join('\n'),
}

export const settings = { machine, screens }
