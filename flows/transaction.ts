import { setup } from 'xstate'
import { add, equal, fromText, type MoneyText, subtract, toText, zero } from '../src/domain/money.ts'
import type { Fault, Reason } from '../src/domain/outcome.ts'
import type { Allocation, CaseAbout, Deed, SuspenseReason, TransactionTold } from './deeds.ts'

/**
 * One movement of money, whichever way it goes. Only an explicit yes or no ends it: everything else is asked about with
 * the original reference, then stands as `unresolved`, still asked about, slowly. No state is final, and every state
 * hears CONFIRMED and REVERSED. What a yes, a no and a booking mean for the books is told by `money-in.ts` and
 * `money-out.ts`; what is the same for both stands here.
 */
export type TransactionContext = {
  readonly amount: MoneyText
  /** The float account that it moves, `float:<connection>:collect` or `…:pay`. */
  readonly float: string
  readonly timing: TransactionTiming
  /** Attempts made so far; a new one only after the provider's "never heard of it". */
  readonly attempts: number
  /** When the last attempt left; null until it does. */
  readonly sentAt: string | null
  /** Unanswered inquiries since. */
  readonly inquiries: number
  /** The lender's side is at fault: wait for it to be mended, tell nobody that anything failed. */
  readonly held: boolean
  /** The provider never heard of the last attempt: the next one carries the same reference, and guards it so. */
  readonly reuse: boolean
  readonly receipt: string | null
  /** Bookings still to be answered; null until the money is allocated. */
  readonly open: number | null
  /** Bookings that were made and not undone. */
  readonly made: number
  /** What was booked since people were told last. */
  readonly untold: MoneyText
  /** What its request counts as paid by it. */
  readonly counted: MoneyText
  /** Whether it has told its request how it ended. */
  readonly spoken: boolean
  /** Suspense items of this payment that are still open. */
  readonly items: number
  /** Suspense items that left the board for good: given back, or written off. */
  readonly parted: number
  /** Set while what was booked is taken out of the core again to be given back. */
  readonly released: boolean
  /** The suspense item that a return gives back; of a payment, the item that is on its way back. */
  readonly itemId: string | null
  /**
   * The provider took the payment back while an item of it was on its way back to her. Both know it: the payment, and the
   * return, of which nothing leaves any more.
   */
  readonly recalled: boolean
  /** Of a return: it goes as a payout of its own, not by the provider's refund of the payment. */
  readonly apart: boolean
  /** An item has gone back by the provider's refund: a reversal that is told later may be just that. */
  readonly refunded: boolean
  /** A payout was told with another amount than ordered: something moved, so it is not sent again by itself. */
  readonly differs: boolean
}

export type TransactionTiming = {
  /** From approval to the push: her USSD session must have ended, for a handset holds only one. */
  readonly pushDelayMs: number
  readonly firstInquiryMs: number
  readonly inquiryEveryMs: number
  readonly giveUpMs: number
  readonly graceMs: number
}

/**
 * A pause is longer by at most this share, as the number in the event has it: what was sent or released together is not
 * asked about together. Never shorter, so that a provider's own pace is kept.
 */
const SPREAD = 0.2

/** After this many attempts that the provider never heard of, the push has failed. */
const MAX_ATTEMPTS = 3
/** How often an unresolved transaction is asked about. */
const SLOWLY_MS = 15 * 60_000
/** How long a transaction waits before it looks whether the lender's fault is mended. */
const PATIENCE_MS = 60_000
/** Inquiries back off to this. */
const MAX_INTERVAL_MS = 5 * 60_000
/** Confirmed money that is not booked after so long is looked at again. */
const CHASE_MS = 24 * 3_600_000

export type Confirmed = {
  readonly type: 'CONFIRMED'
  readonly at: string
  readonly amount: MoneyText
  readonly receipt: string | null
}

/** `stillMs`: for how long of the time since it was sent the provider was in maintenance. */
type Answer<Type extends string> = { readonly type: Type; readonly at: string; readonly stillMs?: number }

