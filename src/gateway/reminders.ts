import type { CollectionContext } from '../../flows/collection.ts'
import { WORDS } from '../../flows/words/index.ts'
import type { Loan } from '../corebanking/core-banking.ts'
import { toText } from '../domain/money.ts'
import { afterQuiet } from '../domain/quiet-hours.ts'
import type { Tenant } from '../domain/tenant.ts'
import { addDays, instantOf, type LocalDate, later, localDate } from '../domain/time.ts'
import type { Row } from '../store/database.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import { customer, dialsFrom } from '../store/people.ts'
import { askText } from './ask-text.ts'
import { act, type GatewayDeps } from './context.ts'
import type { Messenger } from './messages.ts'
import { OPEN_STATES } from './requests.ts'
import type { Act } from './step.ts'

/** The core was away: the reminder is looked at again after this, as long as its day lasts. */
const AWAY_MS = 5 * 60_000

/** Why a reminder is not sent: it is true no more, she has had enough of them, or its day is over. */
type Fate = 'not due' | 'being paid' | 'declined' | 'put off' | 'enough' | 'too late' | 'no phone'

const MONEY_ON_ITS_WAY = ['logged', 'sending', 'pending', 'confirmed', 'unresolved']

/** Sends due reminders: each is read anew when its hour has come, and is not sent where it is true no more. */
export function createReminders(deps: GatewayDeps & { readonly messenger: Messenger }): {
  work(row: DueRow): Promise<void>
} {
  const end = (commit: Act, row: DueRow, fate: Fate | undefined): Promise<unknown> =>
    commit
      .trx('reminders')
      .where({ tenant_id: row.tenantId, id: row.id })
      .update({
        ...{ state: fate === undefined ? 'sent' : 'dropped', fate: fate ?? null },
        ...{ due_at: null, lease_until: null, lease_id: null },
      })

  async function tell(commit: Act, reminder: Row, loan: Loan): Promise<Fate | undefined> {
    const { trx, setup, at } = commit
    const { id: tenantId, settings, zone } = setup.tenant
    // two reminders of one borrower, for two loans: one after the other, so that both are counted
    await trx('customers').where({ tenant_id: tenantId, id: reminder.customer_id }).forUpdate().first('id')
    const dueOn = reminder.due_on as LocalDate
    const decided = await decidedOn(commit, loan.id, dueOn)
    if (typeof decided === 'string') return decided
    if (await hasEnough(commit, String(reminder.customer_id))) return 'enough'
    const her = await customer(trx, tenantId, String(reminder.customer_id))
    const to = her?.phone ?? (her && (await dialsFrom(trx, tenantId, her.id)))
    if (her === undefined || to === undefined) return 'no phone'
    const words = WORDS[her.language]
    const due = { lender: settings.lender, amount: words.money(toText(loan.due)), loan: loan.accountNo }
    await deps.messenger.tell(commit, {
      key: `reminder:${reminder.id}`,
      ...{ to, customerId: her.id, about: 'reminder', language: her.language },
      ...(decided === undefined ? {} : { requestId: decided.id }),
      text: await askText(
        commit,
        dueOn < localDate(at, zone) ? 'overdue' : 'reminder',
        { due: { ...due, date: words.date(dueOn) }, loanId: loan.id, code: decided?.code },
        words,
      ),
    })
    return undefined
  }

  return {
    async work(row) {
      const { reminder, tenant } = await act(deps, row.tenantId, async ({ trx, setup }) => ({
        reminder: await trx('reminders').where({ tenant_id: row.tenantId, id: row.id }).first(),
        tenant: setup.tenant,
      }))
      const dueOn = reminder.due_on as LocalDate
      const today = localDate(deps.clock.now(), tenant.zone)
      const core = deps.coreOf(await deps.tenants.core(row.tenantId))
      const loan = await core.loan(String(reminder.loan_id), reminder.days < 0 ? dueOn : today)
      await act(deps, row.tenantId, async commit => {
        const { trx, at } = commit
        const held = await trx('reminders')
          .where({ tenant_id: row.tenantId, id: row.id, state: 'waiting', lease_id: row.leaseId })
          .forUpdate()
          .first('id')
        // another worker has it by now
        if (held === undefined) return
        if (afterQuiet(tenant, at, row.id) > at || dayIsOver(tenant, reminder.planned_on as LocalDate, at))
          return void (await end(commit, row, 'too late'))
        if (loan.kind === 'no-answer') return pushBack(trx, row, later(at, AWAY_MS))
        const isOpen = loan.value !== undefined && isUnpaid(loan.value, dueOn)
        await end(commit, row, isOpen ? await tell(commit, reminder, loan.value) : 'not due')
      })
    },
  }
}

const dayIsOver = ({ zone }: Tenant, day: LocalDate, at: Date): boolean =>
  at >= instantOf(addDays(day, 1), '00:00', zone)

const isUnpaid = ({ status, due, schedule }: Loan, dueOn: LocalDate): boolean =>
  status === 'active' &&
  due.minor > 0n &&
  schedule.some(({ due: on, outstanding }) => on === dueOn && outstanding.minor > 0n)

/** What she has answered, or does, about this due date; else the open request of the loan, if there is one. */
async function decidedOn(
  { trx, setup }: Act,
  loanId: string,
  dueOn: LocalDate,
): Promise<Fate | { readonly id: string; readonly code: string } | undefined> {
  const ofLoan = { tenant_id: setup.tenant.id, loan_id: loanId }
  const onItsWay = await trx('transactions')
    .where({ ...ofLoan, kind: 'collect' })
    .whereIn('state', MONEY_ON_ITS_WAY)
    .first('id')
  if (onItsWay !== undefined) return 'being paid'
  const request: Row | undefined = await trx('collection_requests')
    .where(ofLoan)
    .orderBy('id', 'desc')
    .first()
  if (request === undefined) return undefined
  if (request.state === 'approved') return 'being paid'
  if (request.state === 'declined') return String(request.due_on) >= dueOn ? 'declined' : undefined
  if (!(OPEN_STATES as readonly unknown[]).includes(request.state)) return undefined
  const { remindAt } = (request.snapshot as { context: CollectionContext }).context
  return remindAt === null ? { id: String(request.id), code: String(request.code) } : 'put off'
}

/** Whether she has had as many prompts and reminders as the lender lets her have, today or in seven days, of all her loans. */
async function hasEnough({ trx, setup, at }: Act, customerId: string): Promise<boolean> {
  const { id: tenantId, zone, settings } = setup.tenant
  const today = localDate(at, zone)
  const since = async (day: LocalDate): Promise<number> => {
    const [row] = await trx('messages')
      .where({ tenant_id: tenantId, customer_id: customerId })
      .whereIn('about', ['prompt', 'reminder'])
      .whereNotIn('state', ['expired', 'suppressed', 'failed'])
      .where('created_at', '>=', instantOf(day, '00:00', zone))
      .count({ count: '*' })
    return Number(row?.count)
  }
  const { aDay, aWeek } = settings.reminders
  return (await since(today)) >= aDay || (await since(addDays(today, -6))) >= aWeek
}
