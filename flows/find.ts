import { assign } from 'xstate'
import { chosen, dialogue, hasMore, type LoanView, listScreen, type Screen, typed } from './dialogue.ts'
import type { Handover } from './handover.ts'
import type { ClientView, Officer } from './officer.ts'
import { loanLine } from './paying.ts'

/** An officer finds a client: by her phone, or by the number of her loan; then which of her loans. */
type Context = {
  readonly me: Officer
  /** Nobody answered to what was typed last. */
  readonly missed: boolean
  readonly clients: readonly ClientView[]
  readonly client: ClientView | null
  /** The loan whose number was typed. */
  readonly loanId: string | null
  readonly loans: readonly LoanView[]
  readonly page: number
  readonly next?: Handover | undefined
}

/** A phone with its country, or a number: nobody types letters on a feature phone. */
const isNumber = (text: string): boolean => /^\+?[\d ]{4,20}$/.test(text)

const about = ({ me, client }: Context, loan: LoanView | undefined): Handover | undefined =>
  client === null || loan === undefined ? undefined : { to: 'push', me, client, loan }

const host = dialogue<Context, { me: Officer }>()

const machine = host
  .extend({
    actions: {
      turn: host.assign({ page: ({ context }) => context.page + 1 }),
      pick: host.assign(({ context, event }) => ({
        client: chosen(context.clients, context.page, event) ?? null,
        page: 0,
      })),
    },
  })
  .createMachine({
    id: 'find',
    context: ({ input }) => ({
      me: input.me,
      missed: false,
      clients: [],
      client: null,
      loanId: null,
      loans: [],
      page: 0,
    }),
    initial: 'typing',
    states: {
      typing: {
        tags: ['sensitive'],
        meta: { screen: 'find', hint: 'badClient' },
        on: { INPUT: { guard: ({ event }) => isNumber(event.text), target: 'finding' }, BACK: 'left' },
      },
      finding: {
        entry: {
          type: 'ask',
          params: ({ context, event }) => ({
            kind: 'find-client',
            staffId: context.me.staffId,
            text: event.type === 'INPUT' ? event.text : '',
          }),
        },
        on: {
          CLIENTS: [
            {
              guard: ({ event }) => event.clients.length === 0,
              target: 'typing',
              actions: assign({ missed: true }),
            },
            {
              guard: ({ event }) => event.clients.length === 1,
              target: 'reading',
              actions: assign({
                missed: false,
                client: ({ event }) => event.clients[0] ?? null,
                loanId: ({ event }) => event.loanId,
              }),
            },
            {
              target: 'choosing',
              actions: assign({
                missed: false,
                page: 0,
                clients: ({ event }) => event.clients,
                loanId: null,
              }),
            },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      choosing: {
        meta: { screen: 'clients' },
        tags: ['sensitive'],
        on: {
          INPUT: [
            {
              guard: ({ context, event }) => typed(event, '98') && hasMore(context.clients, context.page),
              actions: 'turn',
            },
            {
              guard: ({ context, event }) => chosen(context.clients, context.page, event) !== undefined,
              target: 'reading',
              actions: 'pick',
            },
          ],
          BACK: 'typing',
        },
      },
      reading: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({ kind: 'loans', customerId: context.client?.customerId ?? '' }),
        },
        on: {
          LOANS: [
            { guard: ({ event }) => event.loans.length === 0, target: 'none' },
            {
              guard: ({ context, event }) => event.loans.some(({ id }) => id === context.loanId),
              target: 'left',
              actions: assign({
                next: ({ context, event }) =>
                  about(
                    context,
                    event.loans.find(({ id }) => id === context.loanId),
                  ),
              }),
            },
            {
              guard: ({ event }) => event.loans.length === 1,
              target: 'left',
              actions: assign({ next: ({ context, event }) => about(context, event.loans[0]) }),
            },
            { target: 'loans', actions: assign({ page: 0, loans: ({ event }) => event.loans }) },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      loans: {
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
              target: 'left',
              actions: assign({
                next: ({ context, event }) => about(context, chosen(context.loans, context.page, event)),
              }),
            },
          ],
          BACK: 'typing',
        },
      },
      none: { meta: { screen: 'none' }, tags: ['sensitive'], on: { BACK: 'typing' } },
      left: { type: 'final' },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => context.next ?? { to: 'staff', me: context.me },
  })

const screens: Record<string, Screen<Context>> = {
  find: ({ missed }, words) =>
    [...(missed ? [words.staff.nobodyFound] : []), words.staff.find(), words.back].join('\n'),
  clients: ({ clients, page }, words) =>
    listScreen(
      words.staff.whichClient(),
      clients.map(({ firstName }) => firstName),
      page,
      words,
    ),
  loans: ({ client, loans, page }, words) =>
    listScreen(
      words.staff.loansOf(client?.firstName ?? ''),
      loans.map(loan => loanLine(loan, words)),
      page,
      words,
    ),
  none: ({ client }, words) => `${words.staff.noLoans(client?.firstName ?? '')}\n${words.back}`,
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const find = { machine, screens }
