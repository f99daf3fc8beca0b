import { assign } from 'xstate'
import { dialogue, type Screen } from './dialogue.ts'
import type { Handover } from './handover.ts'
import type { Officer } from './officer.ts'
import { WORDS } from './words/index.ts'
import type { Language } from './words/words.ts'

/** An officer's menu, and her language. */
type Context = { readonly me: Officer; readonly next?: Handover | undefined }

const languageAt = ({ languages }: Officer, text: string): Language | undefined =>
  /^[1-9]$/.test(text) ? languages[Number(text) - 1] : undefined

/** What the numbers of the menu lead to. */
function destination(me: Officer, text: string): Handover | undefined {
  switch (text) {
    case '1':
      return { to: 'find', me }
    case '2':
      return { to: 'day', me }
    case '3':
      return { to: 'paid', me }
    case '4':
      return { to: 'unlock', me }
    default:
      return undefined
  }
}

const machine = dialogue<Context, { me: Officer }>().createMachine({
  id: 'staff',
  context: ({ input }) => ({ me: input.me }),
  initial: 'menu',
  states: {
    menu: {
      meta: { screen: 'menu' },
      on: {
        INPUT: [
          { guard: ({ event }) => event.text === '5', target: 'languages' },
          {
            guard: ({ context, event }) => destination(context.me, event.text) !== undefined,
            target: 'left',
            actions: assign({ next: ({ context, event }) => destination(context.me, event.text) }),
          },
        ],
      },
    },
    languages: {
      meta: { screen: 'languages' },
      on: {
        INPUT: {
          guard: ({ context, event }) => languageAt(context.me, event.text) !== undefined,
          target: 'menu',
          actions: [
            {
              type: 'do',
              params: ({ context, event }) => ({
                kind: 'set-staff-language',
                staffId: context.me.staffId,
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
    left: { type: 'final' },
  },
  output: ({ context }) => context.next,
})

const screens: Record<string, Screen<Context>> = {
  menu: ({ me }, words, house) => words.staff.menu(house.lender, me.name),
  languages: ({ me }, words) =>
    [...me.languages.map((language, at) => `${at + 1} ${WORDS[language].name}`), words.back].join('\n'),
}

export const staff = { machine, screens }
