import type { Approval } from '../../flows/collection.ts'
import type { Part } from '../../flows/deeds.ts'
import type { Cap } from '../domain/limits.ts'
import { add, fromText, type Money, toText, zero } from '../domain/money.ts'
import { MAX_CANDIDATES } from '../domain/split.ts'
import { later } from '../domain/time.ts'
import { type Wallet, walletsOf } from '../store/people.ts'
import type { Connection } from '../store/tenants.ts'
import { quoteFor } from './charges.ts'
import { planAcross, planMoney, shutUntil } from './plan.ts'
import { refusalOf } from './plan-refusal.ts'
import type { Act, Setup } from './step.ts'

/** Plans as people see them before anything is sent. Amounts in major units, as text. */

/** A part: how much, from or to which of her wallets, and when it may leave first. */
type PartView = {
  readonly walletId: string
  readonly provider: string
  readonly phone: string
  readonly amount: string
  readonly currency: string
  readonly startsAt: string
}

/** A limit as `GET /api/v1/limits` shows it. */
type CapView = Pick<Cap, 'operation' | 'window' | 'measure' | 'source'> & {
  readonly value: string
  readonly currency: string
}

/** What would be sent, and what it would cost; or why nothing can be. */
export type PlanView = {
  readonly connection: string | null
  readonly parts: readonly PartView[]
  /** Charge and tax of all parts; `unknown` where the price list does not say, which is not nothing. */
  readonly charge:
    | 'unknown'
    | {
        readonly amount: string
        readonly currency: string
        readonly bearer: 'customer' | 'lender' | 'unknown'
      }
  readonly refused: {
    readonly why: string
    /** The same in words. */
    readonly detail: string
    /** The first day on which the same would go through; null where waiting does not help. */
    readonly opensOn: string | null
    readonly cap: CapView | null
    /** What this wallet would take at once, where a limit leaves room for a part of it; the rest stays refused. */
    readonly now: readonly PartView[]
    /** How her wallets together could carry it, if she says yes; empty where they could not. */
    readonly instead: readonly PartView[]
  } | null
}

type Operation = 'collect' | 'disburse'
type Whose = Pick<Wallet, 'id' | 'provider' | 'msisdn'>

/** Her own session ends before a prompt comes; nothing starts while the provider is shut. */
function partView(setup: Setup, operation: Operation, at: Date) {
  const delayMs = operation === 'collect' ? setup.tenant.settings.pushDelayMs : 0
  return ({ id, provider, msisdn }: Whose, { amount, afterMs }: Part): PartView => {
    const planned = later(at, delayMs + afterMs)
    const startsAt = shutUntil(setup, provider, planned) ?? planned
    return { walletId: id, provider, phone: msisdn, ...amount, startsAt: startsAt.toISOString() }
  }
}

/** One sum only where every part has a known price, borne by the same side. */
function chargeOf(
  setup: Setup,
  connection: Connection,
  operation: Operation,
  parts: readonly Part[],
  at: Date,
): PlanView['charge'] {
  const quotes = parts.map(({ amount }) => quoteFor(setup, connection, operation, fromText(amount), at))
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

const capView = ({ operation, window, measure, value, source }: Cap, currency: string): CapView => ({
  operation,
  window,
  measure,
  value: typeof value === 'number' ? String(value) : toText(value).amount,
  currency,
  source,
})

/** All that she has, the wallet that was named first; paid out is only to phones of her own. */
async function instead(
  act: Act,
  wallet: Wallet,
  operation: Operation,
  amount: Money,
): Promise<readonly PartView[]> {
  const all = await walletsOf(act.trx, act.setup.tenant.id, wallet.customerId, amount.currency)
  const others = all.filter(({ id, mayDial }) => id !== wallet.id && (mayDial || operation === 'collect'))
  if (others.length === 0) return []
  const view = partView(act.setup, operation, act.at)
  const parts = await planAcross(act, [wallet, ...others].slice(0, MAX_CANDIDATES), operation, amount)
  return parts.map(({ wallet: which, ...part }) => view(which, part))
}

/** The plan as it would be made now; nothing is reserved by looking. */
export async function viewPlan(
  act: Act,
  wallet: Wallet,
  operation: Operation,
  amount: Money,
): Promise<PlanView> {
  const { setup, at } = act
  const planned = await planMoney(act, wallet, operation, amount, { reserve: false })
  if (planned.kind === 'parts')
    return viewParts(setup, planned.connection, operation, wallet, planned.parts, at)
  const { why, when, cap, now } =
    planned.kind === 'no-road' ? { why: planned.kind, when: undefined, cap: undefined, now: [] } : planned
  const view = partView(setup, operation, at)
  return {
    connection: null,
    parts: [],
    charge: 'unknown',
    refused: {
      why,
      detail: refusalOf(planned).detail,
      opensOn: when ?? null,
      cap: cap === undefined ? null : capView(cap, amount.currency),
      now: now.map(part => view(wallet, part)),
      instead: await instead(act, wallet, operation, amount),
    },
  }
}

function viewParts(
  setup: Setup,
  connection: Connection,
  operation: Operation,
  wallet: Whose,
  parts: readonly Part[],
  at: Date,
): PlanView {
  const view = partView(setup, operation, at)
  return {
    connection: connection.name,
    parts: parts.map(part => view(wallet, part)),
    charge: chargeOf(setup, connection, operation, parts, at),
    refused: null,
  }
}

/** The plan that an approval was made with. */
export const viewApproved = (
  setup: Setup,
  { parts, at }: Approval,
  wallet: Whose,
  connection: Connection,
): PlanView => viewParts(setup, connection, 'collect', wallet, parts, new Date(at))

/** What collecting an amount would cost; undefined where a limit does not let it through. */
export async function costOf(
  act: Act,
  wallet: Wallet,
  amount: Money,
): Promise<PlanView['charge'] | undefined> {
  const planned = await planMoney(act, wallet, 'collect', amount, { reserve: false })
  if (planned.kind !== 'parts') return undefined
  return chargeOf(act.setup, planned.connection, 'collect', planned.parts, act.at)
}
