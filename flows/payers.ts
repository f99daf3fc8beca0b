import { assign } from 'xstate'
import {
  type Answer,
  chosen,
  dialogue,
  listScreen,
  type PayerView,
  type Person,
  type Screen,
  typed,
} from './dialogue.ts'
import { refusalText } from './refusal.ts'
import { menu } from './words/words.ts'

/** Who may pay for her: she names a phone, and takes that back. It sees what is due where she allows it, never a balance. */
type Context = {
  readonly me: Person
  readonly payers: readonly PayerView[]
  readonly payer: PayerView | null
  /** As she typed it. */
  readonly phone: string
  readonly showsDue: boolean
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
}

/** A phone as people write it; whether it is one is found out by who knows the country. */
const isNumber = (text: string): boolean => /^\+?[\d ]{4,20}$/.test(text)

const ADD = '5'

const host = dialogue<Context, { me: Person }>()

const refusedOrUnsure = {
  REFUSED: { target: 'refused', actions: 'keepRefusal' },
  NO_ANSWER: [{ guard: 'surelyNot', target: 'sorry' }, { target: 'unsure' }],
} as const

const machine = host
  .extend({
    actions: {
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'payers',
    context: ({ input }) => ({ me: input.me, payers: [], payer: null, phone: '', showsDue: false }),
    initial: 'asking',
    states: {
      asking: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({ kind: 'payers', customerId: context.me.customerId }),
        },
        on: {
          PAYERS: { target: 'shown', actions: assign({ payers: ({ event }) => event.payers }) },
          NO_ANSWER: 'sorry',
        },
      },
      shown: {
        meta: { screen: 'list' },
        tags: ['sensitive'],
        on: {
          INPUT: [
            {
              guard: ({ context, event }) => chosen(context.payers, 0, event) !== undefined,
              target: 'one',
              actions: assign({
                payer: ({ context, event }) => chosen(context.payers, 0, event) ?? null,
              }),
            },
            { guard: ({ event }) => typed(event, ADD), target: 'typing' },
          ],
          BACK: 'left',
        },
      },
      one: {
        meta: { screen: 'one' },
        tags: ['sensitive'],
        on: { INPUT: { guard: ({ event }) => typed(event, '1'), target: 'ending' }, BACK: 'shown' },
      },
      typing: {
        meta: { screen: 'phone', hint: 'badClient' },
        tags: ['sensitive'],
        on: {
          INPUT: {
            guard: ({ event }) => isNumber(event.text),
            target: 'seeing',
            actions: assign({ phone: ({ event }) => event.text.trim() }),
          },
          BACK: 'shown',
        },
      },
      seeing: {
        meta: { screen: 'seeing' },
        tags: ['sensitive'],
        on: {
          INPUT: {
            guard: ({ event }) => typed(event, '1') || typed(event, '2'),
            target: 'naming',
            actions: assign({ showsDue: ({ event }) => event.text === '1' }),
          },
          BACK: 'typing',
        },
      },
      naming: {
        entry: {
          type: 'ask',
          params: ({ context: { me, phone, showsDue } }) => ({
            kind: 'name-payer',
            customerId: me.customerId,
            phone,
            showsDue,
          }),
        },
        on: { DONE: 'named', ...refusedOrUnsure },
      },
      ending: {
        entry: {
          type: 'ask',
          params: ({ context: { me, payer } }) => ({
            kind: 'end-payer',
            customerId: me.customerId,
            payerId: payer?.id ?? '',
          }),
        },
        on: { DONE: 'ended', ...refusedOrUnsure },
      },
      left: { type: 'final' },
      named: { type: 'final', meta: { screen: 'named' } },
      ended: { type: 'final', meta: { screen: 'ended' } },
      refused: { type: 'final', meta: { screen: 'refused' } },
      unsure: { type: 'final', meta: { screen: 'unsure' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => ({ to: 'others', me: context.me }),
  })

const screens: Record<string, Screen<Context>> = {
  list: ({ payers }, words) =>
    listScreen(
      payers.length === 0 ? words.forOthers.noPayers() : words.forOthers.payers(),
      payers.map(({ label }) => label),
      0,
      words,
      { extra: `${ADD} ${words.forOthers.addPhone}` },
    ),
  one: ({ payer }, words) => {
    const said = words.forOthers.payer(payer?.label ?? '', payer?.showsDue === true)
    return `${menu(said, [words.forOthers.takeBack])}\n${words.back}`
  },
  phone: (_, words) => `${words.forOthers.enterPhone()}\n${words.back}`,
  seeing: ({ phone }, words) => `${words.forOthers.maySee(phone)}\n${words.back}`,
  named: ({ phone }, words) => words.forOthers.named(phone),
  ended: ({ payer }, words) => words.forOthers.ended(payer?.label ?? ''),
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const payers = { machine, screens }
