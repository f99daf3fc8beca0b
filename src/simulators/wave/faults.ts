import type { FATES } from '../kit/fates.ts'
import { QUERY_FAULTS, WIRE_FAULTS } from '../kit/wire.ts'

/** Stays as it is, for ever. */
export const NEVER = 'no-answer-ever'

/** What a scripted fault means for the first payment of a session: the code of a failed one; null: nothing is told. */
export const OF_A_PAYMENT: Readonly<Record<(typeof FATES)[number] | 'blocked-account', string | null>> = {
  'insufficient-funds': 'insufficient-funds',
  'no-float': 'kyb-limits-exceeded',
  unreachable: 'payment-failure',
  'blocked-account': 'blocked-account',
  'wrong-pin': null,
  cancelled: null,
  expired: null,
  'no-answer-ever': null,
}

/** What it means for a payout: the code of its refusal. */
export const OF_A_PAYOUT: Readonly<Record<string, string>> = {
  'no-float': 'insufficient-funds',
  'payee-refused': 'recipient-account-blocked',
  'payee-limit': 'recipient-limit-exceeded',
}
/** It is taken, and decided later: well, by the receiver's account, or not at all. */
export const DELAYED = 'delayed'
export const UNREACHABLE = 'unreachable'
export const LATER: readonly string[] = [DELAYED, UNREACHABLE, NEVER]
export const DELAY_MS = 25_000

/** How a session's end is told. `stale-callback`: signed six minutes ago. */
export const TELLINGS = [
  'no-callback',
  'duplicate-callback',
  'wrong-amount',
  'forged',
  'stale-callback',
  'reversed-later',
] as const

export const KINDS: readonly string[] = [
  ...new Set([
    ...Object.keys(OF_A_PAYMENT),
    ...Object.keys(OF_A_PAYOUT),
    ...LATER,
    ...TELLINGS,
    ...WIRE_FAULTS,
    ...QUERY_FAULTS,
  ]),
]
