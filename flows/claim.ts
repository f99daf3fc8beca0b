import type { Complaint } from './words/claims/words.ts'

/** What she wants somebody to look at, or to have by SMS; each is committed with its answer. */
export type ClaimDecision =
  /** A payment that her list lacks: found by the operator's receipt, or a case. */
  | { readonly kind: 'find-payment'; readonly customerId: string; readonly receipt: string }
  /** A payment of hers that stands in the books. */
  | {
      readonly kind: 'paid-by-mistake' | 'send-payment'
      readonly customerId: string
      readonly paymentId: string
    }
  | { readonly kind: 'complain'; readonly customerId: string; readonly about: Complaint }
  /** Balance and next instalment, or the payments of the last month. */
  | {
      readonly kind: 'send-loan' | 'send-statement'
      readonly customerId: string
      readonly loanId: string
    }
