import { assign } from 'xstate'
import {
  type Answer,
  chosen,
  dialogue,
  listScreen,
  type NewWalletView,
  type Person,
  refusedOrUnsure,
  type Screen,
} from './dialogue.ts'
import { refusalText } from './refusal.ts'

/** One more wallet of hers: its number, whose it is, and the code that went to its phone, whoever holds that. */
type Context = {
  readonly me: Person
  readonly number: string
  readonly choices: readonly NewWalletView[]
  readonly wallet: NewWalletView | null
  /** The first name that its provider knows it by, where it tells one. */
  readonly holder: string | null
  /** Tries that remain after a wrong code. */
  readonly left: number | null
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
}

/** As far as a screen can tell: whose it is, and whether it can be one, is found out later. */
const isNumber = (text: string): boolean => /^\+?\d{6,15}$/.test(text)

const host = dialogue<Context, { me: Person }>()

const machine = host
  .extend({
    actions: {
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'add-wallet',
    context: ({ input }) => ({
      ...{ me: input.me, number: '', choices: [], wallet: null },
      ...{ holder: null, left: null },
    }),
    initial: 'number',
    states: {
      number: {
        meta: { screen: 'number', hint: 'badClient' },
        on: {
          INPUT: { guard: ({ event }) => isNumber(event.text), target: 'finding' },
          BACK: 'left',
        },
      },
      finding: {
        entry: {
          type: 'ask',
          params: ({ context, event }) => ({
            kind: 'new-wallets',
            customerId: context.me.customerId,
            number: event.type === 'INPUT' ? event.text : '',
          }),
        },
        on: {
          NEW_WALLETS: [
            { guard: ({ event }) => event.wallets.length === 0, target: 'known' },
            {
              guard: ({ event }) => event.wallets.length === 1,
              target: 'sending',
              actions: assign({ wallet: ({ event }) => event.wallets[0] ?? null }),
            },
            { target: 'choosing', actions: assign({ choices: ({ event }) => event.wallets }) },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      known: { meta: { screen: 'known' }, on: { BACK: 'number' } },
      choosing: {
        meta: { screen: 'choices' },
        on: {
          INPUT: {
            guard: ({ context, event }) => chosen(context.choices, 0, event) !== undefined,
            target: 'sending',
            actions: assign({ wallet: ({ context, event }) => chosen(context.choices, 0, event) ?? null }),
          },
          BACK: 'number',
        },
      },
      sending: {
        entry: {
          type: 'ask',
          params: ({ context: { me, wallet } }) => ({
            kind: 'propose-wallet',
            customerId: me.customerId,
            provider: wallet?.provider ?? '',
            number: wallet?.msisdn ?? '',
          }),
        },
        on: {
          ...refusedOrUnsure,
          DONE: { target: 'code', actions: assign({ holder: ({ event }) => event.holder ?? null }) },
          REFUSED: [
            { guard: ({ event }) => event.why === 'no-account', target: 'absent' },
            { target: 'refused', actions: 'keepRefusal' },
          ],
        },
      },
      absent: {
        meta: { screen: 'absent', hint: 'badClient' },
        on: {
          INPUT: { guard: ({ event }) => isNumber(event.text), target: 'finding' },
          BACK: 'number',
        },
      },
      code: {
        tags: ['sensitive'],
        meta: { screen: 'code', hint: 'badDigits', secret: true },
        on: {
          INPUT: { guard: ({ event }) => /^\d{4,6}$/.test(event.text), target: 'checking' },
          BACK: 'left',
        },
      },
      checking: {
        entry: {
          type: 'ask',
          params: ({ context, event }) => ({
            kind: 'confirm-wallet',
            customerId: context.me.customerId,
            pin: event.type === 'INPUT' ? event.text : '',
          }),
        },
        on: {
          DONE: 'added',
          REFUSED: [
            {
              guard: ({ event }) => event.why === 'wrong-pin',
              target: 'code',
              actions: assign({ left: ({ event }) => event.left ?? null }),
            },
            { target: 'refused', actions: 'keepRefusal' },
          ],
          NO_ANSWER: [{ guard: 'surelyNot', target: 'sorry' }, { target: 'unsure' }],
        },
      },
      left: { type: 'final' },
      added: { type: 'final', meta: { screen: 'added' } },
      refused: { type: 'final', meta: { screen: 'refused' } },
      unsure: { type: 'final', meta: { screen: 'unsure' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => ({ to: 'home', me: context.me, fresh: false }),
  })

const screens: Record<string, Screen<Context>> = {
  number: (_, words) => `${words.addWallet.enterNumber()}\n${words.back}`,
  known: (_, words) => `${words.addWallet.known}\n${words.back}`,
  choices: ({ choices }, words) =>
    listScreen(
      words.addWallet.whoseWallet(choices[0]?.number ?? ''),
      choices.map(({ name }) => name),
      0,
      words,
    ),
  absent: ({ wallet }, words) =>
    `${words.addWallet.noAccount(wallet?.name ?? '', wallet?.number ?? '')}\n${words.back}`,
  code: ({ left, wallet, holder }, words) =>
    [
      ...(left === null ? [] : [words.pinCode.wrong(left)]),
      words.addWallet.enterCode(wallet?.number ?? '', holder ?? undefined),
      words.back,
    ].join('\n'),
  added: ({ wallet }, words) => words.addWallet.added(`${wallet?.name ?? ''} ${wallet?.number ?? ''}`.trim()),
  refused: ({ refused }, words, house) =>
    refused?.why === 'code-spent' ? words.addWallet.spent : refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const addWallet = { machine, screens }
