import type { DisbursementContext, DisbursementEvent } from '../../flows/disbursement.ts'
import type { CoreAnswer, CoreClient, Loan } from '../corebanking/core-banking.ts'
import { equal, fromText, type Money, subtract } from '../domain/money.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import { instantOf, type LocalDate, later, localDate } from '../domain/time.ts'
import type { NameAnswer } from '../providers/provider.ts'
import type { DueRow } from '../store/due.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import { wallet } from '../store/people.ts'
import { keptByBatch } from './batches.ts'
import { openCase } from './cases.ts'
import { act, type GatewayDeps } from './context.ts'
import { nothingToDo } from './idle.ts'
import { hasTag } from './lives.ts'
import { compareName, coolsOffUntil } from './payees.ts'
import { planMoney } from './plan.ts'
import { adapterOf, roadFor } from './road.ts'
import type { Act, Stepper } from './step.ts'

/** The core or the provider does not answer: the checks are made again after this. */
const AWAY_MS = 60_000
/** Checks of a payout that are older than this are made again before it leaves. */
export const FRESH_MS = 5 * 60_000
/** The day after a limit's window opens begins here. */
const MORNING = '08:00'

type Deps = GatewayDeps & { readonly stepper: Stepper }
type Decision = DisbursementEvent extends infer Event
  ? Event extends { readonly type: 'READY' | 'ENTER' | 'WAIT' | 'REFUSED' }
    ? Omit<Event, 'at'>
    : never
  : never

/** Why it is not to be paid, now or at all. */
export type Against = Extract<Decision, { readonly type: 'WAIT' | 'REFUSED' }>

/** The loan and its client, read fresh from the core, outside the commit; nothing of them for a voucher. */
export type LoanRead = {
  readonly loan: CoreAnswer<Loan | undefined> | undefined
  readonly client: CoreAnswer<CoreClient | undefined> | undefined
}
/** What was read outside before the decision, with whose number it is. */
type Read = LoanRead & { readonly name: NameAnswer | undefined }

const refused = (why: string): Against => ({ type: 'REFUSED', why })

const NOTHING: LoanRead = { loan: undefined, client: undefined }

/** A call outside: never in a commit. */
export async function readLoan(
  deps: Pick<GatewayDeps, 'coreOf' | 'tenants' | 'clock'>,
  tenantId: string,
  loanId: string,
): Promise<LoanRead> {
  const core = deps.coreOf(await deps.tenants.core(tenantId))
  const { zone } = await deps.tenants.tenant(tenantId)
  const loan = await core.loan(loanId, localDate(deps.clock.now(), zone))
  const client =
    loan.kind === 'value' && loan.value !== undefined ? await core.client(loan.value.clientId) : undefined
  return { loan, client }
}

/** Dry checks of a disbursement, then its plan: nothing has left, and nothing is entered, before all of them passed. */
export function createDisburser(deps: Deps): { work(row: DueRow): Promise<void> } {
  const { stepper, log } = deps

  /** What is due on this row; undefined where another worker has it in hand, or it only had to be woken. */
  const toCheck = (row: DueRow): Promise<LifeRow | undefined> =>
    act(deps, row.tenantId, async commit => {
      const life = await lockLife(commit.trx, 'disbursement', row.tenantId, row.id)
      if (life.lease_id !== row.leaseId) return undefined
      const checks = hasTag('disbursement', life, 'check')
      if ((checks || life.state === 'planned') && (await keptByBatch(stepper, commit, row, life)))
        return undefined
      if (checks) return life
      const woken = await stepper.wake(commit, 'disbursement', row.id)
      if (!woken.changed) await nothingToDo(log, commit, row, life.state)
      return undefined
    })

  async function read(tenantId: string, life: LifeRow): Promise<Read> {
    const name = await nameOf(tenantId, life)
    const loanId = life.loan_id === null ? undefined : String(life.loan_id)
    const read = loanId === undefined ? NOTHING : await readLoan(deps, tenantId, loanId)
    return { ...read, name }
  }

  /** Asked only where the tenant wants to know, and the provider can say before anything is paid. */
  async function nameOf(tenantId: string, life: LifeRow): Promise<NameAnswer | undefined> {
    const asked = await act(deps, tenantId, async ({ trx, setup, at }) => {
      if (setup.tenant.settings.payouts.nameCheck === 'off') return undefined
      const payee = { provider: String(life.provider), currency: String(life.currency) }
      const road = roadFor(setup, payee, 'disburse', at)
      const her = await trx('customers')
        .where({ tenant_id: tenantId, id: life.customer_id })
        .first('display_name')
      return road && { road, expected: String(her.display_name) }
    })
    if (asked === undefined) return undefined
    const { road, expected } = asked
    return adapterOf(road).nameOf?.(life.msisdn as Msisdn, road.config, deps.tools, expected)
  }

  return {
    async work(row) {
      const life = await toCheck(row)
      if (life === undefined) return
      const found = await read(row.tenantId, life)
      await act(deps, row.tenantId, async commit => {
        const now = await lockLife(commit.trx, 'disbursement', row.tenantId, row.id)
        if (now.lease_id !== row.leaseId || !hasTag('disbursement', now, 'check')) return
        const decision = await decide(deps, commit, now, found)
        log.info(
          { tenant: row.tenantId, disbursement: row.id, decision: decision.type },
          'disbursement checked',
        )
        await stepper.step(commit, 'disbursement', row.id, { ...decision, at: commit.at.toISOString() })
      })
    },
  }
}

export const waitMs = ({ at }: Act, ms: number): Against => ({
  type: 'WAIT',
  until: later(at, ms).toISOString(),
})

