import type { DisbursementContext } from '../../flows/disbursement.ts'
import type { TransactionContext } from '../../flows/transaction.ts'
import type { Ids } from '../domain/ids.ts'
import { add, exceeds, fromText, type Money } from '../domain/money.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import { addDays, instantOf, type LocalDate, later, localDate } from '../domain/time.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import { wallet } from '../store/people.ts'
import { openCase } from './cases.ts'
import {
  type Against,
  against,
  enteredLately,
  FRESH_MS,
  type LoanRead,
  paidBefore,
  waitMs,
} from './disburse.ts'
import { planMoney } from './plan.ts'
import type { Act, Stepper } from './step.ts'

/** What is looked at once more before something planned leaves: the world may have gone on while it waited. */

/** A movement that a limit has held for longer is shown to a person. */
const HELD_DAYS = 2
const MORNING = '08:00'

type Planned = { readonly id: string; readonly planned_at: Date }

const contextOf = <Context>({ snapshot }: LifeRow): Context => (snapshot as { context: Context }).context

/** Whether the core must be read again before this leaves: it was held, or it was checked too long ago. */
export function isStale(life: LifeRow, attempt: Planned | undefined, at: Date): boolean {
  if (life.kind !== 'disburse' || life.loan_id === null) return false
  if (attempt === undefined && contextOf<TransactionContext>(life).held) return true
  return (attempt?.planned_at ?? (life.created_at as Date)) < later(at, -FRESH_MS)
}

/**
 * What stands against a planned part of a payout by now, or that it has to wait; in the commit that lets it go. `found`:
 * the loan as it was read outside just now; absent where the checks of the plan are fresh.
 */
export async function amissNow(
  commit: Act,
  life: LifeRow,
  found: LoanRead | undefined,
): Promise<Against | undefined> {
  if (life.kind !== 'disburse') return undefined
  const { trx, setup } = commit
  const payout = await lockLife(trx, 'disbursement', setup.tenant.id, String(life.disbursement_id))
  if (isTooMuch(payout)) return { type: 'REFUSED', why: 'paid-before' }
  const amiss = found === undefined ? undefined : await against(commit, payout, found)
  if (amiss !== undefined) return amiss
  if (await paidBefore(commit, payout)) return { type: 'REFUSED', why: 'paid-before' }
  const isEntered = contextOf<DisbursementContext>(payout).entered
  return !isEntered && (await enteredLately(commit, payout)) ? waitMs(commit, FRESH_MS) : undefined
}

/** A part thought to have failed came through late: with all that is planned she would get more than was ordered. */
export function isTooMuch(payout: LifeRow): boolean {
  const { amount, confirmed, onTheWay } = contextOf<DisbursementContext>(payout)
  return exceeds(add(fromText(confirmed), fromText(onTheWay)), fromText(amount))
}

/** A planned part does not leave any more. Nothing of it may have left: it is `logged`, or its attempt is not sent yet. */
export async function withdraw(
  stepper: Stepper,
  commit: Act,
  life: LifeRow,
  attempt: Planned | undefined,
  why: string,
): Promise<void> {
  await end(stepper, commit, life, attempt)
  const at = commit.at.toISOString()
  await stepper.step(commit, 'disbursement', String(life.disbursement_id), { type: 'REFUSED', at, why })
}

async function end(
  stepper: Stepper,
  commit: Act,
  life: LifeRow,
  attempt: Planned | undefined,
): Promise<void> {
  const { trx, setup, at } = commit
  if (attempt !== undefined)
    await trx('attempts').where({ tenant_id: setup.tenant.id, id: attempt.id }).update({ state: 'closed' })
  await stepper.step(commit, 'transaction', life.id, {
    type: attempt === undefined ? 'CANCEL' : 'RECALL',
    at: at.toISOString(),
  })
}

