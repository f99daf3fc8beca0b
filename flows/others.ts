import { assign } from 'xstate'
import type { MoneyText } from '../src/domain/money.ts'
import { readPayReference } from '../src/domain/pay-reference.ts'
import {
  type Answer,
  chosen,
  type DialogueEvent,
  dialogue,
  type GroupView,
  hasMore,
  listScreen,
  type PayeeView,
  type Person,
  type Screen,
  typed,
} from './dialogue.ts'
import type { Handover } from './handover.ts'
import { amountOf, mostShown } from './paying.ts'
import { refusalText } from './refusal.ts'

type Input = { readonly me: Person; readonly payee?: PayeeView }

/** "Someone else": whose loan, by her permission or its pay-reference, and how much. Of the loan no more is told than she allows. */
type Context = {
  readonly me: Person
  readonly items: readonly Item[]
  readonly page: number
  readonly payee: PayeeView | null
  /** Numbers that she may still try, after a wrong one. */
  readonly left: number | null
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
  readonly next?: Handover | undefined
}

/** What is owed must not be told, so it bounds nothing. */
const mostOf = ({ currency }: PayeeView): MoneyText => mostShown(currency)

function payment({ me, payee }: Context, amount: MoneyText | null): Handover | undefined {
  if (payee === null || amount === null) return undefined
  const { customerId, firstName, loanId, account } = payee
  return {
    to: 'pay',
    me,
    loanId,
    account: '',
    requestId: null,
    known: amount,
    loan: null,
    how: 'named',
    forOthers: {
      lines: [{ customerId, firstName, loanId, account, amount }],
      name: firstName,
      back: { to: 'others', me, payee },
    },
  }
}

/** A group that she leads, or somebody who lets her pay. */
type Item = GroupView | PayeeView
const isPayee = (item: Item | undefined): item is PayeeView => item !== undefined && 'loanId' in item

/** Groups and people on one screen; the two options that stand below them keep their numbers. */
const PEOPLE = 2
const [BY_NUMBER, MINE] = ['4', '5']

const choice = ({ items, page }: Context, event: DialogueEvent): Item | undefined =>
  chosen(items, page, event, PEOPLE)

const goHome = ({ me }: Context): Handover => ({ to: 'home', me, fresh: false })

const host = dialogue<Context, Input>()

const machine = host
  .extend({
    actions: {
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'others',
    context: ({ input }) => ({ me: input.me, items: [], page: 0, payee: input.payee ?? null, left: null }),
    initial: 'starting',
    states: {
      starting: {
        always: [{ guard: ({ context }) => context.payee !== null, target: 'amount' }, { target: 'asking' }],
      },
      asking: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({ kind: 'payees', customerId: context.me.customerId }),
        },
        on: {
          PAYEES: {
            target: 'whom',
            actions: assign({ items: ({ event }) => [...event.groups, ...event.payees], page: 0 }),
          },
          // by its number any loan is found as long as that is answered
          NO_ANSWER: 'whom',
        },
      },
      whom: {
        meta: { screen: 'whom' },
        on: {
          INPUT: [
            {
              guard: ({ context, event }) =>
                typed(event, '98') && hasMore(context.items, context.page, PEOPLE),
              actions: assign({ page: ({ context }) => context.page + 1 }),
            },
            {
              guard: ({ context, event }) => isPayee(choice(context, event)),
              target: 'amount',
              actions: assign({
                payee: ({ context, event }) => {
                  const item = choice(context, event)
                  return isPayee(item) ? item : null
                },
              }),
            },
            {
              guard: ({ context, event }) => choice(context, event) !== undefined,
              target: 'left',
              actions: assign({
                next: ({ context, event }) => {
                  const group = choice(context, event)
                  return group === undefined || isPayee(group)
                    ? undefined
                    : { to: 'group', me: context.me, group }
                },
              }),
            },
            { guard: ({ event }) => typed(event, BY_NUMBER), target: 'typing' },
            {
              guard: ({ event }) => typed(event, MINE),
              target: 'left',
              actions: assign({
                next: ({ context: { me } }) =>
                  me.askPin.toRead ? { to: 'guard', me, before: 'payers' } : { to: 'payers', me },
              }),
            },
          ],
          BACK: { target: 'left', actions: assign({ next: ({ context }) => goHome(context) }) },
        },
      },
      typing: {
        meta: { screen: 'reference', hint: 'badReference' },
        on: {
          // a slip of the finger shows by the check digit, and costs no try
          INPUT: { guard: ({ event }) => readPayReference(event.text) !== undefined, target: 'finding' },
          BACK: 'asking',
        },
      },
      finding: {
        entry: {
          type: 'ask',
          params: ({ event }) => ({ kind: 'payee', reference: event.type === 'INPUT' ? event.text : '' }),
        },
        on: {
          PAYEE: [
            {
              guard: ({ event }) => event.payee !== null,
              target: 'amount',
              actions: assign({ payee: ({ event }) => event.payee, left: null }),
            },
            { target: 'missing' },
          ],
          REFUSED: { target: 'refused', actions: 'keepRefusal' },
          NO_ANSWER: 'sorry',
        },
      },
      missing: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({ kind: 'missed-payee', customerId: context.me.customerId }),
        },
        on: {
          REFUSED: [
            {
              guard: ({ event }) => event.why === 'no-payee',
              target: 'typing',
              actions: assign({ left: ({ event }) => event.left ?? null }),
            },
            { target: 'refused', actions: 'keepRefusal' },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      amount: {
        meta: { screen: 'amount', hint: 'badAmount' },
        on: {
          INPUT: {
            guard: ({ context, event }) =>
              context.payee !== null && amountOf(event, mostOf(context.payee)) !== null,
            target: 'left',
            actions: assign({
              next: ({ context, event }) =>
                context.payee === null ? undefined : payment(context, amountOf(event, mostOf(context.payee))),
            }),
          },
          BACK: { target: 'asking', actions: assign({ payee: null }) },
        },
      },
      left: { type: 'final' },
      refused: { type: 'final', meta: { screen: 'refused' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => context.next,
  })

const screens: Record<string, Screen<Context>> = {
  whom: ({ items, page }, words) =>
    listScreen(
      words.forOthers.whom(),
      items.map(item =>
        isPayee(item)
          ? `${item.firstName}${item.due === null ? '' : ` ${words.money(item.due)}`}`
          : words.forOthers.group(item.name),
      ),
      page,
      words,
      {
        size: PEOPLE,
        extra: `${BY_NUMBER} ${words.forOthers.byNumber}\n${MINE} ${words.forOthers.mayPayForMe}`,
      },
    ),
  reference: ({ left }, { forOthers, back }) =>
    [...(left === null ? [] : [forOthers.unknown(left)]), forOthers.enterReference(), back].join('\n'),
  amount: ({ payee }, words) => {
    const due = payee?.due == null ? undefined : words.money(payee.due)
    return `${words.forOthers.howMuch(payee?.firstName ?? '', due)}\n${words.back}`
  },
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const others = { machine, screens }