export type TransactionEvent =
  | { readonly type: 'SENT'; readonly at: string }
  | Confirmed
  | Answer<'UNKNOWN' | 'NOT_FOUND'>
  /** `link`: where she pays by herself, in a browser or an app. */
  | (Answer<'ACCEPTED'> & { readonly link?: string })
  | { readonly type: 'DECLINED'; readonly at: string; readonly reason: Reason }
  /** `ended`: the provider's last word on the attempt; nothing has moved. */
  | (Answer<'OUR_FAULT'> & { readonly fault: Fault; readonly ended?: boolean })
  | { readonly type: 'REVERSED'; readonly at: string; readonly amount: MoneyText }
  /** The lender's patience has ended before anything was sent. */
  | { readonly type: 'CANCEL'; readonly at: string }
  /** What a return gives back was taken back by the provider: it is not to leave any more. */
  | { readonly type: 'RECALL'; readonly at: string }
  /** Another connection serves it; nothing was sent by the first. */
  | {
      readonly type: 'ROUTED'
      readonly at: string
      readonly float: string
      readonly timing: TransactionTiming
    }
  /** Where the confirmed money goes; what no account takes is surplus. */
  | {
      readonly type: 'ALLOCATED'
      readonly at: string
      readonly allocations: readonly Allocation[]
      readonly surplus: MoneyText | null
      readonly reason: SuspenseReason
    }
  /** A person decided: take it out of the core's books again. */
  | { readonly type: 'RELEASE'; readonly at: string }
  | {
      readonly type: 'REBOOK'
      readonly at: string
      readonly itemId: string
      readonly amount: MoneyText
      readonly allocations: readonly Allocation[]
    }
  | {
      readonly type: 'GIVE_BACK' | 'WRITE_OFF'
      readonly at: string
      readonly itemId: string
      readonly amount: MoneyText
    }
  | TransactionTold

export type TransactionInput = {
  readonly amount: MoneyText
  readonly float: string
  readonly timing: TransactionTiming
  readonly itemId?: string
  readonly apart?: boolean
}

export type Now = { readonly context: TransactionContext; readonly event: TransactionEvent }

export const deed = <Order extends Deed>(order: (now: Now) => Order) =>
  ({ type: 'do', params: order }) as const

/** An account by its name; `float` stands for the float account of this movement. */
type Account = 'float' | 'clearing-in' | 'clearing-out' | 'suspense' | 'core' | 'write-off'

/** Moves what the event tells of, else the whole amount. */
export const transfer = (debit: Account, credit: Account, of: 'told' | 'whole' = 'whole') =>
  deed(({ context, event }) => ({
    kind: 'transfer',
    debit: debit === 'float' ? context.float : debit,
    credit: credit === 'float' ? context.float : credit,
    amount: of === 'told' && 'amount' in event ? event.amount : context.amount,
  }))

export const openCase = (about: CaseAbout) =>
  deed(({ event }) => ({ kind: 'case', about, ...('code' in event ? { detail: event.code } : {}) }))

/** An answer after all: nobody has to look into it any more. */
export const settle = deed(() => ({ kind: 'settle', about: 'unresolved' }))

export const claimReceipt = deed(({ context, event }) => ({
  kind: 'receipt',
  receipt: event.type === 'CONFIRMED' ? event.receipt : context.receipt,
}))

export const pause = deed(({ event }) => ({
  kind: 'pause',
  fault: event.type === 'OUR_FAULT' ? event.fault : 'configuration',
}))

export const say = (about: 'paid' | 'failed' | 'being-checked' | 'returned') =>
  deed(({ context, event }) => ({
    kind: 'message',
    about,
    amount: about === 'paid' ? context.untold : context.amount,
    ...(about === 'failed' ? { reason: reasonOf(event) } : {}),
  }))

/** Each time that the provider tells it; the host sends her the same link once. */
export const sendLink = deed(({ context, event }) => ({
  kind: 'message',
  about: 'pay-link',
  amount: context.amount,
  ...('link' in event ? { link: event.link } : {}),
}))

export const reasonOf = (event: TransactionEvent): Reason =>
  event.type === 'DECLINED' ? event.reason : 'failed'

/** The time since it was sent, but for the provider's maintenance: then the clocks of age stand still. */
function age({ context, event }: Now): number {
  if (context.sentAt === null) return 0
  const still = 'stillMs' in event ? (event.stillMs ?? 0) : 0
  return Date.parse(event.at) - Date.parse(context.sentAt) - still
}

/** The last that was here of a payment has arrived with her, after the provider had taken the payment back. */
const isTwice = ({ recalled, items, made }: TransactionContext): boolean =>
  recalled && items === 1 && made === 0
