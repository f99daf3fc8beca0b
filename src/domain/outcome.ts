import type { Money } from './money.ts'

/** Why a provider refused, in the words we can say to a customer. */
export const REASONS = [
  'insufficient-funds',
  'wrong-pin',
  'expired',
  'unreachable',
  'cancelled',
  'limit',
  'below-minimum',
  'not-allowed',
  'no-account',
  'busy',
  'failed',
] as const
export type Reason = (typeof REASONS)[number]

/** When a new attempt makes sense: never with this wallet, later with this wallet, or now with another. */
export type Again = 'never' | 'later' | 'other-wallet'

/** What is wrong on the lender's side; the customer is never told that *she* failed. */
export type Fault = 'no-float' | 'credentials' | 'address-refused' | 'configuration' | 'quota'

/**
 * What we know of one attempt after a call, an inquiry or a proven callback. Anything but an explicit yes or no is
 * `unknown`: a time-out, a reset, a 5xx, HTML, cut JSON, a status that is not listed.
 */
export type Outcome =
  | {
      readonly kind: 'confirmed'
      readonly amount: Money
      readonly receipt?: string
      readonly at?: Date
      readonly charge?: Money
      /** Whose wallet it was, where the provider tells. */
      readonly name?: string
    }
  | {
      readonly kind: 'accepted'
      readonly providerReference?: string
      /** Where she pays by herself, in a browser or an app: to be sent to her. */
      readonly link?: string
    }
  | { readonly kind: 'declined'; readonly reason: Reason; readonly again: Again; readonly code?: string }
  | { readonly kind: 'unknown'; readonly why: string; readonly providerReference?: string }
  | { readonly kind: 'not-found' }
  | {
      readonly kind: 'our-fault'
      readonly fault: Fault
      readonly detail?: string
      /** The provider's last word on this attempt: it moved nothing and will move nothing, so another may follow. */
      readonly ended?: true
    }
  | { readonly kind: 'reversed'; readonly amount: Money; readonly at?: Date }
