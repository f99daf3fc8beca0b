import { assign } from 'xstate'
import { dialogue, type Screen, typed } from './dialogue.ts'
import type { DayCounts, DayLineView, Officer } from './officer.ts'
import type { Words } from './words/words.ts'

/** What was asked for today, and what became of it: counted, and line by line. Only the page that is shown is kept. */
type Context = {
  readonly me: Officer
  readonly counts: DayCounts
  readonly lines: readonly DayLineView[]
  readonly page: number
  readonly more: boolean
}

const host = dialogue<Context, { me: Officer }>()

const machine = host
  .extend({
    actions: {
      keep: host.assign(({ event }) =>
        event.type === 'DAY' ? { counts: event.counts, lines: event.lines, more: event.more } : {},
      ),
    },
  })
  .createMachine({
    id: 'day',
    context: ({ input }) => ({
      me: input.me,
      counts: { asked: 0, promised: 0, paying: 0, paid: 0, declined: 0 },
      lines: [],
      page: 0,
      more: false,
    }),
    initial: 'counting',
    states: {
      counting: {
        entry: [
          assign({ page: 0 }),
          { type: 'ask', params: ({ context }) => ({ kind: 'day', staffId: context.me.staffId, page: 0 }) },
        ],
        on: {
          DAY: [
            { guard: ({ event }) => event.counts.asked === 0, target: 'none' },
            { target: 'counts', actions: 'keep' },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      counts: {
        meta: { screen: 'counts' },
        tags: ['sensitive'],
        on: { INPUT: { guard: ({ event }) => typed(event, '1'), target: 'list' }, BACK: 'left' },
      },
      list: {
        meta: { screen: 'list' },
        tags: ['sensitive'],
        on: {
          INPUT: {
            guard: ({ context, event }) => typed(event, '98') && context.more,
            target: 'turning',
            actions: assign({ page: ({ context }) => context.page + 1 }),
          },
          BACK: 'counting',
        },
      },
      turning: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({ kind: 'day', staffId: context.me.staffId, page: context.page }),
        },
        on: { DAY: { target: 'list', actions: 'keep' }, NO_ANSWER: 'sorry' },
      },
      none: { meta: { screen: 'none' }, tags: ['sensitive'], on: { BACK: 'left' } },
      left: { type: 'final' },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => ({ to: 'staff', me: context.me }),
  })

/** A promise by its hour, or by its day where that is another one. */
function standing({ state, promised }: DayLineView, words: Words): string {
  if (promised === null) return words.staff.dayStates[state]
  return promised.day === undefined ? promised.time : words.date(promised.day)
}

const screens: Record<string, Screen<Context>> = {
  counts: ({ counts }, words) => `${words.staff.day(counts)}\n${words.back}`,
  list: ({ lines, more }, words) =>
    [
      words.staff.today,
      ...lines.map(line => [line.firstName, words.money(line.amount), standing(line, words)].join(' ')),
      ...(more ? [words.more] : []),
      words.back,
    ].join('\n'),
  none: (_, words) => `${words.staff.nothingToday}\n${words.back}`,
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const day = { machine, screens }
