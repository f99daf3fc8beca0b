import type { Currency } from '../../domain/money.ts'
import type { Tools } from '../../domain/outside.ts'
import type { Bounds, Operation, ReachAnswer, Reached } from '../provider.ts'
import { callsOf } from './caller.ts'
import { type CodeRow, rowFor } from './codes.ts'
import type { Wire } from './document.ts'
import { readAmount } from './formats.ts'
import { heard } from './heard.ts'
import { hear } from './outcome.ts'
import { OPERATIONS } from './profile.ts'
import type { Step } from './step.ts'
import type { Occasion } from './values.ts'

/** Whom an account reaches, in two questions: what is switched on for it, and how each operator is just now. */

type Steps = { readonly active: Step; readonly availability: Step | undefined }
type Listed = { readonly kind: 'listed'; readonly rows: readonly Wire[] }

/** A list, where the table of codes calls the answer as a whole a yes. */
async function listed(
  name: keyof Steps,
  step: Step,
  occasion: Occasion,
  tools: Tools,
): Promise<Listed | Exclude<ReachAnswer, { kind: 'reached' }>> {
  const saying = await heard(step, occasion, '', name, callsOf(tools, occasion.config.callMs))
  if ('outcome' in saying)
    return saying.outcome.kind === 'our-fault' ? saying.outcome : { kind: 'unknown', why: 'no answer' }
  const { row, wire } = hear(saying)
  if (row?.is === 'our-fault') return { kind: 'our-fault', fault: row.fault }
  return row?.is === 'confirmed' && wire !== undefined
    ? { kind: 'listed', rows: step.answer.each?.(wire) ?? [wire] }
    : { kind: 'unknown', why: 'no list of operators' }
}

export async function reached(
  { active, availability }: Steps,
  occasion: Occasion,
  tools: Tools,
): Promise<ReachAnswer> {
  const on = await listed('active', active, occasion, tools)
  if (on.kind !== 'listed') return on
  const now = availability && (await listed('availability', availability, occasion, tools))
  const states = now?.kind === 'listed' ? now.rows : []
  const found = on.rows.flatMap(row => {
    const code = active.answer.get.account?.(row)
    const currency = active.answer.get.currency?.(row)
    if (code === undefined || (currency !== undefined && currency !== occasion.config.currency)) return []
    const state = states.find(each => availability?.answer.get.account?.(each) === code)
    return OPERATIONS.filter(operation => active.answer.take[operation]?.(row) !== undefined).map(
      (operation): Reached => ({
        ...{ code, operation },
        ...boundsIn(active, row, operation, occasion.config.currency),
        ...(availability && {
          now: stateOf(occasion, operation, state && availability.answer.take[operation]?.(state)),
        }),
      }),
    )
  })
  return { kind: 'reached', reached: found }
}

function boundsIn({ answer }: Step, row: Wire, operation: Operation, currency: Currency): Bounds {
  const bound = (name: string) =>
    readAmount(answer.take[operation + name]?.(row) ?? '', currency, answer.minor)
  const [minimum, maximum] = [bound('Minimum'), bound('Maximum')]
  return { ...(minimum && { minimum }), ...(maximum && { maximum }) }
}

type State = NonNullable<Reached['now']>
const STATES: Readonly<Partial<Record<CodeRow['is'], State>>> = {
  confirmed: 'open',
  accepted: 'delayed',
  declined: 'closed',
}

/** By the table of codes: a yes is open, an acceptance slow, a no closed, and what is not listed nobody knows. */
function stateOf({ profile }: Occasion, operation: Operation, code: string | undefined): State {
  const row = rowFor(profile.codes, {
    operation,
    step: 'availability',
    ...{ http: undefined, code, provider: undefined },
  })
  return (row && STATES[row.is]) ?? 'unknown'
}
