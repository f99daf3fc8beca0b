import { setup } from 'xstate'
import { add, exceeds, fromText, type MoneyText, subtract, toText, zero } from '../src/domain/money.ts'
import type { Deed, Part, RequestTold } from './deeds.ts'

/**
 * A collection request: we ask the borrower for money on a loan. The first answer wins; *later* and *declined* may be
 * overruled by the borrower herself until the request lapses. It is paid when the money is confirmed and booked.
 */
export type CollectionContext = {
  readonly amount: MoneyText
  /** Booked so far. */
  readonly paid: MoneyText
  /** When she asked to be reminded, if she did. */
  readonly remindAt: string | null
  readonly lapsesAt: string
  /** The approval in hand: with which wallet, how much, when, and by which road. */
  readonly approval: Approval | null
  /** Parts of it that are not answered yet. */
  readonly inFlight: number
  readonly declined: { readonly reason: string; readonly at: string } | null
}

export type Approval = {
  readonly walletId: string
  readonly amount: MoneyText
  readonly at: string
  readonly by: 'ussd' | 'sms' | 'officer'
  /** What one push may not carry goes in several; they sum to the amount. */
  readonly parts: readonly Part[]
}

export type CollectionEvent =
  | { readonly type: 'ASK'; readonly at: string; readonly amount: MoneyText; readonly lapsesAt: string }
  | { readonly type: 'APPROVE'; readonly at: string; readonly approval: Approval }
  | { readonly type: 'POSTPONE'; readonly at: string; readonly until: string }
  | { readonly type: 'DECLINE'; readonly at: string; readonly reason: string }
  | { readonly type: 'CANCEL'; readonly at: string }
  | RequestTold

export type CollectionInput = { readonly amount: MoneyText; readonly lapsesAt: string }

/** What is still asked for; never below nothing. */
export function amountLeft(context: Pick<CollectionContext, 'amount' | 'paid'>): MoneyText {
  const [amount, paid] = [fromText(context.amount), fromText(context.paid)]
  return toText(exceeds(amount, paid) ? subtract(amount, paid) : zero(amount.currency))
}

const plus = (a: MoneyText, b: MoneyText): MoneyText => toText(add(fromText(a), fromText(b)))
const minus = (a: MoneyText, b: MoneyText): MoneyText => toText(subtract(fromText(a), fromText(b)))

const host = setup({
  types: { context: {} as CollectionContext, events: {} as CollectionEvent, input: {} as CollectionInput },
  actions: { do: (_, _deed: Deed) => {} },
  delays: {
    wake: ({ context, event }) => until(context.remindAt ?? context.lapsesAt, event.at),
    lapse: ({ context, event }) => until(context.lapsesAt, event.at),
  },
  guards: {
    reminding: ({ context }) => context.remindAt !== null,
    completes: ({ context, event }) =>
      event.type === 'PAID' &&
      fromText(amountLeft({ ...context, paid: plus(context.paid, event.amount) })).minor === 0n,
    again: ({ event }) => event.type === 'PAID' && event.again === true,
    moreInFlight: ({ context }) => context.inFlight > 1,
    somePaid: ({ context }) => fromText(context.paid).minor > 0n,
    elsewhere: ({ event }) =>
      (event.type === 'REVERSED' || event.type === 'PAID' || event.type === 'FAILED') &&
      event.elsewhere === true,
  },
})

const until = (then: string, at: string): number => Math.max(0, Date.parse(then) - Date.parse(at))

const say = (about: 'prompt' | 'reminder') =>
  ({
    type: 'do',
    params: ({ context }: { context: CollectionContext }): Deed => ({
      kind: 'message',
      about,
      amount: amountLeft(context),
    }),
  }) as const

/** Money that came or went back counts in every state; what is missing is asked for by one request of a loan alone. */
const money = {
  PAID: [
    { guard: 'completes', target: 'paid', actions: 'collect' },
    { guard: 'elsewhere', target: 'lapsed', actions: 'collect' },
    { target: 'part-paid', actions: 'collect' },
  ],
  REVERSED: [
    { guard: 'elsewhere', target: 'lapsed', actions: 'giveBack' },
    { target: 'asked', actions: 'giveBack' },
  ],
} as const

