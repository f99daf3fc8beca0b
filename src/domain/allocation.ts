import { exceeds, type Money, subtract, zero } from './money.ts'

/** Which part of a confirmed payment goes where. */
export type Share = { readonly target: 'loan' | 'savings'; readonly targetId: string; readonly amount: Money }

/** A home that money may have, with what fits into it; without `room` it takes all. */
export type Home = {
  readonly target: Share['target']
  readonly targetId: string
  readonly room: Money | undefined
}

/**
 * Divides a payment over homes in their order: each takes what fits, and what none takes is surplus. The shares and the
 * surplus sum to the payment exactly. Throws where currencies are mixed.
 */
export function allocate(
  payment: Money,
  homes: readonly Home[],
): { readonly shares: readonly Share[]; readonly surplus: Money } {
  const shares: Share[] = []
  let left = payment
  for (const { target, targetId, room } of homes) {
    if (left.minor <= 0n) break
    const amount = room === undefined || !exceeds(left, room) ? left : room
    if (amount.minor <= 0n) continue
    const same = shares.findIndex(share => share.target === target && share.targetId === targetId)
    const before = same === -1 ? zero(payment.currency) : (shares[same]?.amount ?? zero(payment.currency))
    const share = { target, targetId, amount: { ...amount, minor: before.minor + amount.minor } }
    if (same === -1) shares.push(share)
    else shares[same] = share
    left = subtract(left, amount)
  }
  return { shares, surplus: left }
}
