import { z } from 'zod'
import type { Allocation } from '../../flows/deeds.ts'
import { formatMoney, type Money, parseMoney, sum, toText } from '../domain/money.ts'
import { type BoardRefused, refused } from './proposals.ts'

/** How a person divides money among accounts. */

const amount = z.string().max(20)
/** At most so many accounts share one payment. */
const MAX_ALLOCATIONS = 20

export const bookTerms = z.object({
  allocations: z
    .array(
      z.strictObject({
        target: z.enum(['loan', 'savings']),
        targetId: z.string().min(1).max(100),
        amount,
        currency: z.string().length(3).optional(),
      }),
    )
    .min(1)
    .max(MAX_ALLOCATIONS),
})
export type BookTerms = z.infer<typeof bookTerms>

/** Allocations as amounts of the item's currency, which sum to it exactly. */
export function readAllocations(
  { allocations }: BookTerms,
  whole: Money,
): readonly Allocation[] | BoardRefused {
  const { currency } = whole
  const read: { readonly target: 'loan' | 'savings'; readonly targetId: string; readonly amount: Money }[] =
    []
  for (const { target, targetId, amount: text, currency: named = currency } of allocations) {
    const value = named === currency ? parseMoney(text, currency) : undefined
    if (value === undefined || value.minor === 0n)
      return refused('bad-terms', `"${text} ${named}" is no amount of ${currency} above zero`)
    if (read.some(each => each.target === target && each.targetId === targetId))
      return refused('bad-terms', `${target} ${targetId} is named twice`)
    read.push({ target, targetId, amount: value })
  }
  const total = sum(
    read.map(each => each.amount),
    currency,
  )
  if (total.minor !== whole.minor)
    return refused(
      'bad-terms',
      `the allocations sum to ${formatMoney(total)}, the item is ${formatMoney(whole)} ${currency}`,
    )
  return read.map(each => ({ ...each, amount: toText(each.amount) }))
}