/** Its attempt, where one is planned already; undefined where something of it may have left. */
async function unsentOf(
  { trx, setup }: Act,
  { id, state }: LifeRow,
): Promise<{ readonly attempt: Planned | undefined } | undefined> {
  if (state === 'logged') return { attempt: undefined }
  if (state !== 'sending') return undefined
  const attempt = await trx('attempts')
    .where({ tenant_id: setup.tenant.id, transaction_id: id })
    .orderBy('ordinal', 'desc')
    .first('id', 'state', 'planned_at')
  return attempt?.state === 'planned' ? { attempt } : undefined
}

/** A person gives up what has not left; false, and nothing changed, where it may have. */
export async function giveUp(stepper: Stepper, commit: Act, id: string): Promise<boolean> {
  const life = await lockLife(commit.trx, 'transaction', commit.setup.tenant.id, id)
  const unsent = await unsentOf(commit, life)
  if (unsent === undefined) return false
  await end(stepper, commit, life, unsent.attempt)
  return true
}

/** Takes a payout back while no part of it has left. False, and nothing changed, where one may have. */
export async function withdrawAll(stepper: Stepper, commit: Act, payoutId: string): Promise<boolean> {
  const { trx, setup } = commit
  const parts: { id: string }[] = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, disbursement_id: payoutId })
    .orderBy('id')
    .select('id')
  const unsent: { readonly life: LifeRow; readonly attempt: Planned | undefined }[] = []
  for (const { id } of parts) {
    const life = await lockLife(trx, 'transaction', setup.tenant.id, id)
    const found = await unsentOf(commit, life)
    if (found === undefined) return false
    unsent.push({ life, ...found })
  }
  for (const { life, attempt } of unsent) await withdraw(stepper, commit, life, attempt, 'cancel')
  return unsent.length > 0
}

/**
 * How long a limit keeps it, in ms; undefined where it may go. What could not leave on the day that it was planned for,
 * and what was planned on an earlier day, is counted on the day on which it leaves, whole: a rest that would follow
 * tomorrow is not written anywhere. What waits for days is shown to a person once.
 */
export async function heldByLimit(ids: Ids, commit: Act, life: LifeRow): Promise<number | undefined> {
  const { trx, setup, at } = commit
  const { id: tenantId, zone } = setup.tenant
  const today = localDate(at, zone)
  if (life.operation === 'refund' || life.starts_on === null) return undefined
  const startsOn = String(life.starts_on) as LocalDate
  if (startsOn > today || (startsOn === today && localDate(life.created_at as Date, zone) === today))
    return undefined
  const known = life.wallet_id === null ? undefined : await wallet(trx, tenantId, String(life.wallet_id))
  const to = {
    provider: String(life.provider),
    currency: String(life.currency),
    msisdn: life.msisdn as Msisdn,
    tier: known?.tier,
  }
  const amount: Money = { minor: life.amount_minor as bigint, currency: to.currency }
  const operation = life.kind === 'collect' ? 'collect' : 'disburse'
  const plan = await planMoney(commit, to, operation, amount, {
    reserve: true,
    except: life.id,
    days: 'same',
  })
  const fits = plan.kind === 'no-road' || (plan.kind === 'parts' && isWholeNow(plan.parts))
  if (fits) {
    await trx('transactions').where({ tenant_id: tenantId, id: life.id }).update({ starts_on: today })
    return undefined
  }
  if (addDays(startsOn, HELD_DAYS) < today)
    await openCase(ids, commit, {
      about: 'limit-waits',
      subject: 'transaction',
      subjectId: life.id,
      customerId: life.customer_id,
      ...(plan.kind === 'refused' ? { detail: { limit: plan.why } } : {}),
    })
  const day = (plan.kind === 'refused' ? plan.when : undefined) ?? addDays(today, 1)
  return instantOf(day, MORNING, zone).getTime() - at.getTime()
}

const isWholeNow = (parts: readonly { readonly afterMs: number }[]): boolean =>
  parts.length === 1 && parts[0]?.afterMs === 0
