import { assign } from 'xstate'
import {
  type Answer,
  chosen,
  dialogue,
  hasMore,
  type LoanView,
  listScreen,
  type Person,
  refusedOrUnsure,
  type Screen,
  typed,
} from './dialogue.ts'
import { refusalText } from './refusal.ts'
import { roomFor } from './room.ts'

/** My loans: balance, next instalment, and the schedule in pages; by SMS too, and what was paid of late. */
type Context = {
  readonly me: Person
  readonly loans: readonly LoanView[]
  readonly page: number
  readonly loan: LoanView | null
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
}

const host = dialogue<Context, { me: Person }>()

const machine = host
  .extend({
    actions: {
      turn: host.assign({ page: ({ context }) => context.page + 1 }),
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'loans',
    context: ({ input }) => ({ me: input.me, loans: [], page: 0, loan: null }),
    initial: 'asking',
    states: {
      asking: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({ kind: 'loans', customerId: context.me.customerId }),
        },
        on: {
          LOANS: [
            { guard: ({ event }) => event.loans.length === 0, target: 'none' },
            {
              guard: ({ event }) => event.loans.length === 1,
              target: 'shown',
              actions: assign({
                loans: ({ event }) => event.loans,
                loan: ({ event }) => event.loans[0] ?? null,
              }),
            },
            { target: 'choosing', actions: assign({ loans: ({ event }) => event.loans }) },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      choosing: {
        meta: { screen: 'loans' },
        tags: ['sensitive'],
        on: {
          INPUT: [
            {
              guard: ({ context, event }) => typed(event, '98') && hasMore(context.loans, context.page),
              actions: 'turn',
            },
            {
              guard: ({ context, event }) => chosen(context.loans, context.page, event) !== undefined,
              target: 'shown',
              actions: assign({
                loan: ({ context, event }) => chosen(context.loans, context.page, event) ?? null,
              }),
            },
          ],
          BACK: 'left',
        },
      },
      shown: {
        meta: { screen: 'loan' },
        tags: ['sensitive'],
        on: {
          INPUT: [
            { guard: ({ event }) => typed(event, '1'), target: 'schedule', actions: assign({ page: 0 }) },
            { guard: ({ event }) => typed(event, '2'), target: 'sending' },
            { guard: ({ event }) => typed(event, '3'), target: 'sendingMonth' },
          ],
          BACK: [
            {
              guard: ({ context }) => context.loans.length > 1,
              target: 'choosing',
              actions: assign({ page: 0 }),
            },
            { target: 'left' },
          ],
        },
      },
      schedule: {
        meta: { screen: 'schedule' },
        tags: ['sensitive'],
        on: {
          INPUT: {
            guard: ({ context, event }) =>
              typed(event, '98') && hasMore(context.loan?.schedule ?? [], context.page),
            actions: 'turn',
          },
          BACK: 'shown',
        },
      },
      sending: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({
            kind: 'send-loan',
            customerId: context.me.customerId,
            loanId: context.loan?.id ?? '',
          }),
        },
        on: { DONE: 'sent', ...refusedOrUnsure },
      },
      sendingMonth: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({
            kind: 'send-statement',
            customerId: context.me.customerId,
            loanId: context.loan?.id ?? '',
          }),
        },
        on: { DONE: 'sent', ...refusedOrUnsure },
      },
      sent: { meta: { screen: 'sent' }, tags: ['sensitive'], on: { BACK: 'shown' } },
      left: { type: 'final' },
      refused: { type: 'final', meta: { screen: 'refused' } },
      unsure: { type: 'final', meta: { screen: 'unsure' } },
      none: { type: 'final', meta: { screen: 'none' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => ({ to: 'home', me: context.me, fresh: false }),
  })

const screens: Record<string, Screen<Context>> = {
  loans: ({ loans, page }, words) =>
    listScreen(
      words.whichLoan(),
      loans.map(loan => `${loan.account} ${words.money(loan.balance)}`),
      page,
      words,
    ),
  loan: ({ loan }, words) =>
    loan === null
      ? words.noLoans()
      : roomFor(
          loan.payNumber ?? '',
          number =>
            `${words.loan(
              loan.account,
              number === '' ? undefined : number,
              words.money(loan.balance),
              loan.next === null
                ? undefined
                : words.nextInstalment(words.money(loan.next.amount), words.date(loan.next.date)),
            )}\n2 ${words.claims.smsThis}\n3 ${words.claims.statement.option}\n${words.back}`,
          words,
        ),
  schedule: ({ loan, page }, words) => {
    const all = loan?.schedule ?? []
    return listScreen(
      words.schedule(all.filter(({ paid }) => paid).length, all.length),
      all.map(({ number, due, amount, paid }) =>
        words.instalment(number, words.date(due), words.money(amount), paid),
      ),
      page,
      words,
      { numbered: false },
    )
  },
  sent: (_, words) => `${words.claims.sent}\n${words.back}`,
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  none: (_, words) => words.noLoans(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const loans = { machine, screens }