/** All of it went back as payouts of their own: the reversal was another movement than these. */
const isApart = ({ refunded }: TransactionContext, event: TransactionEvent): boolean =>
  !refunded && event.type === 'RETURNED' && event.apart === true

/** The host puts the number into every event, also into those by which a row wakes itself. */
const spread = (ms: number, event: TransactionEvent & { readonly drawn?: number }): number =>
  Math.round(ms * (1 + SPREAD * (event.drawn ?? 0)))

const host = setup({
  types: { context: {} as TransactionContext, events: {} as TransactionEvent, input: {} as TransactionInput },
  actions: { do: (_, _deed: Deed) => {} },
  delays: {
    push: ({ context }) => (context.held ? PATIENCE_MS : context.timing.pushDelayMs),
    inquiry: ({ context: { inquiries, timing }, event }) =>
      spread(
        inquiries === 0
          ? timing.firstInquiryMs
          : Math.min(
              timing.inquiryEveryMs * 2 ** Math.min(inquiries - 1, 10),
              Math.max(MAX_INTERVAL_MS, timing.inquiryEveryMs),
            ),
        event,
      ),
    slowly: ({ event }) => spread(SLOWLY_MS, event),
    allocate: ({ context }) => (context.open === null ? 0 : CHASE_MS),
    chase: CHASE_MS,
  },
  guards: {
    asAsked: ({ context, event }) =>
      event.type === 'CONFIRMED' && equal(fromText(event.amount), fromText(context.amount)),
    receiptJoins: ({ context, event }) =>
      event.type === 'CONFIRMED' && event.receipt !== null && context.receipt === null,
    otherReceipt: ({ context, event }) =>
      event.type === 'CONFIRMED' &&
      event.receipt !== null &&
      context.receipt !== null &&
      event.receipt !== context.receipt,
    byLink: ({ event }) => event.type === 'ACCEPTED' && event.link !== undefined,
    ended: ({ event }) => event.type === 'OUR_FAULT' && event.ended === true,
    tooOld: now => age(now) >= now.context.timing.giveUpMs,
    neverHeard: now => age(now) >= now.context.timing.graceMs,
    neverHeardAgain: now =>
      age(now) >= now.context.timing.graceMs &&
      (now.context.attempts >= MAX_ATTEMPTS || now.context.recalled),
    unsent: ({ context }) => context.sentAt === null,
    recalled: ({ context }) => context.recalled,
    endedRecalled: ({ context, event }) =>
      event.type === 'OUR_FAULT' && event.ended === true && context.recalled,
    endedOtherwise: ({ context, event }) =>
      event.type === 'OUR_FAULT' && event.ended === true && context.differs,
    goneTwice: ({ context }) => isTwice(context),
    goneTwiceSpoken: ({ context }) => isTwice(context) && context.spoken,
    wentApart: ({ context }) => context.parted > 0 && !context.refunded,
    wholeWentApart: ({ context, event }) => isTwice(context) && isApart(context, event),
    wholeWentApartSpoken: ({ context, event }) =>
      isTwice(context) && isApart(context, event) && context.spoken,
    recalledCounted: ({ context }) => context.recalled && fromText(context.counted).minor > 0n,
    recalledSpoken: ({ context }) => context.recalled && context.spoken,
    goesOn: ({ context }) => !context.recalled,
    madeSomeGoesOn: ({ context }) => !context.recalled && context.made > 0,
    wholly: ({ context, event }) =>
      event.type === 'REVERSED' && equal(fromText(event.amount), fromText(context.amount)),
    counted: ({ context }) => fromText(context.counted).minor > 0n,
    spoken: ({ context }) => context.spoken,
    otherItem: ({ context, event }) => 'itemId' in event && event.itemId !== context.itemId,
    inPart: ({ context, event }) =>
      event.type === 'REVERSED' && !equal(fromText(event.amount), fromText(context.amount)),
    spokenElsewhereToo: ({ context }) => context.spoken && (context.made > 0 || context.parted > 0),
    /** What is elsewhere by now does not come back by itself. */
    elsewhereToo: ({ context }) => context.made > 0 || context.parted > 0,
    madeSome: ({ context }) => context.made > 0,
    nothingAllocated: ({ event }) => event.type === 'ALLOCATED' && event.allocations.length === 0,
    withSurplus: ({ event }) => event.type === 'ALLOCATED' && event.surplus !== null,
    last: ({ context }) => context.open === 1,
    lastOfNone: ({ context }) => context.open === 1 && context.made === 0,
    undoneLast: ({ context }) => context.made === 1 && context.open === 0,
    released: ({ context }) => context.released,
    lastItem: ({ context }) => context.items === 1,
    lastItemSpoken: ({ context }) => context.items === 1 && context.spoken,
  },
})

