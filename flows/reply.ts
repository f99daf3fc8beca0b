import { assign } from 'xstate'
import type { MoneyText } from '../src/domain/money.ts'
import {
  type Answer,
  dialogue,
  type LoanView,
  type Person,
  type RequestView,
  refusedOrUnsure,
  type Screen,
  type WalletView,
} from './dialogue.ts'
import { isNothing, named, payable, promptText } from './paying.ts'
import { refusalText } from './refusal.ts'
import type { Said, Verb } from './reply-text.ts'
import { printMoment } from './words/words.ts'

/**
 * An answer by SMS: one message, one answer. The wallet that worked last pays, for nobody can choose by SMS without a
 * second one. What her lender guards by our PIN is sent to the dialogue: a PIN that is sent by SMS stays in the phone.
 */
type Input = { readonly said: Said }
type Context = Input & {
  readonly me?: Person | undefined
  readonly request: RequestView | null
  readonly loan: LoanView | null
  readonly amount: MoneyText | null
  readonly wallet: WalletView | null
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
  readonly promise?: Extract<Answer, { type: 'DONE' }> | undefined
}

const says = ({ said }: Context, verb: Verb): boolean => said.kind === 'verb' && said.verb === verb
const codeOf = ({ said }: Context): string | null => (said.kind === 'verb' ? said.code : null)

/** Who answers and about what; the decisions below are only asked for where both are known. */
function known({ me, request }: Context): { readonly customerId: string; readonly request: RequestView } {
  if (me === undefined || request === null) throw new Error('an answer by nobody, or about nothing')
  return { customerId: me.customerId, request }
}

/** The first of her wallets that can carry the amount, and the amount as it carries it. */
function choice({ amount }: Context, wallets: readonly WalletView[], roundUp: boolean) {
  for (const wallet of wallets) {
    const carried = payable({ amount, roundUp }, wallet)
    if (carried !== null) return { wallet, amount: carried }
  }
  return undefined
}

const readsByPin = ({ askPin }: Person): boolean => askPin.toRead || askPin.toEnter

/** What she may answer by SMS, in the order in which it is told; what takes her PIN is none of it. */
const open = ({ me }: Context): Exclude<Verb, 'help'>[] => [
  ...(me?.askPin.toPay === true ? [] : (['yes'] as const)),
  ...(['no', 'later'] as const),
  ...(me === undefined || readsByPin(me) ? [] : (['balance'] as const)),
]

const host = dialogue<Context, Input>()

