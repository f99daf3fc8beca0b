import type { Cap } from '../domain/limits.ts'
import { type Money, toText } from '../domain/money.ts'
import type { Planned } from './plan.ts'

/** Why an amount cannot move, as it is told to whoever ordered it. */
export type PlanRefusal = {
  readonly why: 'no-road' | 'over-limit' | 'fraction' | 'not-a-multiple' | 'below-minimum'
  readonly detail: string
}

export function refusalOf(plan: Exclude<Planned, { kind: 'parts' }>): PlanRefusal {
  if (plan.kind === 'no-road') return { why: 'no-road', detail: plan.lack }
  const { why, cap } = plan
  switch (why) {
    case 'fraction':
      return { why, detail: 'the provider of the wallet carries whole amounts only' }
    case 'not-a-multiple':
      return { why, detail: `only multiples move to or from the wallet${figureOf(cap)}` }
    case 'below-minimum':
      return { why, detail: `it is less than may move to or from the wallet at once${figureOf(cap)}` }
    default:
      return { why: 'over-limit', detail: limitText(plan) }
  }
}

/** Why it will never be planned; what opens on a later day waits for that day. */
export const neverPlanned = (plan: Planned): PlanRefusal | undefined =>
  plan.kind === 'parts' || (plan.kind === 'refused' && plan.when !== undefined) ? undefined : refusalOf(plan)

/** A limit's no in words: which cap, where it stands, and until when. */
function limitText({ why, cap, when }: Extract<Planned, { kind: 'refused' }>): string {
  const until = when === undefined ? '' : ` until ${when}`
  if (cap === undefined) return `a limit of the wallet stands in the way${until}: ${why}`
  const { window, measure, value, source } = cap
  const figure = typeof value === 'number' ? value : print(value)
  return `a limit of the wallet stands in the way${until}: ${why}, ${window} ${measure} ${figure} (${source})`
}

const figureOf = (cap: Cap | undefined): string =>
  cap === undefined || cap.measure === 'number' ? '' : `: ${print(cap.value)}`

function print(money: Money): string {
  const { amount, currency } = toText(money)
  return `${amount} ${currency}`
}