async function decide(deps: Deps, commit: Act, life: LifeRow, found: Read): Promise<Decision> {
  const context = (life.snapshot as { context: DisbursementContext }).context
  const amiss = await against(commit, life, found)
  if (amiss !== undefined) return amiss
  if (!context.entered && (await paidBefore(commit, life))) return refused('paid-before')
  if (!context.entered && (await enteredLately(commit, life))) return waitMs(commit, AWAY_MS)
  const person = await checkPayee(deps, commit, life, found.name)
  if (person !== undefined) return person
  if (context.order === 'core-first' && !context.entered) return { type: 'ENTER' }
  return planParts(commit, life, context)
}

/** What the loan says against paying this disbursement; once the core's entry is made it has said its yes. */
export async function against(commit: Act, life: LifeRow, found: LoanRead): Promise<Against | undefined> {
  if (await entryIsOpen(commit, life)) return waitMs(commit, AWAY_MS)
  const { entered } = (life.snapshot as { context: DisbursementContext }).context
  return life.loan_id === null || entered ? undefined : checkLoan(commit, life, found)
}

/** What the core says against it, or that it does not say anything. */
function checkLoan(commit: Act, life: LifeRow, { loan, client }: LoanRead): Against | undefined {
  if (loan === undefined || loan.kind === 'no-answer') return waitMs(commit, AWAY_MS)
  if (loan.value === undefined) return refused('no-such-loan')
  const { disbursal, status } = loan.value
  if (disbursal === undefined) return refused(status === 'active' ? 'already-disbursed' : 'not-approved')
  if (client === undefined || client.kind === 'no-answer') return waitMs(commit, AWAY_MS)
  if (client.value?.active !== true) return refused('client-not-active')
  const today = localDate(commit.at, commit.setup.tenant.zone)
  if (disbursal.from > today) return { type: 'WAIT', until: morningOf(commit, disbursal.from) }
  const ordered: Money = { minor: life.amount_minor as bigint, currency: String(life.currency) }
  // ordered by what the loan paid out then: a plan that is stale is nobody's to pay
  return equal(disbursal.net, ordered) ? undefined : refused('amount-changed')
}

const morningOf = ({ setup }: Act, day: LocalDate): string =>
  instantOf(day, MORNING, setup.tenant.zone).toISOString()

/** The core's entry is on its way, or waits for its checker. */
async function entryIsOpen({ trx, setup }: Act, life: LifeRow): Promise<boolean> {
  const open = await trx('bookings')
    .where({ tenant_id: setup.tenant.id, disbursement_id: life.id })
    .whereIn('state', ['planned', 'sending', 'awaiting-approval', 'unknown'])
    .first('id')
  return open !== undefined
}

/** Money for this loan is out already by another order, or waits to leave, or nobody knows whether it is. */
export async function paidBefore({ trx, setup }: Act, life: LifeRow): Promise<boolean> {
  if (life.loan_id === null) return false
  const out = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, loan_id: life.loan_id, kind: 'disburse' })
    .whereNot('disbursement_id', life.id)
    .whereIn('state', ['logged', 'sending', 'pending', 'unresolved', 'confirmed'])
    .first('id')
  return out !== undefined
}

/** Another order of this loan was entered since the loan may have been read: it must be read again. */
export async function enteredLately({ trx, setup, at }: Act, life: LifeRow): Promise<boolean> {
  if (life.loan_id === null) return false
  const entry = await trx('bookings as b')
    .join('booking_attempts as a', on => on.on('a.tenant_id', 'b.tenant_id').andOn('a.booking_id', 'b.id'))
    .where({ 'b.tenant_id': setup.tenant.id, 'b.loan_id': life.loan_id, 'b.entry': 'disbursal' })
    .where({ 'b.state': 'booked' })
    .whereNot('b.disbursement_id', life.id)
    .where('a.answered_at', '>', later(at, -FRESH_MS))
    .first('b.id')
  return entry !== undefined
}

async function checkPayee(
  { ids }: Deps,
  commit: Act,
  life: LifeRow,
  name: NameAnswer | undefined,
): Promise<Decision | undefined> {
  const until = await coolsOffUntil(commit, life)
  if (until !== undefined) return { type: 'WAIT', until: until.toISOString() }
  if (name === undefined) return undefined
  if (name.kind === 'no-account') return refused('no-account')
  const { nameCheck } = commit.setup.tenant.settings.payouts
  if (name.kind === 'unknown') return nameCheck === 'block' ? waitMs(commit, AWAY_MS) : undefined
  if (name.kind === 'name' && (await compareName(commit, life, name.name))) return undefined
  await openCase(ids, commit, {
    about: 'other-name',
    subject: 'disbursement',
    subjectId: life.id,
    customerId: life.customer_id,
    detail: name.kind === 'name' ? { name: name.name } : {},
  })
  return nameCheck === 'block' ? refused('other-name') : undefined
}

/** What is not paid and not on its way yet, split as the limits want it; a limit that opens later is waited for. */
async function planParts(commit: Act, life: LifeRow, context: DisbursementContext): Promise<Decision> {
  const payee = await wallet(commit.trx, commit.setup.tenant.id, String(life.wallet_id))
  if (payee === undefined) return refused('no-wallet')
  const gone = [context.confirmed, context.onTheWay].map(fromText)
  const rest = gone.reduce(subtract, fromText(context.amount))
  const plan = await planMoney(commit, payee, 'disburse', rest)
  if (plan.kind === 'no-road') return refused('no-road')
  if (plan.kind === 'refused')
    return plan.when === undefined ? refused(plan.why) : { type: 'WAIT', until: morningOf(commit, plan.when) }
  return { type: 'READY', parts: plan.parts.map(part => ({ ...part, walletId: payee.id })) }
}
