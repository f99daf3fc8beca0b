import { assign } from 'xstate'
import type { PhoneView } from './contact.ts'
import { dialogue, type Screen } from './dialogue.ts'
import type { Handover } from './handover.ts'
import type { Language, Words } from './words/words.ts'

/**
 * She shows who she is by what she knows: her client number, and the last digits of her identity document. On a phone
 * that is new to us it links the two; on one that was long silent, or has another SIM, it comes before anything of hers;
 * and it opens a first PIN. Whichever of the two was wrong, the answer is the same.
 */
type Input = { readonly phone: PhoneView; readonly forPin?: true }
type Context = Input & {
  readonly language: Language | undefined
  readonly account: string
  readonly left: number | null
  readonly next?: Handover | undefined
}

const machine = dialogue<Context, Input>().createMachine({
  id: 'facts',
  context: ({ input }) => ({
    ...input,
    language: input.phone.language ?? undefined,
    account: '',
    left: null,
  }),
  initial: 'account',
  states: {
    account: {
      meta: { screen: 'account', hint: 'badClient' },
      on: {
        INPUT: {
          guard: ({ event }) => /^\d[\d ]{3,19}$/.test(event.text),
          target: 'digits',
          actions: assign({ account: ({ event }) => event.text }),
        },
        BACK: [
          { guard: ({ context }) => context.phone.known, target: 'nobody' },
          {
            target: 'left',
            actions: assign({
              next: ({ context: { phone } }) => ({
                to: 'first-contact',
                phone: { ...phone, hasCode: false },
              }),
            }),
          },
        ],
      },
    },
    digits: {
      tags: ['sensitive'],
      meta: { screen: 'digits', hint: 'badDigits', secret: true },
      on: {
        INPUT: { guard: ({ event }) => /^\d{4,6}$/.test(event.text), target: 'checking' },
        BACK: 'account',
      },
    },
    checking: {
      entry: {
        type: 'ask',
        params: ({ context, event }) => ({
          kind: 'check-facts',
          account: context.account,
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
            target: 'account',
            actions: assign({ account: '', left: ({ event }) => event.left ?? null }),
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

/** What was wrong before, else why she is asked. */
function before({ phone, left, forPin }: Context, { contact }: Words): string[] {
  if (left !== null) return [contact.wrongFacts(left)]
  if (forPin === true) return [contact.firstPin]
  return phone.known ? [contact.longSilent] : []
}

const screens: Record<string, Screen<Context>> = {
  account: (context, words, house) =>
    [...before(context, words), words.contact.account(house.lender), words.back].join('\n'),
  digits: (_, words) => `${words.contact.digits}\n${words.back}`,
  nobody: (_, words, house) => words.contact.callUs(house.lenderPhone),
  locked: (_, words, house) => words.contact.locked(house.lenderPhone),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const facts = { machine, screens }
