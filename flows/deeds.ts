import type { MoneyText } from '../src/domain/money.ts'
import type { Fault, Reason } from '../src/domain/outcome.ts'

/**
 * What a money machine may order with `do`. The host writes all deeds of a step in the step's own commit, so a deed is
 * done exactly when the state changed.
 */
export type Deed =
  /** Write a new attempt, to be sent after the commit by whoever holds the lease. `fresh` draws a new reference. */
  | { readonly kind: 'attempt'; readonly fresh: boolean }
  /** Debit and credit one amount; accounts by the names of the double entry (`float:mpesa:collect`, `clearing-in`…). */
  | { readonly kind: 'transfer'; readonly debit: string; readonly credit: string; readonly amount: MoneyText }
  | {
      readonly kind: 'message'
      readonly about: About
      readonly amount: MoneyText
      readonly reason?: Reason
      /** Of `maintenance`: when it ends. */
      readonly until?: string
      /** Of `pay-link`: where she pays. */
      readonly link?: string
    }
  | { readonly kind: 'case'; readonly about: CaseAbout; readonly detail?: string }
  /** What a case was about has settled itself. */
  | { readonly kind: 'settle'; readonly about: CaseAbout }
  /** Movements of money towards an approved request: its parts, from one wallet. */
  | { readonly kind: 'collect'; readonly walletId: string; readonly parts: readonly Part[] }
  /** Movements of money of a disbursement that passed its checks. */
  | { readonly kind: 'pay'; readonly parts: readonly PayPart[] }
  /** Plan the booking of each allocation of a confirmed payment. */
  | { readonly kind: 'book'; readonly allocations: readonly Allocation[] }
  /** Enter a disbursement in the core. */
  | { readonly kind: 'disburse' }
  /** The provider took the payment back: its open items are part of it, and leave the board. */
  | { readonly kind: 'take-back' }
  /** Take out of the core's books what this row has entered there; `again`: also what it has refused to undo before. */
  | { readonly kind: 'undo'; readonly again: boolean }
  /** Confirmed money without a home: an item on the board, mirrored in the core's suspense account. */
  | { readonly kind: 'suspend'; readonly reason: SuspenseReason; readonly amount: MoneyText }
  /** An item has found its way; its mirror is taken back. */
  | { readonly kind: 'clear'; readonly itemId: string; readonly way: Way }
  /** Send an item back to the instrument that paid; `recall`: not after all, unless it has left. */
  | {
      readonly kind: 'give-back'
      readonly itemId: string
      readonly amount: MoneyText
      readonly recall?: boolean
    }
  /** Other money that came in this movement's name, by its own receipt: a payment of its own. */
  | { readonly kind: 'inbound'; readonly receipt: string; readonly amount: MoneyText }
  /** Claim a receipt for this transaction; a receipt belongs to one payment for ever. Null: none is known yet. */
  | { readonly kind: 'receipt'; readonly receipt: string | null }
  /** Our own fault: the connection rests until somebody has mended it. */
  | { readonly kind: 'pause'; readonly fault: Fault }
  /** An event for another row, stepped in the same commit. */
  | { readonly kind: 'tell'; readonly to: 'request'; readonly event: RequestTold }
  | { readonly kind: 'tell'; readonly to: 'disbursement'; readonly event: DisbursementTold }
  | { readonly kind: 'tell'; readonly to: 'transaction' | 'original'; readonly event: TransactionTold }
  /** To every part of a disbursement. */
  | { readonly kind: 'tell'; readonly to: 'parts'; readonly event: TransactionTold }
  /** To the transaction that has given back this one's item. */
  | { readonly kind: 'tell'; readonly to: 'return'; readonly itemId: string; readonly event: TransactionTold }
  /** To the booking that this one has undone. */
  | { readonly kind: 'tell'; readonly to: 'undone'; readonly event: BookingTold }

export type DeedOf<Kind extends Deed['kind']> = Extract<Deed, { kind: Kind }>

/** A part of an intent: how much, and how long after the others it may start. */
export type Part = { readonly amount: MoneyText; readonly afterMs: number }
export type PayPart = Part & { readonly walletId: string }

