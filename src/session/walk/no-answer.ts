import type { Answer } from '../../../flows/dialogue.ts'

/** Longest words that several kinds of screens bear, and what any question may be answered: nothing. */
export const FIRST_NAME = 'Marie-Christine'
export const ACCOUNT = '000000012345'
export const RECEIPT = 'SGR7KLM9XQ12'

export const NO_ANSWER = (['yes', 'no', 'unknown'] as const).map(
  (committed): Answer => ({ type: 'NO_ANSWER', committed }),
)
/** A question that only reads has surely committed nothing. */
export const UNREAD: Answer = { type: 'NO_ANSWER', committed: 'no' }
