import { setup } from 'xstate'
import { equal, fromText, type MoneyText } from '../src/domain/money.ts'
import type { Fault, Reason } from '../src/domain/outcome.ts'
import type { Deed, TransactionTold } from './deeds.ts'

/**
 * One movement of money from a customer's wallet to us. Only an explicit yes or no ends it: everything else is asked
 * about with the original reference, then stands as `unresolved`, still asked about, slowly. It is booked only after
 * the provider confirmed. No state is final, and every state hears CONFIRMED and REVERSED.
 */
export type TransactionContext = {
  readonly amount: MoneyText
  /** The float account that receives it, `float:<connection>:collect`. */
  readonly float: string
  readonly timing: TransactionTiming
  /** Attempts made so far; a new one only after the provider's "never heard of it". */
  readonly attempts: number
  /** When the last attempt was handed to the worker. */
  readonly sentAt: string | null
  /** Unanswered inquiries since. */
  readonly inquiries: number
  /** The lender's side is at fault: wait for it to be mended, tell nobody that anything failed. */
  readonly held: boolean
  readonly receipt: string | null
  /** Receipts of other money that came in this one's name; each is counted once. */
  readonly others: readonly string[]
}

export type TransactionTiming = {
  /** From approval to the push: her USSD session must have ended, for a handset holds only one. */
  readonly pushDelayMs: number
  readonly firstInquiryMs: number
  readonly inquiryEveryMs: number
  readonly giveUpMs: number
  readonly graceMs: number
}

/** After this many attempts that the provider never heard of, the push has failed. */
const MAX_ATTEMPTS = 3
/** How often an unresolved transaction is asked about. */
const SLOWLY_MS = 15 * 60_000
/** How long a transaction waits before it looks whether the lender's fault is mended. */
const PATIENCE_MS = 60_000
/** Inquiries back off to this. */
const MAX_INTERVAL_MS = 5 * 60_000

type Confirmed = {
  readonly type: 'CONFIRMED'
  readonly at: string
  readonly amount: MoneyText
  readonly receipt: string | null
}

export type TransactionEvent =
  | { readonly type: 'SENT'; readonly at: string }
  | Confirmed
  | { readonly type: 'ACCEPTED' | 'UNKNOWN' | 'NOT_FOUND'; readonly at: string }
  | { readonly type: 'DECLINED'; readonly at: string; readonly reason: Reason }
  | { readonly type: 'OUR_FAULT'; readonly at: string; readonly fault: Fault }
  | { readonly type: 'REVERSED'; readonly at: string; readonly amount: MoneyText }
  | TransactionTold

export type TransactionInput = {
  readonly amount: MoneyText
  readonly float: string
  readonly timing: TransactionTiming
}

type Held = { readonly context: TransactionContext }
type Now = Held & { readonly event: TransactionEvent }

const deed = (order: (now: Now) => Deed) => ({ type: 'do', params: order }) as const

const transfer = (
  debit: 'float' | 'clearing-in' | 'suspense',
  credit: 'float' | 'clearing-in' | 'suspense',
) =>
  deed(({ context, event }) => ({
    kind: 'transfer',
    debit: debit === 'float' ? context.float : debit,
    credit: credit === 'float' ? context.float : credit,
    amount: event.type === 'CONFIRMED' || event.type === 'REVERSED' ? event.amount : context.amount,
  }))

const openCase = (about: Extract<Deed, { kind: 'case' }>['about']) =>
  deed(({ event }) => ({ kind: 'case', about, ...('code' in event ? { detail: event.code } : {}) }))

const claimReceipt = deed(({ context, event }) => ({
  kind: 'receipt',
  receipt: event.type === 'CONFIRMED' ? event.receipt : context.receipt,
}))