/** Which part of a confirmed payment goes where. `targetId` is the core's id. */
export type Allocation = {
  readonly target: 'loan' | 'savings'
  readonly targetId: string
  readonly amount: MoneyText
}

/** What an SMS is about; the words are in `flows/words`. */
export const ABOUTS = [
  'prompt',
  'reminder',
  'paid',
  'failed',
  'being-checked',
  'maintenance',
  'pay-link',
  'returned',
  'paid-out',
  'payout-failed',
  'taken-back',
] as const
export type About = (typeof ABOUTS)[number]

/** Why confirmed money lies in suspense. */
export const SUSPENSE_REASONS = [
  'not-bookable',
  'locked',
  'other-amount',
  'late-confirmation',
  'second-receipt',
  'unknown-account',
  'surplus',
  'given-back',
] as const
export type SuspenseReason = (typeof SUSPENSE_REASONS)[number]

/** The ways out of suspense. `taken-back`: the provider reversed the payment. */
export const WAYS = ['book', 'return', 'write-off', 'taken-back'] as const
export type Way = (typeof WAYS)[number]

export type CaseAbout =
  | 'unresolved'
  | 'other-amount'
  | 'second-receipt'
  | 'reversed'
  | 'our-fault'
  | 'held-too-long'
  | 'booking-waits'
  | 'booked-otherwise'
  | 'late-booking'
  | 'receipt-taken'
  | 'unreadable'
  | 'undo-refused'
  | 'give-back-refused'
  | 'mirror-refused'
  | 'late-confirmation'
  | 'paid-not-disbursed'
  | 'part-paid-disbursement'
  | 'disbursement-waits'
  | 'limit-waits'
  | 'no-code'
  | 'other-name'
  | 'unchecked-callback'
  | 'unproven-callback'
  | 'not-told'
  | 'credential-expires'
  | 'said-paid'
  | 'paid-by-mistake'
  | 'complaint'
  | 'link-locked'
  | 'sim-changed'
  | 'not-mine'

/** What a transaction tells the request it serves. */
export type RequestTold =
  /**
   * `again`: more of a payment that has spoken before; no part that is on its way. `elsewhere`: the loan's next request is
   * open already, and asks for what is missing of this one too; or the loans are other people's, whom others ask.
   */
  | {
      readonly type: 'FAILED'
      readonly at: string
      readonly reason: Reason
      readonly elsewhere?: boolean
    }
  | {
      readonly type: 'PAID'
      readonly at: string
      readonly amount: MoneyText
      readonly again?: boolean
      readonly elsewhere?: boolean
    }
  | {
      readonly type: 'REVERSED'
      readonly at: string
      readonly amount: MoneyText
      readonly elsewhere?: boolean
    }

/** What bookings and returns tell a transaction. */
export type TransactionTold =
  | { readonly type: 'BOOKED'; readonly at: string; readonly amount: MoneyText }
  /** `locked`: the core itself has held the account for longer than the lender waits. */
  | {
      readonly type: 'NOT_BOOKABLE'
      readonly at: string
      readonly code: string
      readonly amount: MoneyText
      readonly locked?: true
    }
  | { readonly type: 'UNDONE' | 'UNDO_REFUSED'; readonly at: string; readonly amount: MoneyText }
  | {
      readonly type: 'RETURNED' | 'RETURN_FAILED'
      readonly at: string
      readonly itemId: string
      readonly amount: MoneyText
      /** It went as a payout of its own. */
      readonly apart?: true
    }

/** What parts and bookings tell a disbursement. */
export type DisbursementTold =
  /** `late`: it had been told as failed before. */
  | {
      readonly type: 'PART_CONFIRMED'
      readonly at: string
      readonly amount: MoneyText
      readonly late?: boolean
    }
  | {
      readonly type: 'PART_FAILED'
      readonly at: string
      readonly amount: MoneyText
      readonly reason: Reason
    }
  | { readonly type: 'PART_REVERSED'; readonly at: string; readonly amount: MoneyText }
  | { readonly type: 'BOOKED' | 'UNDONE' | 'UNDO_REFUSED'; readonly at: string }
  | { readonly type: 'NOT_BOOKABLE'; readonly at: string; readonly code: string }

/** What an undoing tells the booking that it undid. */
export type BookingTold = { readonly type: 'UNDONE'; readonly at: string }
