import { assign } from 'xstate'
import { dialogue, type Person, type Screen } from './dialogue.ts'
import { WORDS } from './words/index.ts'

/** Help, and on the same screen the languages: who cannot read the help needs the other language first. */
type Context = { readonly me: Person }

const languageAt = ({ languages }: Person, text: string) =>
  /^[1-9]$/.test(text) ? languages[Number(text) - 1] : undefined

const machine = dialogue<Context, { me: Person }>().createMachine({
  id: 'help',
  context: ({ input }) => ({ me: input.me }),
  initial: 'shown',
  states: {
    shown: {
      meta: { screen: 'help' },
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
        BACK: 'left',
      },
    },
    left: { type: 'final' },
  },
  output: ({ context }) => ({ to: 'home', me: context.me, fresh: false }),
})

const screens: Record<string, Screen<Context>> = {
  help: ({ me }, words, house) =>
    [
      words.help(house.lender, house.lenderPhone, house.code),
      ...me.languages.map((language, at) => `${at + 1} ${WORDS[language].name}`),
      words.back,
    ].join('\n'),
}

export const help = { machine, screens }
