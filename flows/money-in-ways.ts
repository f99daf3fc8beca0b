import type { Deed, Way } from './deeds.ts'
import { claimReceipt, deed, openCase, reasonOf, say, settle, transfer } from './transaction.ts'

/** What becomes of a customer's money, event by event: which deeds go with each way, and where it leads. */

export const tellFailed = deed(({ event }) => ({
  kind: 'tell',
  to: 'request',
  event: { type: 'FAILED', at: event.at, reason: reasonOf(event) },
}))
const tellPaid = deed(({ context, event }) => ({
  kind: 'tell',
  to: 'request',
  event: { type: 'PAID', at: event.at, amount: context.untold, again: context.spoken },
}))
const tellReversed = deed(({ context, event }) => ({
  kind: 'tell',
  to: 'request',
  event: { type: 'REVERSED', at: event.at, amount: context.counted },
}))
const tellUndone = deed(({ context, event }) => ({
  kind: 'tell',
  to: 'request',
  event: { type: 'REVERSED', at: event.at, amount: event.type === 'UNDONE' ? event.amount : context.amount },
}))

export const fail = [settle, say('failed'), tellFailed, 'told'] as const
export const paid = [say('paid'), tellPaid, 'count', 'told'] as const

/** What is left without an account goes to the board, as the event tells it. */
export const suspend = (reason: Extract<Deed, { kind: 'suspend' }>['reason'], of: 'told' | 'whole') =>
  [
    'itemOpened',
    deed(({ context, event }) => ({
      kind: 'suspend',
      reason,
      amount: of === 'told' && 'amount' in event ? event.amount : context.amount,
    })),
  ] as const

const clear = (way: Way) =>
  [
    'itemCleared',
    'forget',
    deed(({ event }) => ({ kind: 'clear', itemId: 'itemId' in event ? event.itemId : '', way })),
  ] as const

export const book = [
  'allocate',
  deed(({ event }) => ({
    kind: 'book',
    allocations: event.type === 'ALLOCATED' || event.type === 'REBOOK' ? event.allocations : [],
  })),
] as const

export const undo = deed(() => ({ kind: 'undo', again: true }))
/** What the core refused to undo is a claim by now. */
export const undoNew = deed(() => ({ kind: 'undo', again: false }))
/** Items of this payment that are open still are part of what goes back. */
const takeBack = [
  'itemsTaken',
  'forget',
  deed(() => ({ kind: 'take-back' })),
  transfer('clearing-in', 'float'),
] as const

/** The first yes. Money that is not the amount asked for has no home of its own, and waits for a person. */
export const confirmed = [
  {
    guard: 'asAsked',
    target: 'confirmed',
    actions: [settle, 'keepReceipt', claimReceipt, transfer('float', 'clearing-in')],
  },
  {
    target: 'suspense',
    actions: [
      settle,
      'keepReceipt',
      'takeAmount',
      claimReceipt,
      transfer('float', 'suspense'),
      ...suspend('other-amount', 'whole'),
      say('being-checked'),
    ],
  },
] as const

/** A yes that comes again: its receipt may be new to us; another receipt is other money, a payment of its own. */
export const CONFIRMED = [
  { guard: 'receiptJoins', actions: ['keepReceipt', claimReceipt] },
  {
    guard: 'otherReceipt',
    actions: deed(({ event }) => {
      if (event.type !== 'CONFIRMED' || event.receipt === null) throw new Error('no other receipt')
      return { kind: 'inbound', receipt: event.receipt, amount: event.amount }
    }),
  },
] as const

export const reversedInPart = { actions: openCase('reversed') } as const
/** She was told of this payment before: that it came, or that it is being checked. */
const sayTakenBack = deed(({ context }) => ({ kind: 'message', about: 'taken-back', amount: context.amount }))
const undoCounted = [...takeBack, undo, tellReversed, 'uncount', sayTakenBack] as const
const undoSpoken = [...takeBack, undo, sayTakenBack] as const
const undoUnspoken = [...takeBack, undo, ...fail] as const
/**
 * The provider took all of it back: what the request counted is asked for anew, and what is neither here nor with the
 * provider any more is taken out of the core, or owed.
 */
