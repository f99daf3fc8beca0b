import type { About } from '../../flows/deeds.ts'

/** What an SMS is about: news of ours, or the answer to one of hers. */
export type Topic =
  | About
  | 'reply'
  | 'pin-changed'
  | 'pin-code'
  | 'link-code'
  | 'wallet-code'
  | 'staff-morning'
  | 'may-pay'
  | 'other-phone'
  | 'payers'

/**
 * `validMs`: how long it is worth something. `passing`: it means nothing any more when it is stale; everything else is
 * news of her money, and where it does not reach her a person is shown so. `unasked`: she has done nothing to get it now,
 * so it obeys her STOP and the quiet hours; receipts, what became of her own payment, one-time codes and answers do not
 * wait.
 */
type Rules = { readonly validMs: number; readonly passing?: true; readonly unasked?: true }

const HOUR_MS = 3_600_000

/** An invitation is stale after a day; the result of her money is tried for three. */
export const TOPICS: Readonly<Record<Topic, Rules>> = {
  reply: { validMs: HOUR_MS, passing: true },
  'pin-changed': { validMs: 72 * HOUR_MS },
  'pin-code': { validMs: HOUR_MS, passing: true },
  'link-code': { validMs: HOUR_MS, passing: true },
  'wallet-code': { validMs: HOUR_MS, passing: true },
  'staff-morning': { validMs: 12 * HOUR_MS, passing: true },
  'may-pay': { validMs: 72 * HOUR_MS, unasked: true },
  'other-phone': { validMs: HOUR_MS, passing: true },
  payers: { validMs: 72 * HOUR_MS },
  prompt: { validMs: 24 * HOUR_MS, passing: true, unasked: true },
  reminder: { validMs: 12 * HOUR_MS, passing: true, unasked: true },
  paid: { validMs: 72 * HOUR_MS },
  failed: { validMs: 24 * HOUR_MS },
  'being-checked': { validMs: 72 * HOUR_MS },
  maintenance: { validMs: 6 * HOUR_MS, passing: true },
  'pay-link': { validMs: HOUR_MS, passing: true },
  returned: { validMs: 72 * HOUR_MS },
  'paid-out': { validMs: 72 * HOUR_MS },
  'payout-failed': { validMs: 24 * HOUR_MS },
  'taken-back': { validMs: 72 * HOUR_MS },
}

export const rulesOf = (about: string): Rules => TOPICS[about as Topic]
