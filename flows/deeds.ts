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
  | { readonly kind: 'message'; readonly about: About; readonly amount: MoneyText; readonly reason?: Reason }
  | { readonly kind: 'case'; readonly about: CaseAbout; readonly detail?: string }
  /** What a case was about has settled itself. */
  | { readonly kind: 'settle'; readonly about: CaseAbout }
  /** A movement of money towards an approved request. */
  | { readonly kind: 'plan'; readonly walletId: string; readonly amount: MoneyText }
  /** Allocate a confirmed payment and plan the booking of each allocation. */
  | { readonly kind: 'book' }
  /** Claim a receipt for this transaction; a receipt belongs to one payment for ever. Null: none is known yet. */
  | { readonly kind: 'receipt'; readonly receipt: string | null }
  /** Our own fault: the connection rests until somebody has mended it. */
  | { readonly kind: 'pause'; readonly fault: Fault }
  /** An event for another row, stepped in the same commit. */
  | { readonly kind: 'tell'; readonly to: 'request'; readonly event: RequestTold }
  | { readonly kind: 'tell'; readonly to: 'transaction'; readonly event: TransactionTold }

/** What an SMS is about; the words are in `flows/words`. */
export const ABOUTS = ['prompt', 'reminder', 'paid', 'failed', 'being-checked'] as const
export type About = (typeof ABOUTS)[number]

export type CaseAbout =
  | 'unresolved'
  | 'not-bookable'
  | 'other-amount'
  | 'late-confirmation'
  | 'second-receipt'
  | 'reversed'
  | 'our-fault'
  | 'booking-waits'
  | 'booked-otherwise'
  | 'late-booking'
  | 'payment-without-home'
  | 'receipt-taken'
  | 'unreadable'

/** What a transaction tells the request it serves. */
export type RequestTold =
  | { readonly type: 'FAILED'; readonly at: string; readonly reason: Reason }
  | { readonly type: 'PAID'; readonly at: string; readonly amount: MoneyText }
  | { readonly type: 'REVERSED'; readonly at: string; readonly amount: MoneyText }

/** What a booking tells the transaction that it books. */
export type TransactionTold =
  | { readonly type: 'BOOKED'; readonly at: string }
  | { readonly type: 'NOT_BOOKABLE'; readonly at: string; readonly code: string }