/** Open and waiting for her answer; a reminder she asked for comes first, the end of the request last. */
const waiting = <Self extends string>(self: Self) =>
  ({
    after: {
      wake: [
        { guard: 'reminding', target: 'reminded', actions: ['reminded', say('reminder')] },
        { target: 'lapsed' },
      ],
    },
    on: {
      ASK: { target: 'asked', reenter: true, actions: ['ask', say('prompt')] },
      APPROVE: { target: 'approved', actions: 'approve' },
      POSTPONE: { target: self, reenter: true, actions: 'postpone' },
      DECLINE: { target: 'declined', actions: 'decline' },
      CANCEL: 'cancelled',
      ...money,
    },
  }) as const

export const collection = host
  .extend({
    actions: {
      // Asked anew for what is due now: what she has paid of the earlier amount is not taken off once more.
      ask: host.assign(({ context, event }) =>
        event.type === 'ASK'
          ? { amount: plus(event.amount, context.paid), lapsesAt: event.lapsesAt, remindAt: null }
          : {},
      ),
      // An officer's prompt asks anew, for its own amount: what the request says is what she is debited.
      approve: host.assign(({ context, event }) => {
        if (event.type !== 'APPROVE') return {}
        const { approval } = event
        const asked = approval.by === 'officer' ? { amount: plus(approval.amount, context.paid) } : {}
        return { approval, remindAt: null, declined: null, ...asked }
      }),
      postpone: host.assign(({ event }) => (event.type === 'POSTPONE' ? { remindAt: event.until } : {})),
      reminded: host.assign({ remindAt: null }),
      decline: host.assign(({ event }) =>
        event.type === 'DECLINE' ? { declined: { reason: event.reason, at: event.at }, remindAt: null } : {},
      ),
      send: host.assign(({ context }) => ({ inFlight: context.approval?.parts.length ?? 0 })),
      answered: host.assign(({ context }) => ({ inFlight: Math.max(0, context.inFlight - 1) })),
      refuse: host.assign({ approval: null }),
      collect: host.assign(({ context, event }) =>
        event.type === 'PAID' ? { paid: plus(context.paid, event.amount) } : {},
      ),
      giveBack: host.assign(({ context, event }) =>
        event.type === 'REVERSED' ? { paid: minus(context.paid, event.amount) } : {},
      ),
    },
  })
  .createMachine({
    id: 'collection',
    context: ({ input }) => ({
      amount: input.amount,
      paid: toText(zero(input.amount.currency)),
      remindAt: null,
      lapsesAt: input.lapsesAt,
      approval: null,
      inFlight: 0,
      declined: null,
    }),
    initial: 'scheduled',
    states: {
      scheduled: {
        on: {
          ASK: { target: 'asked', actions: ['ask', say('prompt')] },
          APPROVE: { target: 'approved', actions: 'approve' },
          CANCEL: 'cancelled',
        },
      },
      asked: waiting('asked'),
      reminded: waiting('reminded'),
      'part-paid': waiting('part-paid'),
      approved: {
        entry: [
          'send',
          {
            type: 'do',
            params: ({ context }) => {
              if (context.approval === null) throw new Error('approved without an approval')
              const { walletId, parts } = context.approval
              return { kind: 'collect', walletId, parts }
            },
          },
        ],
        on: {
          FAILED: [
            { guard: 'moreInFlight', actions: 'answered' },
            { guard: 'elsewhere', target: 'lapsed', actions: ['answered', 'refuse'] },
            { guard: 'somePaid', target: 'part-paid', actions: ['answered', 'refuse'] },
            { target: 'asked', actions: ['answered', 'refuse'] },
          ],
          PAID: [
            { guard: 'again', actions: 'collect' },
            { guard: 'moreInFlight', actions: ['answered', 'collect'] },
            { guard: 'completes', target: 'paid', actions: ['answered', 'collect', 'refuse'] },
            { guard: 'elsewhere', target: 'lapsed', actions: ['answered', 'collect', 'refuse'] },
            { target: 'part-paid', actions: ['answered', 'collect', 'refuse'] },
          ],
          // A part that was booked came back while others are on their way: what is left is asked for when they ended.
          REVERSED: { actions: 'giveBack' },
        },
      },
      declined: {
        after: { lapse: 'lapsed' },
        on: { APPROVE: { target: 'approved', actions: 'approve' }, ...money },
      },
      paid: { on: money },
      lapsed: { on: money },
      cancelled: { on: money },
    },
  })
