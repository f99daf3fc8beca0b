import type { Part } from '../../flows/deeds.ts'
import { type Ahead, type Taken, type Use, unused } from '../domain/limits/room.ts'
import { type Limits, limitsFor, OPERATIONS, PERIODS, periodOf, windowStart } from '../domain/limits.ts'
import { SEED } from '../domain/limits-seed.ts'
import { closedUntil } from '../domain/maintenance.ts'
import { isWhole, type Money, money, toText } from '../domain/money.ts'
import { type Plan, type Candidate as Split, type Part as SplitPart, plan as split } from '../domain/split.ts'
import { instantOf, type LocalDate, localDate } from '../domain/time.ts'
import type { Wallet } from '../store/people.ts'
import type { Connection } from '../store/tenants.ts'
import { adapterOf, findRoad, type NoRoad, roadFor } from './road.ts'
import type { Act, Setup } from './step.ts'
import { twinsMsOf } from './timing.ts'

/** Plans of money: which road, how many parts, and what the limits refuse. The use is reserved by the rows of the plan. */

/** The connection that serves this wallet's provider in its currency, if the tenant has one that can collect. */
export const connectionFor = (
  setup: Setup,
  wallet: Pick<Wallet, 'provider' | 'currency'>,
  at: Date,
): Connection | undefined => roadFor(setup, wallet, 'collect', at)

/** True where the connection's wire can carry the amount as it is. */
export const carries = (connection: Connection, amount: Money): boolean =>
  isWhole(amount) || !adapterOf(connection).can.wholeUnitsOnly

/** True where a connection serves the wallet, and can carry the amount. */
export function canPay(
  setup: Setup,
  wallet: Pick<Wallet, 'provider' | 'currency'>,
  amount: Money,
  at: Date,
): boolean {
  const connection = connectionFor(setup, wallet, at)
  return connection !== undefined && carries(connection, amount)
}

/** When a call to that provider may leave, where its announced maintenance keeps it from leaving then. */
export const shutUntil = ({ ways }: Setup, provider: string, at: Date): Date | undefined =>
  closedUntil(
    ways.maintenance.filter(window => window.provider === provider),
    at,
  )

type Payer = Pick<Wallet, 'provider' | 'currency' | 'msisdn' | 'tier'>
type Candidate<P extends Payer = Payer> = Split & {
  readonly kind: 'candidate'
  readonly connection: Connection
  readonly payer: P
}
export type Planned =
  | { readonly kind: 'parts'; readonly connection: Connection; readonly parts: readonly Part[] }
  | NoRoad
  | (Omit<Extract<Plan<Split>, { kind: 'refused' }>, 'now'> & { readonly now: readonly Part[] })

/**
 * `reserve`: the plan's parts are written in this commit. `except`: a part that is planned anew. `days`: only what fits
 * today, though the tenant spreads payouts.
 */
type Reservation = { readonly reserve: boolean; readonly except?: string; readonly days?: 'same' }

/**
 * How an amount can move to or from a wallet: its parts, or why not. Must be called in the commit that writes the parts
 * where `reserve` is set: the wallet is locked until then, so that no two plans see the same room.
 */
export async function planMoney(
  act: Act,
  wallet: Payer,
  operation: 'collect' | 'disburse',
  amount: Money,
  how: Reservation = { reserve: true },
): Promise<Planned> {
  const candidate = await candidateFor(act, wallet, operation, how)
  if (candidate.kind === 'no-road') return candidate
  const planned = split(amount, [candidate], rulesOf(act, operation, how))
  if (planned.kind === 'refused') return { ...planned, now: planned.now.map(part => partOf(act, part)) }
  const parts = planned.parts.map(part => partOf(act, part))
  return { kind: 'parts', connection: candidate.connection, parts }
}

/**
 * How wallets of one person could carry an amount together, those first that stand first: a proposal, for which nothing
 * is reserved. Empty where they could not. Throws for more wallets than a plan takes.
 */
export async function planAcross(
  act: Act,
  wallets: readonly Wallet[],
  operation: 'collect' | 'disburse',
  amount: Money,
): Promise<readonly (Part & { readonly wallet: Wallet })[]> {
  const how = { reserve: false }
  const candidates: Candidate<Wallet>[] = []
  for (const wallet of wallets) {
    const candidate = await candidateFor(act, wallet, operation, how)
    if (candidate.kind === 'candidate') candidates.push(candidate)
  }
  if (candidates.length === 0) return []
  const planned = split(amount, candidates, rulesOf(act, operation, how))
  if (planned.kind === 'refused') return []
  return planned.parts.map(part => ({ ...partOf(act, part), wallet: part.candidate.payer }))
}

const rulesOf = ({ setup: { tenant }, at }: Act, operation: 'collect' | 'disburse', how: Reservation) => ({
  today: localDate(at, tenant.zone),
  days: how.days ?? (operation === 'disburse' ? tenant.settings.payouts.days : 'same'),
})

