import { assign } from 'xstate'
import { dialogue, type Person, type RequestView, type Screen } from './dialogue.ts'
import type { Guarded, Handover, Shortcut } from './handover.ts'
import { payRequest } from './request.ts'

/** The main menu. On the first screen of a session a pending request comes before it, or where a shortcut leads. */
type Input = { readonly me: Person; readonly fresh: boolean; readonly shortcut?: Shortcut }
type Context = Input & { readonly next?: Handover | undefined }

/** What is hers alone is guarded by her PIN where the lender wants it. */
const guarded = (me: Person, before: Exclude<Guarded, 'home'>): Handover =>
  me.askPin.toRead ? { to: 'guard', me, before } : { to: before, me }

/** What the numbers of the menu lead to. */
function destination(me: Person, text: string): Handover | undefined {
  switch (text) {
    case '1':
      return { to: 'pay-loan', me }
    case '2':
      return guarded(me, 'loans')
    case '3':
      return guarded(me, 'wallets')
    case '4':
      return guarded(me, 'payments')
    case '5':
      return { to: 'settings', me }
    default:
      return undefined
  }
}

/** Where she goes without a look at what waits for her. */
function shortCut({ me, shortcut }: Context): Handover | undefined {
  if (shortcut === undefined || shortcut.kind === 'request' || shortcut.kind === 'pay') return undefined
  return guarded(me, shortcut.kind)
}

/** What waits for her: to be answered, or paid at once where she dialled for that. */
const waiting = ({ me, shortcut }: Context, request: RequestView | null): Handover | undefined =>
  request === null
    ? undefined
    : shortcut?.kind === 'pay'
      ? payRequest({ me, request }, request.basis)
      : { to: 'request', me, request }

const host = dialogue<Context, Input>()

const machine = host
  .extend({
    guards: { pays: ({ context }) => context.shortcut?.kind === 'pay' },
    actions: {
      payAny: host.assign({ next: ({ context: { me } }) => ({ to: 'pay-loan', me, dueAtOnce: true }) }),
    },
  })
  .createMachine({
    id: 'home',
    context: ({ input }) => input,
    initial: 'entering',
    states: {
      entering: {
        always: [
          {
            guard: ({ context }) => shortCut(context) !== undefined,
            target: 'left',
            actions: assign({ next: ({ context }) => shortCut(context) }),
          },
          { guard: ({ context }) => context.fresh, target: 'asking' },
          { target: 'menu' },
        ],
      },
      asking: {
        entry: {
          type: 'ask',
          params: ({ context: { me, shortcut } }) => ({
            kind: 'inbox',
            customerId: me.customerId,
            code: shortcut?.kind === 'request' ? shortcut.code : null,
          }),
        },
        on: {
          INBOX: [
            {
              guard: ({ event }) => event.request !== null,
              target: 'left',
              actions: assign({ next: ({ context, event }) => waiting(context, event.request) }),
            },
            { guard: 'pays', target: 'left', actions: 'payAny' },
            { guard: ({ context }) => context.shortcut !== undefined, target: 'unknown' },
            { target: 'menu' },
          ],
          NO_ANSWER: [{ guard: 'pays', target: 'left', actions: 'payAny' }, { target: 'menu' }],
        },
      },
      unknown: { meta: { screen: 'unknown' }, on: { BACK: 'menu' } },
      menu: {
        meta: { screen: 'menu' },
        on: {
          INPUT: {
            guard: ({ context, event }) => destination(context.me, event.text) !== undefined,
            target: 'left',
            actions: assign({ next: ({ context, event }) => destination(context.me, event.text) }),
          },
        },
      },
      left: { type: 'final' },
    },
    output: ({ context }) => context.next,
  })

const screens: Record<string, Screen<Context>> = {
  menu: ({ me }, words, house) => words.menu(house.lender, me.firstName),
  unknown: (_, words, house) => `${words.noSuchRequest(house.lender)}\n${words.back}`,
}

export const home = { machine, screens }
