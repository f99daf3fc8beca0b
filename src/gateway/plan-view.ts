import { add, fromText, type Money, toText, zero } from '../domain/money.ts'
import { later } from '../domain/time.ts'
import type { Wallet } from '../store/people.ts'
import type { Connection } from '../store/tenants.ts'
import { quoteFor } from './charges.ts'
import { planMoney } from './plan.ts'
import { refusalOf } from './plan-refusal.ts'
import type { Act } from './step.ts'

/** What would be sent, and what it would cost; or why nothing can be. Amounts in major units, as text. */
export type PlanView = {
  readonly connection: string | null
  readonly parts: readonly { readonly amount: string; readonly currency: string; readonly startsAt: string }[]
  /** Charge and tax of all parts; `unknown` where the price list does not say, which is not nothing. */
  readonly charge:
    | 'unknown'
    | {
        readonly amount: string
        readonly currency: string
        readonly bearer: 'customer' | 'lender' | 'unknown'
      }
  readonly refused: { readonly why: string; readonly detail: string; readonly opensOn: string | null } | null
}

/** One sum only where every part has a known price, borne by the same side. */
function chargeOf(
  { setup, at }: Act,
  connection: Connection,
  operation: 'collect' | 'disburse',
  amounts: readonly Money[],
): PlanView['charge'] {
  const quotes = amounts.map(amount => quoteFor(setup, connection, operation, amount, at))
  const known = quotes.filter(quote => quote.kind === 'known')
  const [first] = known
  if (first === undefined || known.length < quotes.length) return 'unknown'
  if (known.some(({ bearer }) => bearer !== first.bearer)) return 'unknown'
  const total = known.reduce(
    (sum, { charge, tax }) => add(sum, add(charge, tax)),
    zero(first.charge.currency),
  )
  return { ...toText(total), bearer: first.bearer }
}

/** The plan as it would be made now; nothing is reserved by looking. */
export async function viewPlan(
  act: Act,
  wallet: Wallet,
  operation: 'collect' | 'disburse',
  amount: Money,
): Promise<PlanView> {
  const planned = await planMoney(act, wallet, operation, amount, { reserve: false })
  if (planned.kind !== 'parts') {
    const { detail } = refusalOf(planned)
    const refused =
      planned.kind === 'no-road'
        ? { why: planned.kind, detail, opensOn: null }
        : { why: planned.why, detail, opensOn: planned.when ?? null }
    return { connection: null, parts: [], charge: 'unknown', refused }
  }
  return {
    connection: planned.connection.name,
    parts: planned.parts.map(part => ({
      ...part.amount,
      startsAt: later(act.at, part.afterMs).toISOString(),
    })),
    charge: chargeOf(
      act,
      planned.connection,
      operation,
      planned.parts.map(part => fromText(part.amount)),
    ),
    refused: null,
  }
}
