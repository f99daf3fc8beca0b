import type { CoreBanking, DueLoan } from '../corebanking/core-banking.ts'
import { addDays, instantOf, type LocalDate, later, localDate } from '../domain/time.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import { act, type GatewayDeps } from './context.ts'
import { alarmOfExpiry } from './expiry.ts'
import { linkClient } from './link.ts'
import type { Requests } from './requests.ts'
import { commitOfRun, RunLost } from './run-lease.ts'
import type { Act } from './step.ts'

/** After a long silence no more than this many days are made up for. */
const MAX_DAYS = 31

/** The days since the last run, today's included; only today at the first run. */
function firstDay(lastRun: LocalDate | null, today: LocalDate): LocalDate {
  if (lastRun === null || lastRun >= today) return today
  const earliest = addDays(today, -MAX_DAYS)
  if (lastRun < earliest) return earliest
  return addDays(lastRun, 1)
}

/** The core was away, or fell silent on the way: the run is tried again after this, for those not asked yet. */
const AWAY_MS = 60_000

/**
 * The daily run: tells whose credentials end soon, and asks every borrower whose loan is due for what is due up to today. After days of downtime it runs
 * once, for today: one open request a loan, with the consolidated amount, and nothing stale is sent. Each loan is a
 * commit of its own that renews the lease: a run of hours stays with its worker, and one that lost it asks nobody more.
 */
export function createDueRun(deps: GatewayDeps & { readonly requests: Requests }): {
  work(row: DueRow): Promise<void>
} {
  const { requests, log, clock } = deps

  const commitOf = <T>(row: DueRow, work: (commit: Act) => Promise<T>): Promise<T> =>
    commitOfRun(deps, row, work)

  const isAsked = async ({ trx, setup }: Act, loanId: string, today: LocalDate): Promise<boolean> =>
    (await trx('collection_requests')
      .where({ tenant_id: setup.tenant.id, loan_id: loanId, asked_on: today })
      .first('id')) !== undefined

  /** False where the core fell silent. */
  async function askFor(row: DueRow, core: CoreBanking, due: DueLoan, today: LocalDate): Promise<boolean> {
    if (await commitOf(row, commit => isAsked(commit, due.loanId, today))) return true
    const loan = await core.loan(due.loanId, today)
    if (loan.kind === 'no-answer') return false
    if (loan.value === undefined || loan.value.due.minor === 0n) return true
    const { id, accountNo, due: amount } = loan.value
    const customer = await linkClient(deps, row.tenantId, core, loan.value.clientId)
    if (customer === undefined) return false
    await commitOf(row, async commit => {
      if (await isAsked(commit, id, today)) return
      await requests.ask(commit, {
        customerId: customer.id,
        loanId: id,
        loanAccount: accountNo,
        amount,
        dueOn: today,
        mode: 'ask',
        basis: 'due',
      })
    })
    return true
  }

  /** Asks for each; answers how many have to be tried again. One bad row never stops the others. */
  async function askAll(row: DueRow, core: CoreBanking, loans: readonly DueLoan[], today: LocalDate) {
    let silent = 0
    for (const loan of loans) {
      try {
        if (!(await askFor(row, core, loan, today))) silent += 1
      } catch (error) {
        if (error instanceof RunLost) throw error
        log.error(
          { tenant: row.tenantId, loan: loan.loanId, error: String(error) },
          'a due loan could not be asked for',
        )
      }
    }
    return silent
  }

  return {
    async work(row) {
      const { schedule, zone } = await act(deps, row.tenantId, async commit => {
        await alarmOfExpiry(deps.ids, commit)
        return {
          schedule: await commit.trx('schedules').where({ tenant_id: row.tenantId, id: row.id }).first(),
          zone: commit.setup.tenant.zone,
        }
      })
      const today = localDate(clock.now(), zone)
      const core = deps.coreOf(await deps.tenants.core(row.tenantId))
      const loans = await core.loansDue(firstDay(schedule.last_run_on, today), today)
      const silent = loans.kind === 'value' ? await askAll(row, core, loans.value, today) : undefined
      await commitOf(row, async ({ trx, at }) => {
        if (silent !== 0) {
          log.warn({ tenant: row.tenantId, silent }, 'the core is away: due-date run put off')
          return pushBack(trx, row, later(at, AWAY_MS))
        }
        log.info({ tenant: row.tenantId }, 'due-date run done')
        await trx('schedules').where({ tenant_id: row.tenantId, id: row.id }).update({ last_run_on: today })
        await pushBack(trx, row, instantOf(addDays(today, 1), schedule.local_time, schedule.zone))
      })
    },
  }
}