const machine = host
  .extend({
    actions: {
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'reply',
    context: ({ input }) => ({ said: input.said, request: null, loan: null, amount: null, wallet: null }),
    initial: 'asking',
    states: {
      asking: {
        entry: { type: 'ask', params: ({ context }) => ({ kind: 'asked', code: codeOf(context) }) },
        on: {
          ASKED: {
            target: 'read',
            actions: assign({
              me: ({ event }) => event.me ?? undefined,
              request: ({ event }) => event.request,
            }),
          },
          NO_ANSWER: 'silent',
        },
      },
      read: {
        always: [
          { guard: ({ context }) => context.me === undefined, target: 'silent' },
          {
            guard: ({ context }) => context.said.kind === 'unclear' || says(context, 'help'),
            target: 'help',
          },
          // whatever its code: it takes more than one
          {
            guard: ({ context }) => says(context, 'yes') && context.me?.askPin.toPay === true,
            target: 'guarded',
          },
          {
            guard: ({ context: { me, ...context } }) =>
              says(context, 'balance') && me !== undefined && readsByPin(me),
            target: 'guarded',
          },
          { guard: ({ context }) => codeOf(context) === null, target: 'codeless' },
          { guard: ({ context }) => context.request === null, target: 'unknown' },
          { guard: ({ context }) => says(context, 'no'), target: 'declining' },
          { guard: ({ context }) => says(context, 'later'), target: 'postponing' },
          { target: 'reading' },
        ],
      },
      reading: {
        entry: {
          type: 'ask',
          params: ({ context }) => {
            const { customerId, request } = known(context)
            return { kind: 'loan', customerId, loanId: request.loanId }
          },
        },
        on: {
          LOAN: [
            { guard: ({ event }) => event.loan === null, target: 'nothing' },
            {
              guard: ({ context }) => says(context, 'balance'),
              target: 'balance',
              actions: assign({ loan: ({ event }) => event.loan }),
            },
            {
              guard: ({ event }) => event.loan !== null && isNothing(event.loan.balance),
              target: 'nothing',
            },
            {
              guard: ({ context, event }) =>
                context.request?.basis === 'due' && event.loan !== null && isNothing(event.loan.due),
              target: 'nothing',
            },
            {
              target: 'choosing',
              actions: assign(({ context, event }) => ({
                loan: event.loan,
                amount:
                  context.request?.basis === 'due'
                    ? (event.loan?.due ?? null)
                    : named(context.request?.amount ?? null, event.loan),
              })),
            },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      choosing: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({
            kind: 'wallets',
            customerId: known(context).customerId,
            amount: context.amount,
          }),
        },
        on: {
          WALLETS: [
            {
              guard: ({ context, event }) => choice(context, event.wallets, event.roundUp) === undefined,
              target: 'walletless',
            },
            {
              target: 'approving',
              actions: assign(({ context, event }) => choice(context, event.wallets, event.roundUp) ?? {}),
            },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      approving: {
        entry: {
          type: 'ask',
          params: ({ context }) => {
            const { customerId, request } = known(context)
            if (context.amount === null || context.wallet === null)
              throw new Error('approving without an amount or a wallet')
            return {
              kind: 'approve',
              customerId,
              loanId: request.loanId,
              account: request.account,
              requestId: request.id,
              amount: context.amount,
              walletId: context.wallet.id,
            }
          },
        },
        on: {
          DONE: { target: 'prompted', actions: assign({ promise: ({ event }) => event }) },
          REFUSED: { target: 'refused', actions: 'keepRefusal' },
          NO_ANSWER: [
            { guard: 'surelyNot', target: 'sorry' },
            { guard: 'surely', target: 'prompted' },
            { target: 'unsure' },
          ],
        },
      },
      postponing: {
        entry: {
          type: 'ask',
          params: ({ context }) => {
            const { customerId, request } = known(context)
            return { kind: 'postpone', customerId, requestId: request.id, until: null }
          },
        },
        on: {
          DONE: { target: 'postponed', actions: assign({ promise: ({ event }) => event }) },
          ...refusedOrUnsure,
        },
      },
      declining: {
        entry: {
          type: 'ask',
          params: ({ context }) => {
            const { customerId, request } = known(context)
            return { kind: 'decline', customerId, requestId: request.id, reason: 'unsaid' }
          },
        },
        on: { DONE: 'declined', CASE: 'declined', ...refusedOrUnsure },
      },
      /** Nobody that we know: no answer, for it could only tell a stranger something, or be answered by a machine. */
      silent: { type: 'final', meta: { screen: 'silent' } },
      help: { type: 'final', meta: { screen: 'help' } },
      codeless: { type: 'final', meta: { screen: 'codeless' } },
      unknown: { type: 'final', meta: { screen: 'unknown' } },
      guarded: { type: 'final', meta: { screen: 'guarded' } },
      balance: { type: 'final', meta: { screen: 'balance' } },
      prompted: { type: 'final', meta: { screen: 'prompted' } },
      postponed: { type: 'final', meta: { screen: 'postponed' } },
      declined: { type: 'final', meta: { screen: 'declined' } },
      nothing: { type: 'final', meta: { screen: 'nothing' } },
      walletless: { type: 'final', meta: { screen: 'walletless' } },
      refused: { type: 'final', meta: { screen: 'refused' } },
      unsure: { type: 'final', meta: { screen: 'unsure' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
  })

const screens: Record<string, Screen<Context>> = {
  silent: () => '',
  help: (context, words, house) => {
    const verbs = open(context).map(verb => words.sms.verbs[verb])
    return words.sms.answerHelp(house.lender, verbs, house.code, house.lenderPhone)
  },
  codeless: ({ said }, words, house) => {
    const verb = said.kind === 'verb' && said.verb !== 'help' ? said.verb : 'no'
    return words.sms.codeless(house.lender, `${words.sms.verbs[verb]} 4821`, house.code)
  },
  unknown: (_, words, house) => words.sms.unknownCode(house.lender, house.code),
  guarded: (_, words, house) => words.sms.guarded(house.lender, house.code),
  balance: ({ loan }, words, house) =>
    loan === null
      ? words.noLoans()
      : words.sms.balance(
          house.lender,
          loan.account,
          words.money(loan.balance),
          loan.next === null
            ? undefined
            : words.nextInstalment(words.money(loan.next.amount), words.date(loan.next.date)),
        ),
  prompted: ({ request, ...context }, words, house) =>
    promptText({ ...context, account: request?.account ?? '' }, words, house),
  postponed: ({ request, promise }, words) =>
    request === null
      ? words.unsure()
      : words.postponed(
          words.money(request.amount),
          words.date(request.dueOn),
          promise?.reminds === undefined ? undefined : printMoment(promise.reminds, words),
        ),
  declined: (_, words, house) => words.declined(house.lenderPhone),
  nothing: (_, words) => words.refusals['nothing-due'],
  walletless: (_, words) => words.noWallets(),
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const reply = { machine, screens }