/** Made once, then shared: what a step changes in the context beside its state. */
export const movement = host.extend({
  actions: {
    attempted: host.assign(({ context }) => ({
      attempts: context.attempts + 1,
      sentAt: null,
      inquiries: 0,
      held: false,
    })),
    mark: host.assign(({ event }) => ({ sentAt: event.at })),
    inquired: host.assign(({ context }) => ({ inquiries: context.inquiries + 1 })),
    hold: host.assign({ held: true, reuse: false }),
    reuse: host.assign({ reuse: true }),
    route: host.assign(({ event }) =>
      event.type === 'ROUTED' ? { float: event.float, timing: event.timing } : {},
    ),
    keepReceipt: host.assign(({ context, event }) => ({
      receipt: event.type === 'CONFIRMED' ? (event.receipt ?? context.receipt) : context.receipt,
    })),
    allocate: host.assign(({ event }) =>
      event.type === 'ALLOCATED' || event.type === 'REBOOK' ? { open: event.allocations.length } : {},
    ),
    booked: host.assign(({ context, event }) => ({
      open: Math.max(0, (context.open ?? 1) - 1),
      made: context.made + 1,
      untold:
        event.type === 'BOOKED'
          ? toText(add(fromText(context.untold), fromText(event.amount)))
          : context.untold,
    })),
    told: host.assign(({ context }) => ({ untold: nothing(context.amount), spoken: true })),
    count: host.assign(({ context }) => ({
      counted: toText(add(fromText(context.counted), fromText(context.untold))),
    })),
    uncount: host.assign(({ context }) => ({ counted: nothing(context.amount) })),
    uncountPart: host.assign(({ context, event }) => {
      if (event.type !== 'UNDONE') return {}
      return { counted: toText(subtract(fromText(context.counted), fromText(event.amount))) }
    }),
    takeAmount: host.assign(({ event }) => (event.type === 'CONFIRMED' ? { amount: event.amount } : {})),
    itemOpened: host.assign(({ context }) => ({ items: context.items + 1 })),
    itemCleared: host.assign(({ context }) => ({ items: Math.max(0, context.items - 1) })),
    itemsTaken: host.assign({ items: 0 }),
    returnedBy: host.assign(({ context, event }) =>
      event.type === 'RETURNED' ? { refunded: context.refunded || event.apart !== true } : {},
    ),
    itemParted: host.assign(({ context }) => ({ parted: context.parted + 1 })),
    notBooked: host.assign(({ context }) => ({ open: Math.max(0, (context.open ?? 1) - 1) })),
    undone: host.assign(({ context }) => ({ made: Math.max(0, context.made - 1) })),
    giving: host.assign(({ event }) => (event.type === 'GIVE_BACK' ? { itemId: event.itemId } : {})),
    release: host.assign({ released: true }),
    kept: host.assign({ released: false }),
    recall: host.assign({ recalled: true }),
    differ: host.assign({ differs: true }),
  },
})

const nothing = ({ currency }: MoneyText): MoneyText => toText(zero(currency))

export const initially = ({ input }: { input: TransactionInput }): TransactionContext => ({
  amount: input.amount,
  float: input.float,
  timing: input.timing,
  attempts: 0,
  sentAt: null,
  inquiries: 0,
  held: false,
  reuse: false,
  receipt: null,
  open: null,
  made: 0,
  untold: nothing(input.amount),
  counted: nothing(input.amount),
  spoken: false,
  items: 0,
  parted: 0,
  released: false,
  itemId: input.itemId ?? null,
  recalled: false,
  apart: input.apart ?? false,
  refunded: false,
  differs: false,
})

/** The same transitions under several events. */
export function each<Type extends string, Transitions>(
  types: readonly Type[],
  transitions: Transitions,
): Record<Type, Transitions> {
  return Object.fromEntries(types.map(type => [type, transitions])) as Record<Type, Transitions>
}