const partOf = (
  { setup: { tenant }, at }: Act,
  { amount, startsAfterMs, day, dayOffset }: SplitPart<Candidate>,
): Part => ({ amount: toText(amount), afterMs: startsAfterMs + untilDay(day, dayOffset, tenant.zone, at) })

/** A wallet with its road, its caps and what is used of them; or what it lacks. */
async function candidateFor<P extends Payer>(
  act: Act,
  wallet: P,
  operation: 'collect' | 'disburse',
  how: Reservation,
): Promise<Candidate<P> | NoRoad> {
  const { setup, at } = act
  const { tenant } = setup
  const road = findRoad(setup, wallet, operation, at)
  if (road.kind === 'no-road') return road
  const { connection } = road
  const today = localDate(at, tenant.zone)
  const limits = limitsFor(SEED, setup.ways.limits, {
    country: tenant.country,
    provider: wallet.provider,
    tier: wallet.tier ?? tenant.settings.tier,
    operation,
    currency: wallet.currency,
    on: today,
  })
  const adapter = adapterOf(connection)
  const { can } = adapter
  const twinsMs = twinsMsOf(connection, operation)
  return {
    kind: 'candidate',
    connection,
    payer: wallet,
    wallet: `${wallet.provider}:${wallet.msisdn}`,
    limits,
    ...(await takenOf(act, wallet, limits, today, how)),
    wire: {
      wholeUnitsOnly: can.wholeUnitsOnly,
      ...adapter.bounds?.(operation, connection.config),
      ...(twinsMs === undefined ? {} : { twinsMs }),
    },
  }
}

/** Later parts of a spread plan start in the morning of their day. */
const MORNING = '08:00'
const untilDay = (day: LocalDate, offset: number, zone: string, at: Date): number =>
  offset === 0 ? 0 : Math.max(0, instantOf(day, MORNING, zone).getTime() - at.getTime())

/**
 * Movements that use nothing of a cap: what failed, and what the provider itself took back. What we gave back by a payout
 * or a refund of ours did move, and the operator has counted it.
 */
const UNUSED = `(t.state in ('failed', 'reversed') or (t.state = 'returned' and not exists (
  select 1 from transactions back where back.tenant_id = t.tenant_id and back.original_id = t.id
     and back.kind = 'return' and back.state in ('confirmed', 'booked'))))`

/** What the wallet has used, by what is planned, sent, unresolved or confirmed; only asked where a cap counts it. */
async function takenOf(
  { trx, setup }: Act,
  { msisdn, provider }: Pick<Wallet, 'msisdn' | 'provider'>,
  limits: Limits,
  today: LocalDate,
  { reserve, except }: Reservation,
): Promise<Required<Taken>> {
  if (limits.caps.every(cap => periodOf(cap) === undefined))
    return { use: unused(limits.currency), ahead: [] }
  const tenantId = setup.tenant.id
  if (reserve)
    await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
      `use:${tenantId}:${provider}:${msisdn}`,
    ])
  const starts = PERIODS.map(period => [period, windowStart(period, today)] as const)
  const { rows } = await trx.raw(
    `select case when kind = 'collect' then 'collect' else 'disburse' end as operation, starts_on as day,
            sum(amount_minor)::bigint as minor, count(*)::int as number
       from transactions t
      where tenant_id = :tenantId and msisdn = :msisdn and provider = :provider and currency = :currency
        and starts_on >= :first and not ${UNUSED} and id is distinct from :except
      group by 1, 2`,
    {
      tenantId,
      msisdn,
      provider,
      currency: limits.currency,
      first: starts.map(([, day]) => day).sort()[0] ?? today,
      except: except ?? null,
    },
  )
  const counted: readonly Counted[] = rows
  const sumOf = (operation: Counted['operation'], from: LocalDate) => {
    const within = counted.filter(row => row.operation === operation && row.day >= from && row.day <= today)
    return {
      amount: money(
        within.reduce((sum, { minor }) => sum + minor, 0n),
        limits.currency,
      ),
      number: within.reduce((sum, { number }) => sum + number, 0),
    }
  }
  const use = Object.fromEntries(
    OPERATIONS.map(each => [
      each,
      Object.fromEntries(starts.map(([period, from]) => [period, sumOf(each, from)])),
    ]),
  ) as Use
  return {
    use,
    ahead: counted.filter(({ day }) => day > today).flatMap(row => aheadOf(row, limits.currency)),
  }
}

type Counted = {
  readonly operation: 'collect' | 'disburse'
  readonly day: LocalDate
  readonly minor: bigint
  readonly number: number
}

/** A day's planned parts, told one by one for caps on their number: the sum on the first, nothing on the others. */
const aheadOf = ({ operation, day, minor, number }: Counted, currency: string): Ahead[] =>
  Array.from({ length: number }, (_, at) => ({
    operation,
    day,
    amount: money(at === 0 ? minor : 0n, currency),
  }))
