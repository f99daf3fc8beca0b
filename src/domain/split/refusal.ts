import { roomFor } from '../limits/room.ts'
import { type Cap, figureOf, nextWindow, PERIODS } from '../limits.ts'
import { isWhole, type Money, money } from '../money.ts'
import { addDays, type LocalDate } from '../time.ts'
import { type Candidate, type Limited, type Plan, transactionCaps, type WhyRefused } from './candidate.ts'
import { down, min, spansOf, termsOf, unitOf } from './terms.ts'

type Reason = { readonly why: WhyRefused; readonly cap: Cap | undefined }

/**
 * Why no plan was found, told of the wallet that she or the order preferred, and the first day on which the same plan
 * would go through if nothing else moved until then. Room opens with a window or behind
 * what is planned already: those days are tried with `passes`.
 */
export function refusal<C extends Candidate, R extends Limited>(
  amount: Money,
  candidates: readonly C[],
  rules: R,
  passes: (rules: R) => boolean,
): Omit<Extract<Plan<C>, { kind: 'refused' }>, 'now'> {
  const reason = reasonOf(amount, candidates[0] as C, rules)
  return { kind: 'refused', ...reason, when: firstDay(candidates, rules, passes) }
}

/** As much of an amount as the caps by period, balance and number leave to a wallet on the first day; undefined for nothing. */
export function mostNow(amount: Money, candidate: Candidate, rules: Limited): Money | undefined {
  const unit = unitOf(candidate)
  const { least, most } = termsOf(candidate, unit, amount.minor, spansOf(candidate, rules, 1))
  if (most < least) return undefined
  const room = roomFor(candidate.limits, candidate, rules.today, rules.first)
  const parts = Math.max(0, Math.min(rules.maxParts, room.number?.left ?? rules.maxParts))
  const fits = down(min([amount.minor, room.amount?.left.minor ?? amount.minor, BigInt(parts) * most]), unit)
  return fits < least ? undefined : money(fits, amount.currency)
}

function firstDay<R extends Limited>(
  candidates: readonly Candidate[],
  rules: R,
  passes: (rules: R) => boolean,
): LocalDate | undefined {
  const windows = PERIODS.map(period => nextWindow(period, rules.first))
  const planned = candidates.flatMap(({ ahead = [] }) => ahead.map(({ day }) => addDays(day, 1)))
  const days = [...new Set([...windows, ...planned])].filter(day => day > rules.first).sort()
  return days.find(first => passes({ ...rules, first }))
}

/** One of the reasons holds: alone and on the first day, a wallet that none of them concerns would have taken it all. */
function reasonOf(amount: Money, candidate: Candidate, rules: Limited): Reason {
  const unit = unitOf(candidate)
  const { least, most } = termsOf(candidate, unit, amount.minor, spansOf(candidate, rules, 1))
  const each = transactionCaps(candidate)
  const room = roomFor(candidate.limits, candidate, rules.today, rules.first)
  if (candidate.wire.wholeUnitsOnly && !isWhole(amount)) return { why: 'fraction', cap: undefined }
  if (amount.minor % unit !== 0n) return { why: 'not-a-multiple', cap: strictest(each, 'multiple') }
  if (amount.minor < least) return { why: 'below-minimum', cap: strictest(each, 'minimum') }

  if (room.amount !== undefined && amount.minor > room.amount.left.minor)
    return {
      why: room.amount.cap.window === 'balance' ? 'over-balance' : 'over-period',
      cap: room.amount.cap,
    }
  const parts = most < least ? undefined : (amount.minor + most - 1n) / most
  if (parts === undefined || parts > BigInt(rules.maxParts))
    return { why: 'over-per-transaction', cap: strictest(each, 'amount') }
  if (room.number !== undefined && parts > BigInt(room.number.left))
    return { why: 'over-number', cap: room.number.cap }
  return { why: 'below-minimum', cap: strictest(each, 'minimum') }
}

/** Of the caps on one transaction, the lowest maximum, else the highest minimum or multiple. */
function strictest(caps: readonly Cap[], measure: 'amount' | 'minimum' | 'multiple'): Cap | undefined {
  const rising = caps
    .filter(cap => cap.measure === measure)
    .sort((a, b) => (figureOf(a) < figureOf(b) ? -1 : 1))
  return measure === 'amount' ? rising[0] : rising.at(-1)
}
