import { assign } from 'xstate'
import type { PhoneView } from './contact.ts'
import { dialogue, type Screen, typed } from './dialogue.ts'
import type { Handover } from './handover.ts'
import { WORDS } from './words/index.ts'
import type { Language } from './words/words.ts'

/**
 * A phone that we have never heard of: in which language we speak, and whose it is, by the code that an officer had sent
 * to it or by what she knows of herself. Nothing is said of anybody before that.
 */
type Input = { readonly phone: PhoneView }
type Context = Input & {
  readonly language: Language | undefined
  readonly left: number | null
  readonly next?: Handover | undefined
}

const languageAt = ({ languages }: PhoneView, text: string): Language | undefined =>
  /^[1-9]$/.test(text) ? languages[Number(text) - 1] : undefined

/** What was chosen here goes along. */
const chosenOn = ({ phone, language }: Context): PhoneView => ({
  ...phone,
  language: language ?? phone.language,
})

const machine = dialogue<Context, Input>().createMachine({
  id: 'first-contact',
  context: ({ input }) => ({
    ...input,
    language:
      input.phone.language ?? (input.phone.languages.length === 1 ? input.phone.languages[0] : undefined),
    left: null,
  }),
  initial: 'entering',
  states: {
    entering: {
      always: [
        { guard: ({ context }) => context.language === undefined, target: 'languages' },
        { guard: ({ context }) => context.phone.hasCode, target: 'code' },
        { target: 'menu' },
      ],
    },
    languages: {
      meta: { screen: 'languages' },
      on: {
        INPUT: {
          guard: ({ context, event }) => languageAt(context.phone, event.text) !== undefined,
          target: 'entering',
          actions: [
            {
              type: 'do',
              params: ({ context, event }) => ({
                kind: 'set-phone-language',
                language: languageAt(context.phone, event.text) ?? 'en',
              }),
            },
            assign({ language: ({ context, event }) => languageAt(context.phone, event.text) }),
          ],
        },
      },
    },
    menu: {
      meta: { screen: 'menu' },
      on: {
        INPUT: [
          { guard: ({ event }) => typed(event, '1'), target: 'code' },
          {
            guard: ({ event }) => typed(event, '2'),
            target: 'left',
            actions: assign({
              next: ({ context }) => ({ to: 'facts', phone: chosenOn(context) }),
            }),
          },
          { guard: ({ event }) => typed(event, '3'), target: 'nobody' },
        ],
        BACK: { guard: ({ context }) => context.phone.languages.length > 1, target: 'languages' },
      },
    },
    code: {
      tags: ['sensitive'],
      meta: { screen: 'code', hint: 'badDigits', secret: true },
      on: {
        INPUT: { guard: ({ event }) => /^\d{4,6}$/.test(event.text), target: 'checking' },
        BACK: [
          {
            guard: ({ context }) => context.phone.known,
            target: 'left',
            actions: assign({ next: { to: 'welcome', past: true } }),
          },
          { target: 'menu' },
        ],
      },
    },
    checking: {
      entry: {
        type: 'ask',
        params: ({ event }) => ({
          kind: 'check-link-code',
          digits: event.type === 'INPUT' ? event.text : '',
        }),
      },
      on: {
        DONE: {
          target: 'left',
          actions: assign({ next: { to: 'welcome', past: true } }),
        },
        REFUSED: [
          {
            guard: ({ event }) => event.why === 'not-hers',
            target: 'code',
            actions: assign({ left: ({ event }) => event.left ?? null }),
          },
          { target: 'locked' },
        ],
        NO_ANSWER: 'sorry',
      },
    },
    left: { type: 'final' },
    nobody: { type: 'final', meta: { screen: 'nobody' } },
    locked: { type: 'final', meta: { screen: 'locked' } },
    sorry: { type: 'final', meta: { screen: 'sorry' } },
  },
  output: ({ context }) => context.next,
})

const screens: Record<string, Screen<Context>> = {
  languages: ({ phone }, _, house) =>
    [house.lender, ...phone.languages.map((language, at) => `${at + 1} ${WORDS[language].name}`)].join('\n'),
  menu: ({ phone }, words, house) =>
    [words.contact.menu(house.lender), ...(phone.languages.length > 1 ? [words.back] : [])].join('\n'),
  code: ({ left }, words, house) =>
    [
      ...(left === null ? [] : [words.pinCode.wrong(left)]),
      words.contact.code(house.lender),
      words.back,
    ].join('\n'),
  nobody: (_, words, house) => words.nobody(house.lender, house.lenderPhone),
  locked: (_, words, house) => words.contact.locked(house.lenderPhone),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const firstContact = { machine, screens }