const host = setup({
  types: { context: {} as TransactionContext, events: {} as TransactionEvent, input: {} as TransactionInput },
  actions: { do: (_, _deed: Deed) => {} },
  delays: {
    push: ({ context }) => (context.held ? PATIENCE_MS : context.timing.pushDelayMs),
    inquiry: ({ context: { inquiries, timing } }) =>
      inquiries === 0
        ? timing.firstInquiryMs
        : Math.min(
            timing.inquiryEveryMs * 2 ** Math.min(inquiries - 1, 10),
            Math.max(MAX_INTERVAL_MS, timing.inquiryEveryMs),
          ),
    slowly: SLOWLY_MS,
  },
  guards: {
    asAsked: ({ context, event }) =>
      event.type === 'CONFIRMED' && equal(fromText(event.amount), fromText(context.amount)),
    withReceipt: ({ event }) => event.type === 'CONFIRMED' && event.receipt !== null,
    receiptJoins: ({ context, event }) =>
      event.type === 'CONFIRMED' && event.receipt !== null && context.receipt === null,
    otherReceipt: ({ context, event }) =>
      event.type === 'CONFIRMED' &&
      event.receipt !== null &&
      context.receipt !== null &&
      event.receipt !== context.receipt &&
      !context.others.includes(event.receipt),
    tooOld: ({ context, event }) => age(context, event.at) >= context.timing.giveUpMs,
    neverHeard: ({ context, event }) => age(context, event.at) >= context.timing.graceMs,
    neverHeardAgain: ({ context, event }) =>
      age(context, event.at) >= context.timing.graceMs && context.attempts >= MAX_ATTEMPTS,
    wholly: ({ context, event }) =>
      event.type === 'REVERSED' && equal(fromText(event.amount), fromText(context.amount)),
  },
})

const age = (context: TransactionContext, at: string): number =>
  context.sentAt === null ? 0 : Date.parse(at) - Date.parse(context.sentAt)

const tellFailed = deed(({ event }) => ({
  kind: 'tell',
  to: 'request',
  event: { type: 'FAILED', at: event.at, reason: event.type === 'DECLINED' ? event.reason : 'failed' },
}))

const tellPaid = deed(({ context, event }) => ({
  kind: 'tell',
  to: 'request',
  event: { type: 'PAID', at: event.at, amount: context.amount },
}))

const say = (about: 'paid' | 'failed' | 'being-checked') =>
  deed(({ context, event }) => ({
    kind: 'message',
    about,
    amount: context.amount,
    ...(about === 'failed' ? { reason: event.type === 'DECLINED' ? event.reason : 'failed' } : {}),
  }))

const fail = [say('failed'), tellFailed]

/** The first yes. Money that is not the amount asked for has no home of its own, and waits for a person. */
const CONFIRMED = [
  {
    guard: 'asAsked',
    target: 'confirmed',
    actions: ['keepReceipt', claimReceipt, transfer('float', 'clearing-in'), deed(() => ({ kind: 'book' }))],
  },
  {
    target: 'suspense',
    actions: [
      'keepReceipt',
      claimReceipt,
      transfer('float', 'suspense'),
      openCase('other-amount'),
      say('being-checked'),
    ],
  },
] as const

/** A yes that comes again: its receipt may be new to us; another receipt is other money. */
const CONFIRMED_AGAIN = [
  { guard: 'receiptJoins', actions: ['keepReceipt', claimReceipt] },
  {
    guard: 'otherReceipt',
    actions: ['keepOther', claimReceipt, transfer('float', 'suspense'), openCase('second-receipt')],
  },
] as const

const answers = {
  CONFIRMED,
  DECLINED: { target: 'failed', actions: fail },
  REVERSED: { target: 'returned', actions: [openCase('reversed'), ...fail] },
} as const

/** An answer after all: nobody has to look into it any more. */
const settle = deed(() => ({ kind: 'settle', about: 'unresolved' }))

const never = { guard: 'neverHeardAgain', target: 'failed', actions: fail } as const
const fresh = { guard: 'neverHeard', target: 'sending' } as const

const giveBack = [transfer('clearing-in', 'float'), openCase('reversed')] as const

const pause = deed(({ event }) => ({
  kind: 'pause',
  fault: event.type === 'OUR_FAULT' ? event.fault : 'configuration',
}))

/** No answer, or none yet: asked again, until it has been asked for long enough. */
const tooLong = {
  guard: 'tooOld',
  target: 'unresolved',
  actions: [say('being-checked'), openCase('unresolved')],
} as const
const again = { target: 'pending', reenter: true, actions: 'inquired' } as const
const slowly = { target: 'unresolved', reenter: true } as const

