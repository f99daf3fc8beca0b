import { add, type Money, money, subtract, sum } from './money.ts'

/** What one person pays on the loans of others: line by line, the lines sum to what she pays. */

type Line = { readonly amount: Money }

/** A wallet of whole amounts asks for less than this more, in minor units, than the lines come to. */
const ROUNDING_MINOR = 100n

/**
 * The lines, so that they sum to what the wallet is asked for: what rounding adds goes to the last. Undefined for an
 * amount that is less than they come to, or more than rounding makes of it.
 */
export function linesSummingTo<L extends Line>(lines: readonly L[], amount: Money): L[] | undefined {
  const more = subtract(
    amount,
    sum(
      lines.map(line => line.amount),
      amount.currency,
    ),
  )
  const last = lines.at(-1)
  if (last === undefined || more.minor < 0n || more.minor >= ROUNDING_MINOR) return undefined
  return [...lines.slice(0, -1), { ...last, amount: add(last.amount, more) }]
}

/**
 * What of the lines one of several payments covers: payments and lines are laid side by side from their beginnings, so
 * that every payment finds its own share of them, whichever comes first. `before`: the payments that are laid before it.
 */
export function linesWithin<L extends Line>(lines: readonly L[], before: Money, payment: Money): L[] {
  const [from, to] = [before.minor, before.minor + payment.minor]
  const covered: L[] = []
  let start = 0n
  for (const line of lines) {
    const end = start + line.amount.minor
    const minor = least(end, to) - (start > from ? start : from)
    if (minor > 0n) covered.push({ ...line, amount: money(minor, payment.currency) })
    start = end
  }
  return covered
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
