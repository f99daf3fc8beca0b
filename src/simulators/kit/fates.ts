/** Faults that decide what becomes of a customer's prompt; a push takes the first that is scripted for it. */
export const FATES = [
  'insufficient-funds',
  'wrong-pin',
  'cancelled',
  'expired',
  'unreachable',
  'no-float',
  'no-answer-ever',
] as const
export type Fate = (typeof FATES)[number]

/** Faults in how the result is told; a push takes every one that is scripted for it. */
export const TELLINGS = [
  'no-callback',
  'duplicate-callback',
  'callback-first',
  'wrong-amount',
  'forged',
  'reversed-later',
] as const
export type Telling = (typeof TELLINGS)[number] | 'c2b-twin'

/** A `reversed-later` payment goes back this long after it was made. */
export const REVERSAL_MS = 60_000