export const transaction = host
  .extend({
    actions: {
      count: host.assign(({ context }) => ({ attempts: context.attempts + 1, inquiries: 0, held: false })),
      mark: host.assign(({ event }) => ({ sentAt: event.at })),
      inquired: host.assign(({ context }) => ({ inquiries: context.inquiries + 1 })),
      hold: host.assign({ held: true }),
      keepOther: host.assign(({ context, event }) => ({
        others:
          event.type === 'CONFIRMED' && event.receipt !== null
            ? [...context.others, event.receipt]
            : context.others,
      })),
      keepReceipt: host.assign(({ context, event }) => ({
        receipt: event.type === 'CONFIRMED' ? (event.receipt ?? context.receipt) : context.receipt,
      })),
    },
  })
  .createMachine({
    id: 'transaction',
    context: ({ input }) => ({
      ...input,
      attempts: 0,
      sentAt: null,
      inquiries: 0,
      held: false,
      receipt: null,
      others: [],
    }),
    initial: 'logged',
    states: {
      logged: { after: { push: 'sending' }, on: { CONFIRMED, REVERSED: answers.REVERSED } },
      sending: {
        tags: ['send'],
        entry: ['count', deed(({ context }) => ({ kind: 'attempt', fresh: context.attempts === 1 }))],
        on: {
          ...answers,
          SENT: { actions: 'mark' },
          ACCEPTED: 'pending',
          UNKNOWN: 'pending',
          NOT_FOUND: 'pending',
          OUR_FAULT: { target: 'logged', actions: ['hold', pause] },
        },
      },
      pending: {
        tags: ['inquire'],
        after: { inquiry: { target: 'pending', reenter: true } },
        on: {
          ...answers,
          NOT_FOUND: [never, fresh, again],
          ...both(['ACCEPTED', 'UNKNOWN'], [tooLong, again] as const),
          OUR_FAULT: [
            { ...tooLong, actions: [pause, ...tooLong.actions] },
            { ...again, actions: [pause, again.actions] },
          ],
        },
      },
      unresolved: {
        tags: ['inquire'],
        after: { slowly },
        on: {
          CONFIRMED: [
            { ...CONFIRMED[0], actions: [settle, ...CONFIRMED[0].actions] },
            { ...CONFIRMED[1], actions: [settle, ...CONFIRMED[1].actions] },
          ],
          DECLINED: { target: 'failed', actions: [settle, ...fail] },
          REVERSED: { ...answers.REVERSED, actions: [settle, ...answers.REVERSED.actions] },
          // She was told to wait: a prompt hours later would come without her answer, so it is hers to ask again.
          NOT_FOUND: [{ guard: 'neverHeard', target: 'failed', actions: [settle, ...fail] }, slowly],
          ...both(['ACCEPTED', 'UNKNOWN'], slowly),
          OUR_FAULT: { ...slowly, actions: pause },
        },
      },
      confirmed: {
        on: {
          CONFIRMED: CONFIRMED_AGAIN,
          REVERSED: [
            { guard: 'wholly', target: 'returned', actions: [...giveBack, ...fail] },
            { actions: openCase('reversed') },
          ],
          BOOKED: { target: 'booked', actions: [say('paid'), tellPaid] },
          NOT_BOOKABLE: {
            target: 'suspense',
            actions: [transfer('clearing-in', 'suspense'), openCase('not-bookable'), say('being-checked')],
          },
        },
      },
      booked: {
        on: {
          CONFIRMED: CONFIRMED_AGAIN,
          REVERSED: [
            {
              guard: 'wholly',
              target: 'reversed',
              actions: [
                ...giveBack,
                deed(({ context, event }) => ({
                  kind: 'tell',
                  to: 'request',
                  event: { type: 'REVERSED', at: event.at, amount: context.amount },
                })),
              ],
            },
            { actions: openCase('reversed') },
          ],
        },
      },
      failed: {
        on: {
          CONFIRMED: {
            target: 'suspense',
            actions: [
              'keepReceipt',
              claimReceipt,
              transfer('float', 'suspense'),
              openCase('late-confirmation'),
              say('being-checked'),
            ],
          },
          REVERSED: { actions: openCase('reversed') },
        },
      },
      suspense: { on: { CONFIRMED: CONFIRMED_AGAIN, REVERSED: { actions: openCase('reversed') } } },
      returned: {
        on: {
          CONFIRMED: { actions: openCase('late-confirmation') },
          REVERSED: {},
          // The booking was on its way when the money went back: it is to be undone.
          BOOKED: 'reversed',
        },
      },
      reversed: { on: { CONFIRMED: CONFIRMED_AGAIN, REVERSED: {}, BOOKED: {} } },
    },
  })

/** The same transitions under several events. */
function both<Type extends string, Transitions>(
  types: readonly Type[],
  transitions: Transitions,
): Record<Type, Transitions> {
  return Object.fromEntries(types.map(type => [type, transitions])) as Record<Type, Transitions>
}
