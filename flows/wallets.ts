import { assign } from 'xstate'
import {
  type Answer,
  chosen,
  dialogue,
  hasMore,
  listScreen,
  type Person,
  refusedOrUnsure,
  type Screen,
  typed,
  type WalletView,
} from './dialogue.ts'
import type { Handover } from './handover.ts'
import { refusalText } from './refusal.ts'
import { menu } from './words/words.ts'

/** Her wallets: one of them is put first, or taken off the list; another one is added. */
type Context = {
  readonly me: Person
  readonly items: readonly WalletView[]
  readonly page: number
  readonly wallet: WalletView | null
  readonly next?: Handover | undefined
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
}

/** It stands on every page, so it has a number that no wallet has. */
const ADD = '5'

const host = dialogue<Context, { me: Person }>()

const machine = host
  .extend({
    actions: {
      toAdding: host.assign({ next: ({ context: { me } }) => ({ to: 'add-wallet', me }) }),
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'wallets',
    context: ({ input }) => ({ me: input.me, items: [], page: 0, wallet: null }),
    initial: 'asking',
    states: {
      asking: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({
            kind: 'wallets',
            customerId: context.me.customerId,
            amount: null,
          }),
        },
        on: {
          WALLETS: [
            { guard: ({ event }) => event.wallets.length === 0, target: 'none' },
            { target: 'shown', actions: assign({ items: ({ event }) => event.wallets }) },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      shown: {
        meta: { screen: 'list' },
        tags: ['sensitive'],
        on: {
          INPUT: [
            {
              guard: ({ context, event }) => typed(event, '98') && hasMore(context.items, context.page),
              actions: assign({ page: ({ context }) => context.page + 1 }),
            },
            { guard: ({ event }) => typed(event, ADD), target: 'left', actions: 'toAdding' },
            {
              guard: ({ context, event }) => chosen(context.items, context.page, event) !== undefined,
              target: 'one',
              actions: assign({
                wallet: ({ context, event }) => chosen(context.items, context.page, event) ?? null,
              }),
            },
          ],
          BACK: 'left',
        },
      },
      one: {
        meta: { screen: 'one' },
        tags: ['sensitive'],
        on: {
          INPUT: [
            { guard: ({ event }) => typed(event, '1'), target: 'preferring' },
            { guard: ({ event }) => typed(event, '2'), target: 'sure' },
          ],
          BACK: 'shown',
        },
      },
      sure: {
        meta: { screen: 'sure' },
        tags: ['sensitive'],
        on: { INPUT: { guard: ({ event }) => typed(event, '1'), target: 'removing' }, BACK: 'one' },
      },
      preferring: {
        entry: {
          type: 'ask',
          params: ({ context: { me, wallet } }) => ({
            kind: 'prefer-wallet',
            customerId: me.customerId,
            walletId: wallet?.id ?? '',
          }),
        },
        on: { DONE: 'preferred', ...refusedOrUnsure },
      },
      removing: {
        entry: {
          type: 'ask',
          params: ({ context: { me, wallet } }) => ({
            kind: 'remove-wallet',
            customerId: me.customerId,
            walletId: wallet?.id ?? '',
          }),
        },
        on: { DONE: 'removed', ...refusedOrUnsure },
      },
      left: { type: 'final' },
      none: {
        meta: { screen: 'none' },
        tags: ['sensitive'],
        on: {
          INPUT: { guard: ({ event }) => typed(event, ADD), target: 'left', actions: 'toAdding' },
          BACK: 'left',
        },
      },
      preferred: { type: 'final', meta: { screen: 'preferred' } },
      removed: { type: 'final', meta: { screen: 'removed' } },
      refused: { type: 'final', meta: { screen: 'refused' } },
      unsure: { type: 'final', meta: { screen: 'unsure' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => context.next ?? { to: 'home', me: context.me, fresh: false },
  })

const labelOf = ({ wallet }: Context): string => wallet?.label ?? ''

const screens: Record<string, Screen<Context>> = {
  list: ({ items, page }, words) =>
    listScreen(
      words.wallets(),
      items.map(({ label, doubtful }) => (doubtful ? `${label} ${words.walletDoubtful}` : label)),
      page,
      words,
      { extra: words.addWallet.option },
    ),
  one: (context, words) =>
    `${menu(labelOf(context), [words.walletFirst, words.walletRemove])}\n${words.back}`,
  sure: (context, words) => `${menu(words.walletSure(labelOf(context)), [words.yesRemove])}\n${words.back}`,
  none: (_, words) => [words.noWallets(), words.addWallet.option, words.back].join('\n'),
  preferred: (context, words) => words.walletPreferred(labelOf(context)),
  removed: (context, words, house) => words.walletRemoved(labelOf(context), house.lenderPhone),
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const wallets = { machine, screens }
