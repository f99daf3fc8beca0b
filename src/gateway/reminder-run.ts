import type { CoreBanking, DueLoan } from '../corebanking/core-banking.ts'
import { reminderToday, usualHour } from '../domain/reminder-time.ts'
import { addDays, instantOf, type LocalDate, later, localDate } from '../domain/time.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import { type Customer, promptHour } from '../store/people.ts'
import { act, type GatewayDeps } from './context.ts'
import { linkClient } from './link.ts'
import { commitOfRun, RunLost } from './run-lease.ts'
import type { Act } from './step.ts'

/** The core was away, or fell silent on the way: those who are left are looked at again after this. */
const AWAY_MS = 60_000
/** So many of her last payments tell at which hour she pays. */
const PAYMENTS_READ = 12

const SECOND_MS = 1000

/** Of several loans of one borrower what is overdue comes first, then what is due soonest: she may get but one. */
const urgency = (days: number): number => Math.max(0, -days)

/** One of the lender's days, and the due date that it is about today; `days`: below nothing before it. */
type Day = { readonly days: number; readonly dueOn: LocalDate }

/**
 * Plans the day's reminders: for each instalment that falls due, or fell due, as many days from now as the lender says, a
 * row that waits for its borrower's hour. A row a loan, due date and day, in a commit of its own: run again, or by
 * another worker after a crash, it plans none twice. Days that were slept through are not made up for.
 */
export function createReminderRun(deps: GatewayDeps): { work(row: DueRow): Promise<void> } {
  const { clock, ids, log } = deps

  async function plan(commit: Act, her: Customer, loanId: string, { days, dueOn }: Day): Promise<void> {
    const { trx, setup, at } = commit
    const { id: tenantId, zone } = setup.tenant
    const paid: Date[] = await trx('transactions')
      .where({ tenant_id: tenantId, customer_id: her.id, kind: 'collect' })
      .whereIn('state', ['confirmed', 'booked'])
      .whereNotNull('confirmed_at')
      .orderBy('confirmed_at', 'desc')
      .limit(PAYMENTS_READ)
      .pluck('confirmed_at')
    const dueAt = reminderToday(setup.tenant, at, {
      chosen: await promptHour(trx, tenantId, her.id),
      usual: usualHour(paid, zone),
      name: her.id,
    })
    const left = dueAt === undefined
    await trx('reminders')
      .insert({
        ...{ tenant_id: tenantId, id: ids.next(), customer_id: her.id, loan_id: loanId },
        ...{ due_on: dueOn, days, planned_on: localDate(at, zone) },
        ...{ state: left ? 'dropped' : 'waiting', fate: left ? 'too late' : null },
        due_at: left ? null : later(dueAt, urgency(days) * SECOND_MS),
      })
      .onConflict(['tenant_id', 'loan_id', 'due_on', 'days'])
      .ignore()
  }

  /** False where the core fell silent. */
  async function planFor(row: DueRow, core: CoreBanking, due: DueLoan, day: Day): Promise<boolean> {
    const known = await commitOfRun(deps, row, ({ trx }) =>
      trx('reminders')
        .where({ tenant_id: row.tenantId, loan_id: due.loanId, due_on: day.dueOn, days: day.days })
        .first('id'),
    )
    if (known !== undefined) return true
    const her = await linkClient(deps, row.tenantId, core, due.clientId)
    if (her === undefined) return false
    await commitOfRun(deps, row, commit => plan(commit, her, due.loanId, day))
    return true
  }

  /** True where all are planned. One bad row never stops the others. */
  async function planAll(row: DueRow, core: CoreBanking, day: Day): Promise<boolean> {
    const loans = await core.loansDue(day.dueOn, day.dueOn)
    if (loans.kind === 'no-answer') return false
    let whole = true
    for (const loan of loans.value) {
      try {
        if (!(await planFor(row, core, loan, day))) whole = false
      } catch (error) {
        if (error instanceof RunLost) throw error
        log.error(
          { tenant: row.tenantId, loan: loan.loanId, error: String(error) },
          'a reminder could not be planned',
        )
      }
    }
    return whole
  }

  return {
    async work(row) {
      const { schedule, tenant } = await act(deps, row.tenantId, async ({ trx, setup }) => ({
        schedule: await trx('schedules').where({ tenant_id: row.tenantId, id: row.id }).first(),
        tenant: setup.tenant,
      }))
      const today = localDate(clock.now(), tenant.zone)
      const { before, after } = tenant.settings.reminders
      const core = deps.coreOf(await deps.tenants.core(row.tenantId))
      let whole = true
      for (const days of [...before.map(number => -number), ...after])
        if (!(await planAll(row, core, { days, dueOn: addDays(today, -days) }))) whole = false
      await commitOfRun(deps, row, async ({ trx, at }) => {
        if (!whole) {
          log.warn({ tenant: row.tenantId }, 'the core is away: reminders put off')
          return pushBack(trx, row, later(at, AWAY_MS))
        }
        await trx('schedules').where({ tenant_id: row.tenantId, id: row.id }).update({ last_run_on: today })
        await pushBack(trx, row, instantOf(addDays(today, 1), schedule.local_time, schedule.zone))
      })
    },
  }
}