export const takenBack = [
  { guard: 'counted', target: 'reversed', actions: undoCounted },
  { guard: 'spokenElsewhereToo', target: 'reversed', actions: undoSpoken },
  { guard: 'elsewhereToo', target: 'reversed', actions: undoUnspoken },
  { guard: 'spoken', target: 'returned', actions: [...takeBack, openCase('reversed'), sayTakenBack] },
  { target: 'returned', actions: [...takeBack, openCase('reversed'), ...fail] },
] as const
export const reversedWholly = [{ guard: 'inPart', ...reversedInPart }, ...takenBack] as const
/** Taken out of the core after a person released it: on the board, and asked for anew. */
export const undoneToBoard = [
  'undone',
  'uncountPart',
  transfer('clearing-in', 'suspense', 'told'),
  ...suspend('given-back', 'told'),
  tellUndone,
] as const
export const UNDONE = [
  { guard: 'undoneLast', target: 'suspense', actions: [...undoneToBoard, 'kept'] },
  { actions: undoneToBoard },
] as const
/** All of it had left by other ways when the provider took it back: what left is owed, but for a refund, which this may be. */
export const takenBackAfterAll = [
  { guard: 'inPart', ...reversedInPart },
  { guard: 'wentApart', target: 'reversed', actions: takeBack },
  reversedInPart,
] as const
/** It came through after it was thought to have failed, and its item has found another way: it may have gone twice. */
export const returnedLate = { actions: openCase('late-confirmation') } as const
export const notBooked = [
  'notBooked',
  transfer('clearing-in', 'suspense', 'told'),
  'itemOpened',
  deed(({ context, event }) => ({
    kind: 'suspend',
    reason: event.type === 'NOT_BOOKABLE' && event.locked === true ? 'locked' : 'not-bookable',
    amount: 'amount' in event ? event.amount : context.amount,
  })),
] as const

/** Ways out of suspense for an item of this payment. */
export const rebook = {
  target: 'confirmed',
  reenter: true,
  actions: [transfer('suspense', 'clearing-in', 'told'), ...clear('book'), ...book],
} as const
export const giveBack = deed(({ event }) => {
  if (event.type !== 'GIVE_BACK') throw new Error('nothing to give back')
  return { kind: 'give-back', itemId: event.itemId, amount: event.amount }
})
/** What has not left yet does not leave any more; its own word, that it failed, comes in this very commit. */
export const recallReturn = deed(({ context }) => ({
  kind: 'give-back',
  itemId: context.itemId ?? '',
  amount: context.amount,
  recall: true,
}))
export const writeOff = [
  transfer('suspense', 'write-off', 'told'),
  ...clear('write-off'),
  'itemParted',
] as const
export const returned = [
  transfer('suspense', 'clearing-out', 'told'),
  ...clear('return'),
  'itemParted',
  'returnedBy',
  deed(({ context, event }) => ({
    kind: 'tell',
    to: 'return',
    itemId: 'itemId' in event ? event.itemId : '',
    event: { type: 'BOOKED', at: event.at, amount: context.amount },
  })),
  // an item may be a part of the payment
  deed(({ context, event }) => ({
    kind: 'message',
    about: 'returned',
    amount: 'amount' in event ? event.amount : context.amount,
  })),
] as const
/** The last item has gone back: with nothing booked the payment is over, and its request is told if it never was. */
export const returnedLast = [
  { guard: 'lastItemSpoken', target: 'returned', actions: returned },
  { guard: 'lastItem', target: 'returned', actions: [...returned, tellFailed, 'told'] },
] as const
/**
 * Given back, and taken back by the provider as well: it went twice, and a person looks into it. What is here of the
 * payment beside that item goes the way of a reversal, and the item is owed; so is the whole of it where it went back as
 * a payout of its own. Where the provider's refund was all of it, the reversal may be that refund: then nothing is posted.
 */
export const returnedTwice = [
  { guard: 'wholeWentApartSpoken', target: 'reversed', actions: [...returned, ...takeBack] },
  {
    guard: 'wholeWentApart',
    target: 'reversed',
    actions: [...returned, ...takeBack, tellFailed, 'told'],
  },
  { guard: 'goneTwiceSpoken', target: 'returned', actions: [...returned, openCase('reversed')] },
  {
    guard: 'goneTwice',
    target: 'returned',
    actions: [...returned, openCase('reversed'), tellFailed, 'told'],
  },
  { guard: 'recalledCounted', target: 'reversed', actions: [...returned, ...undoCounted] },
  { guard: 'recalledSpoken', target: 'reversed', actions: [...returned, ...undoSpoken] },
  { guard: 'recalled', target: 'reversed', actions: [...returned, ...undoUnspoken] },
] as const
/** Late, but the item waits on the board as it was left: it has gone back after all. */
export const returnedAfterAll = [{ guard: 'otherItem', ...returnedLate }, { actions: returned }] as const

/** What the event leaves over, with its own reason. */
export function surplus() {
  return deed(({ context, event }) => ({
    kind: 'suspend',
    reason: event.type === 'ALLOCATED' ? event.reason : 'surplus',
    amount: event.type === 'ALLOCATED' ? (event.surplus ?? context.amount) : context.amount,
  }))
}

export function surplusTransfer() {
  return deed(({ context, event }) => ({
    kind: 'transfer',
    debit: 'clearing-in',
    credit: 'suspense',
    amount: event.type === 'ALLOCATED' ? (event.surplus ?? context.amount) : context.amount,
  }))
}

/** The core keeps what the provider took back: a claim. */
export function owed() {
  return deed(({ context, event }) => ({
    kind: 'transfer',
    debit: 'owed-back',
    credit: 'clearing-in',
    amount: event.type === 'UNDO_REFUSED' ? event.amount : context.amount,
  }))
}
