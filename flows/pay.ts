import { assign } from 'xstate'
import { dialogue, typed } from './dialogue.ts'
import {
  amountTyped,
  type Context,
  choices,
  chosenBefore,
  chosenWallet,
  hasMoreWallets,
  type Input,
  isNothing,
  named,
  payable,
  paying,
  screens,
} from './paying.ts'

/** Pay on one loan: what is due is read fresh, she chooses the wallet, confirms, and only then anything is decided. */
const host = dialogue<Context, Input>()

const machine = host
  .extend({
    guards: {
      isForOthers: ({ context }) => context.forOthers !== undefined,
      /** She has seen what may be paid, and goes back to it. */
      choseAmount: ({ context: { how, loan, requestId } }) =>
        loan !== null && (how === 'menu' || (how === 'due' && requestId === null)),
    },
    actions: {
      /** What the loan itself tells now is not kept beside it, nor what is of no use here. */
      settle: host.assign(({ context: { loan } }) =>
        loan === null ? {} : { known: null, loan: { ...loan, schedule: [] } },
      ),
      unchoose: host.assign({ wallet: null, left: null }),
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'pay',
    context: ({ input }) => ({
      ...input,
      amount: null,
      wallets: [],
      roundUp: false,
      page: 0,
      wallet: null,
      wholeOnly: false,
      left: null,
    }),
    initial: 'starting',
    states: {
      starting: {
        always: [
          {
            guard: 'isForOthers',
            target: 'choosing',
            actions: assign({ amount: ({ context }) => context.known }),
          },
          { guard: ({ context }) => context.loan !== null, target: 'read' },
          { target: 'reading' },
        ],
      },
      reading: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({
            kind: 'loan',
            customerId: context.me.customerId,
            loanId: context.loanId,
          }),
        },
        on: {
          LOAN: { target: 'read', actions: assign({ loan: ({ event }) => event.loan }) },
          NO_ANSWER: [
            { guard: ({ context }) => context.known === null || isNothing(context.known), target: 'sorry' },
            { guard: ({ context }) => context.how === 'other', target: 'typing' },
            { target: 'choosing', actions: assign({ amount: ({ context }) => context.known }) },
          ],
        },
      },
      read: {
        always: [
          {
            guard: ({ context: { loan } }) => loan === null || isNothing(loan.balance),
            target: 'nothing',
          },
          { guard: ({ context }) => context.how === 'menu', target: 'amounts' },
          { guard: ({ context }) => context.how === 'other', target: 'typing' },
          {
            guard: ({ context }) => context.how === 'named',
            target: 'choosing',
            actions: assign({ amount: ({ context }) => named(context.known, context.loan) }),
          },
          {
            guard: ({ context: { loan } }) => loan !== null && !isNothing(loan.due),
            target: 'choosing',
            actions: assign({ amount: ({ context }) => context.loan?.due ?? null }),
          },
          { guard: ({ context }) => context.requestId !== null, target: 'nothing' },
          { target: 'amounts' },
        ],
      },
      amounts: {
        entry: 'settle',
        meta: { screen: 'amounts' },
        on: {
          INPUT: [
            {
              guard: ({ context, event }) => typed(event, '1') && choices(context).instalment !== undefined,
              target: 'choosing',
              actions: assign({ amount: ({ context }) => choices(context).instalment ?? null }),
            },
            {
              guard: ({ context, event }) => typed(event, '2') && choices(context).arrears !== undefined,
              target: 'choosing',
              actions: assign({ amount: ({ context }) => choices(context).arrears ?? null }),
            },
            {
              guard: ({ context, event }) => typed(event, '3') && context.me.askPin.toRead,
              target: 'left',
              actions: assign({
                next: ({ context: { me, loanId } }) => ({ to: 'guard', me, before: 'pay-loan', loanId }),
              }),
            },
            { guard: ({ event }) => typed(event, '3'), target: 'payingOff' },
            { guard: ({ event }) => typed(event, '4'), target: 'typing' },
            {
              guard: ({ event }) => typed(event, '5'),
              target: 'left',
              actions: assign({ next: ({ context: { me } }) => ({ to: 'others', me }) }),
            },
          ],
          BACK: 'left',
        },
      },
      payingOff: {
        entry: {
          type: 'ask',
          params: ({ context }) => ({
            kind: 'pay-off',
            customerId: context.me.customerId,
            loanId: context.loanId,
          }),
        },
        on: {
          PAY_OFF: [
            { guard: ({ event }) => event.amount === null || isNothing(event.amount), target: 'nothing' },
            {
              target: 'choosing',
              // what she is spared by paying early is no debt that would remain
              actions: assign(({ context, event }) => ({
                amount: event.amount,
                loan:
                  context.loan === null || event.amount === null
                    ? context.loan
                    : { ...context.loan, balance: event.amount },
              })),
            },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      typing: {
        entry: 'settle',
        meta: { screen: 'amount', hint: 'badAmount' },
        on: {
          INPUT: {
            guard: ({ context, event }) => amountTyped(context, event) !== null,
            target: 'choosing',
            actions: assign({
              amount: ({ context, event }) => amountTyped(context, event),
              wholeOnly: false,
              page: 0,
            }),
          },
          BACK: [{ guard: 'choseAmount', target: 'amounts' }, { target: 'left' }],
        },
      },
      choosing: {
        entry: [
          'settle',
          {
            type: 'ask',
            params: ({ context }) => ({
              kind: 'wallets',
              customerId: context.me.customerId,
              amount: context.amount,
            }),
          },
        ],
        on: {
          WALLETS: [
            { guard: ({ event }) => event.wallets.length === 0, target: 'walletless' },
            {
              guard: ({ context, event }) => chosenBefore(context, event) !== undefined,
              target: 'chosen',
              actions: assign(({ context, event }) => ({
                wallets: event.wallets,
                roundUp: event.roundUp,
                wallet: chosenBefore(context, event) ?? null,
                walletId: undefined,
              })),
            },
            {
              target: 'wallets',
              actions: assign({
                wallets: ({ event }) => event.wallets,
                roundUp: ({ event }) => event.roundUp,
                // it is chosen once: after that she chooses herself
                walletId: undefined,
              }),
            },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      wallets: {
        meta: { screen: 'wallets' },
        on: {
          INPUT: [
            {
              guard: ({ context, event }) => typed(event, '98') && hasMoreWallets(context),
              actions: assign({ page: ({ context }) => context.page + 1 }),
            },
            {
              guard: ({ context, event }) => {
                const wallet = chosenWallet(context, event)
                return wallet !== undefined && payable(context, wallet) !== null
              },
              target: 'chosen',
              actions: assign({ wallet: ({ context, event }) => chosenWallet(context, event) ?? null }),
            },
            {
              guard: ({ context, event }) =>
                context.forOthers !== undefined && chosenWallet(context, event) !== undefined,
              actions: assign({ wholeOnly: true }),
            },
            {
              guard: ({ context, event }) => chosenWallet(context, event) !== undefined,
              target: 'typing',
              actions: assign({ wholeOnly: true }),
            },
          ],
          BACK: [
            {
              guard: ({ context }) => context.page > 0,
              target: 'wallets',
              actions: assign({ page: ({ context }) => context.page - 1 }),
            },
            { guard: 'choseAmount', target: 'amounts' },
            { target: 'left' },
          ],
        },
      },
      chosen: {
        always: [
          { guard: ({ context }) => context.wallet?.elsewhere === true, target: 'elsewhere' },
          { target: 'confirming' },
        ],
      },
      elsewhere: {
        meta: { screen: 'elsewhere' },
        on: {
          INPUT: { guard: ({ event }) => typed(event, '1'), target: 'confirming' },
          BACK: { target: 'wallets', actions: 'unchoose' },
        },
      },
      confirming: {
        always: { guard: ({ context }) => context.me.askPin.toPay, target: 'pin' },
        meta: { screen: 'confirm' },
        on: {
          INPUT: { guard: ({ event }) => event.text === '1', target: 'approving' },
          BACK: { target: 'wallets', actions: 'unchoose' },
        },
      },
      pin: {
        tags: ['sensitive'],
        meta: { screen: 'pin', hint: 'badPin', secret: true },
        always: { guard: ({ context }) => !context.me.hasPin, target: 'pinless' },
        on: {
          INPUT: { guard: ({ event }) => /^\d{4,6}$/.test(event.text), target: 'checking' },
          BACK: { target: 'wallets', actions: 'unchoose' },
        },
      },
      checking: {
        entry: {
          type: 'ask',
          params: ({ context, event }) => ({
            kind: 'check-pin',
            customerId: context.me.customerId,
            pin: event.type === 'INPUT' ? event.text : '',
          }),
        },
        on: {
          DONE: 'approving',
          REFUSED: [
            {
              guard: ({ event }) => event.why === 'wrong-pin',
              target: 'pin',
              actions: assign({ left: ({ event }) => event.left ?? null }),
            },
            { target: 'refused', actions: 'keepRefusal' },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      approving: {
        entry: {
          type: 'ask',
          params: ({ context }) => {
            const amount = paying(context)
            if (amount === null || context.wallet === null)
              throw new Error('approving without an amount or a wallet')
            if (context.forOthers !== undefined)
              return {
                kind: 'pay-for',
                customerId: context.me.customerId,
                lines: context.forOthers.lines,
                amount,
                walletId: context.wallet.id,
              }
            return {
              kind: 'approve',
              customerId: context.me.customerId,
              loanId: context.loanId,
              account: context.account,
              requestId: context.requestId,
              amount,
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
      left: { type: 'final' },
      prompted: { type: 'final', meta: { screen: 'prompted' } },
      nothing: { type: 'final', meta: { screen: 'nothing' } },
      walletless: { type: 'final', meta: { screen: 'walletless' } },
      pinless: { type: 'final', meta: { screen: 'pinless' } },
      refused: { type: 'final', meta: { screen: 'refused' } },
      unsure: { type: 'final', meta: { screen: 'unsure' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) =>
      context.next ?? context.forOthers?.back ?? { to: 'home', me: context.me, fresh: true },
  })

export const pay = { machine, screens }
