import { assign } from 'xstate'
import { chosen, dialogue, hasMore, listScreen, type Screen, typed } from './dialogue.ts'
import type { Officer, PinOwner } from './officer.ts'

/**
 * An officer lets a locked PIN be tried again, has a code sent to a customer who forgot hers, or one to her new phone.
 * Code and PIN are the customer's own: neither ever comes to this phone.
 */
type Context = {
  readonly me: Officer
  readonly missed: boolean
  readonly owners: readonly PinOwner[]
  readonly owner: PinOwner | null
  readonly page: number
  readonly forgot: boolean
}

const isNumber = (text: string): boolean => /^\+?[\d ]{4,20}$/.test(text)

const machine = dialogue<Context, { me: Officer }>().createMachine({
  id: 'unlock',
  context: ({ input }) => ({ me: input.me, missed: false, owners: [], owner: null, page: 0, forgot: false }),
  initial: 'typing',
  states: {
    typing: {
      tags: ['sensitive'],
      meta: { screen: 'whose', hint: 'badClient' },
      on: { INPUT: { guard: ({ event }) => isNumber(event.text), target: 'finding' }, BACK: 'left' },
    },
    finding: {
      entry: {
        type: 'ask',
        params: ({ context, event }) => ({
          kind: 'whose-pin',
          staffId: context.me.staffId,
          text: event.type === 'INPUT' ? event.text : '',
        }),
      },
      on: {
        PINS: [
          {
            guard: ({ event }) => event.owners.length === 0,
            target: 'typing',
            actions: assign({ missed: true }),
          },
          {
            guard: ({ event }) => event.owners.length === 1,
            target: 'shown',
            actions: assign({ missed: false, owner: ({ event }) => event.owners[0] ?? null }),
          },
          {
            target: 'choosing',
            actions: assign({ missed: false, page: 0, owners: ({ event }) => event.owners }),
          },
        ],
        NO_ANSWER: 'sorry',
      },
    },
    choosing: {
      meta: { screen: 'owners' },
      tags: ['sensitive'],
      on: {
        INPUT: [
          {
            guard: ({ context, event }) => typed(event, '98') && hasMore(context.owners, context.page),
            actions: assign({ page: ({ context }) => context.page + 1 }),
          },
          {
            guard: ({ context, event }) => chosen(context.owners, context.page, event) !== undefined,
            target: 'shown',
            actions: assign({
              owner: ({ context, event }) => chosen(context.owners, context.page, event) ?? null,
            }),
          },
        ],
        BACK: 'typing',
      },
    },
    shown: {
      meta: { screen: 'owner' },
      tags: ['sensitive'],
      on: {
        INPUT: [
          {
            guard: ({ event }) => typed(event, '1'),
            target: 'unlocking',
            actions: assign({ forgot: false }),
          },
          {
            guard: ({ context, event }) => typed(event, '2') && context.owner?.kind === 'customer',
            target: 'unlocking',
            actions: assign({ forgot: true }),
          },
          {
            guard: ({ context, event }) => typed(event, '3') && context.owner?.kind === 'customer',
            target: 'newPhone',
          },
        ],
        BACK: 'typing',
      },
    },
    unlocking: {
      entry: {
        type: 'ask',
        params: ({ context: { me, owner, forgot } }) => ({
          kind: 'unlock-pin',
          staffId: me.staffId,
          owner: { kind: owner?.kind ?? 'customer', id: owner?.id ?? '' },
          forgot,
        }),
      },
      on: {
        DONE: [{ guard: ({ context }) => context.forgot, target: 'sent' }, { target: 'opened' }],
        REFUSED: 'refused',
        NO_ANSWER: [{ guard: 'surelyNot', target: 'sorry' }, { target: 'unsure' }],
      },
    },
    newPhone: {
      meta: { screen: 'newPhone', hint: 'badClient' },
      tags: ['sensitive'],
      on: { INPUT: { guard: ({ event }) => isNumber(event.text), target: 'linking' }, BACK: 'shown' },
    },
    linking: {
      entry: {
        type: 'ask',
        params: ({ context: { me, owner }, event }) => ({
          kind: 'send-link-code',
          staffId: me.staffId,
          customerId: owner?.id ?? '',
          phone: event.type === 'INPUT' ? event.text : '',
        }),
      },
      on: {
        DONE: 'linkSent',
        REFUSED: 'refused',
        NO_ANSWER: [{ guard: 'surelyNot', target: 'sorry' }, { target: 'unsure' }],
      },
    },
    linkSent: { meta: { screen: 'linkSent' }, tags: ['sensitive'], on: { BACK: 'left' } },
    opened: { meta: { screen: 'opened' }, tags: ['sensitive'], on: { BACK: 'left' } },
    sent: { meta: { screen: 'sent' }, tags: ['sensitive'], on: { BACK: 'left' } },
    refused: { meta: { screen: 'refused' }, tags: ['sensitive'], on: { BACK: 'left' } },
    left: { type: 'final' },
    unsure: { type: 'final', meta: { screen: 'unsure' } },
    sorry: { type: 'final', meta: { screen: 'sorry' } },
  },
  output: ({ context }) => ({ to: 'staff', me: context.me }),
})

const nameOf = ({ owner }: Context): string => owner?.name ?? ''

const screens: Record<string, Screen<Context>> = {
  whose: ({ missed }, words) =>
    [...(missed ? [words.staff.nobodyFound] : []), words.staff.find(), words.back].join('\n'),
  owners: ({ owners, page }, words) =>
    listScreen(
      words.staff.whichClient(),
      owners.map(({ kind, name }) => (kind === 'staff' ? words.staff.role(name) : name)),
      page,
      words,
    ),
  owner: ({ owner }, words) =>
    owner === null ? words.back : `${words.staff.pinOf(owner.kind, owner.name, owner.locked)}\n${words.back}`,
  newPhone: (context, words) => `${words.staff.newPhone(nameOf(context))}\n${words.back}`,
  linkSent: (context, words) => `${words.staff.linkCodeSent(nameOf(context))}\n${words.back}`,
  opened: (context, words) => `${words.staff.pinOpened(nameOf(context))}\n${words.back}`,
  sent: (context, words) => `${words.staff.codeSent(nameOf(context))}\n${words.back}`,
  refused: (context, words) => `${words.staff.codeRefused(nameOf(context))}\n${words.back}`,
  unsure: (_, words) => words.staff.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const unlock = { machine, screens }
