import { assign } from 'xstate'
import { dialogue, type Guarded, type Handover, type Person, type Screen } from './dialogue.ts'

/** The main menu. On the first screen of a session a pending request comes before it. */
type Context = { readonly me: Person; readonly fresh: boolean; readonly next?: Handover | undefined }

/** What the numbers of the menu lead to; what is hers alone is guarded by her PIN where the lender wants it. */
function destination(me: Person, text: string): Handover | undefined {
  const guarded = (before: Exclude<Guarded, 'home'>): Handover =>
    me.askPin.toRead ? { to: 'guard', me, before } : { to: before, me }
  switch (text) {
    case '1':
      return { to: 'pay-loan', me }
    case '2':
      return guarded('loans')
    case '3':
      return guarded('wallets')
    case '4':
      return guarded('payments')
    case '5':
      return { to: 'settings', me }
    default:
      return undefined
  }
}

const machine = dialogue<Context, { me: Person; fresh: boolean }>().createMachine({
  id: 'home',
  context: ({ input }) => input,
  initial: 'entering',
  states: {
    entering: {
      always: [{ guard: ({ context }) => context.fresh, target: 'asking' }, { target: 'menu' }],
    },
    asking: {
      entry: { type: 'ask', params: ({ context }) => ({ kind: 'inbox', customerId: context.me.customerId }) },
      on: {
        INBOX: [
          {
            guard: ({ event }) => event.request !== null,
            target: 'left',
            actions: assign({
              next: ({ context, event }) =>
                event.request === null
                  ? undefined
                  : { to: 'request', me: context.me, request: event.request },
            }),
          },
          { target: 'menu' },
        ],
        NO_ANSWER: 'menu',
      },
    },
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
}

export const home = { machine, screens }
