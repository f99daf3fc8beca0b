import { assign } from 'xstate'
import { fromText, type MoneyText, subtract, sum, toText, zero } from '../src/domain/money.ts'
import {
  chosen,
  type DialogueEvent,
  dialogue,
  type GroupView,
  hasMore,
  listScreen,
  type PayLine,
  type Person,
  type Screen,
  typed,
} from './dialogue.ts'
import type { Handover } from './handover.ts'
import { amountOf, isNothing, mostShown } from './paying.ts'
import { menu } from './words/words.ts'

type Input = { readonly me: Person; readonly group: GroupView; readonly lines?: readonly PayLine[] }

/** A group's leader pays for its members: their lines with what is due, changed or left out, one total, one payment. */
type Context = {
  readonly me: Person
  readonly group: GroupView
  readonly lines: readonly PayLine[]
  readonly page: number
  /** The place of the line that she changes. */
  readonly at: number
  readonly next?: Handover | undefined
}

/** Lines on one screen, below the total. */
const LINES = 2
const PAY = '4'

/** Lines are of one currency. */
export function totalOf(lines: readonly PayLine[]): MoneyText | null {
  const [first] = lines
  if (first === undefined) return null
  const amounts = lines.map(({ amount }) => fromText(amount))
  return toText(sum(amounts, first.amount.currency))
}

const lineOf = ({ lines, at }: Pick<Context, 'lines' | 'at'>): PayLine | undefined => lines[at]

/** What she typed for the line: with the others no more than can be paid at once. */
function amountTyped({ lines, at }: Context, event: DialogueEvent): MoneyText | null {
  const rest = totalOf(lines.filter((_, place) => place !== at))
  const line = lines[at]
  if (line === undefined) return null
  const most = fromText(mostShown(line.amount.currency))
  return amountOf(event, toText(rest === null ? most : subtract(most, fromText(rest))))
}

const changed = ({ lines, at }: Context, amount: MoneyText): readonly PayLine[] =>
  lines.map((line, place) => (place === at ? { ...line, amount } : line))

const nothingOf = ({ amount }: PayLine): MoneyText => toText(zero(amount.currency))

/** What is left out, or has nothing due, is no line of the payment. */
function payment({ me, group, lines }: Context): Handover | undefined {
  const paid = lines.filter(({ amount }) => !isNothing(amount))
  const [first] = paid
  if (first === undefined) return undefined
  return {
    to: 'pay',
    me,
    loanId: first.loanId,
    account: '',
    requestId: null,
    known: totalOf(paid),
    loan: null,
    how: 'named',
    forOthers: { lines: paid, name: group.name, back: { to: 'group', me, group, lines } },
  }
}

const host = dialogue<Context, Input>()

const machine = host
  .extend({
    actions: {
      turn: host.assign({ page: ({ context }) => context.page + 1 }),
      pick: host.assign(({ context, event }) => {
        const line = chosen(context.lines, context.page, event, LINES)
        return line === undefined ? {} : { at: context.lines.indexOf(line) }
      }),
      change: host.assign(({ context, event }) => {
        const amount = amountTyped(context, event)
        return amount === null ? {} : { lines: changed(context, amount) }
      }),
      leaveOut: host.assign(({ context }) => {
        const line = lineOf(context)
        return line === undefined ? {} : { lines: changed(context, nothingOf(line)) }
      }),
    },
  })
  .createMachine({
    id: 'group',
    context: ({ input }) => ({ ...input, lines: input.lines ?? [], page: 0, at: 0 }),
    initial: 'starting',
    states: {
      starting: {
        always: [{ guard: ({ context }) => context.lines.length > 0, target: 'shown' }, { target: 'asking' }],
      },
      asking: {
        entry: {
          type: 'ask',
          params: ({ context: { me, group } }) => ({
            kind: 'group',
            customerId: me.customerId,
            groupId: group.id,
          }),
        },
        on: {
          GROUP: [
            { guard: ({ event }) => event.lines.length === 0, target: 'none' },
            { target: 'shown', actions: assign({ lines: ({ event }) => event.lines }) },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      shown: {
        meta: { screen: 'lines' },
        tags: ['sensitive'],
        on: {
          INPUT: [
            {
              guard: ({ context, event }) =>
                typed(event, '98') && hasMore(context.lines, context.page, LINES),
              actions: 'turn',
            },
            {
              guard: ({ context, event }) => chosen(context.lines, context.page, event, LINES) !== undefined,
              target: 'line',
              actions: 'pick',
            },
            {
              guard: ({ context, event }) => typed(event, PAY) && payment(context) !== undefined,
              target: 'left',
              actions: assign({ next: ({ context }) => payment(context) }),
            },
          ],
          BACK: [
            {
              guard: ({ context }) => context.page > 0,
              target: 'shown',
              actions: assign({ page: ({ context }) => context.page - 1 }),
            },
            { target: 'left' },
          ],
        },
      },
      line: {
        meta: { screen: 'line' },
        tags: ['sensitive'],
        on: {
          INPUT: [
            { guard: ({ event }) => typed(event, '1'), target: 'typing' },
            { guard: ({ event }) => typed(event, '2'), target: 'shown', actions: 'leaveOut' },
          ],
          BACK: 'shown',
        },
      },
      typing: {
        meta: { screen: 'amount', hint: 'badAmount' },
        tags: ['sensitive'],
        on: {
          INPUT: {
            guard: ({ context, event }) => amountTyped(context, event) !== null,
            target: 'shown',
            actions: 'change',
          },
          BACK: 'line',
        },
      },
      left: { type: 'final' },
      none: { type: 'final', meta: { screen: 'none' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => context.next ?? { to: 'others', me: context.me },
  })

const screens: Record<string, Screen<Context>> = {
  lines: ({ group, lines, page }, words) => {
    const total = totalOf(lines)
    const isOwed = total !== null && !isNothing(total)
    return listScreen(
      `${group.name}: ${total === null ? '' : words.money(total)}`,
      lines.map(({ firstName, amount }) => `${firstName} ${words.money(amount)}`),
      page,
      words,
      { size: LINES, ...(isOwed ? { extra: `${PAY} ${words.forOthers.payAll}` } : {}) },
    )
  },
  line: (context, words) => {
    const line = lineOf(context)
    const said = line === undefined ? '' : `${line.firstName} ${words.money(line.amount)}`
    return `${menu(said, [words.payOther, words.forOthers.leaveOut])}\n${words.back}`
  },
  amount: (context, words) =>
    `${words.forOthers.howMuch(lineOf(context)?.firstName ?? '', undefined)}\n${words.back}`,
  none: ({ group }, words) => words.forOthers.nobodyOwes(group.name),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const group = { machine, screens }
