import type { CoreBanking, DueLoan } from '../corebanking/core-banking.ts'
import { addDays, instantOf, type LocalDate, later, localDate } from '../domain/time.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import { act, type GatewayDeps } from './context.ts'
import { linkClient } from './link.ts'
import type { Requests } from './requests.ts'

/** After a long silence no more than this many days are made up for. */
const MAX_DAYS = 31

/** The days since the last run, today's included; only today at the first run. */
function firstDay(lastRun: LocalDate | null, today: LocalDate): LocalDate {
  if (lastRun === null || lastRun >= today) return today
  const next = addDays(lastRun, 1)
  return next < addDays(today, -MAX_DAYS) ? addDays(today, -MAX_DAYS) : next
}

/** The core was away: the run is tried again after this. */
const AWAY_MS = 60_000

/**
 * The due-date run: asks every borrower whose loan is due for what is due up to today. After days of downtime it runs
 * once, for today: one open request a loan, with the consolidated amount, and nothing stale is sent.
 */
export function createDueRun(deps: GatewayDeps & { readonly requests: Requests }): {
  work(row: DueRow): Promise<void>
} {
  const { requests, log } = deps

  async function askFor(tenantId: string, core: CoreBanking, due: DueLoan, today: LocalDate): Promise<void> {
    const loan = await core.loan(due.loanId, today)
    if (loan.kind === 'no-answer' || loan.value === undefined || loan.value.due.minor === 0n) return
    const { id, accountNo, due: amount } = loan.value
    const customer = await linkClient(deps, tenantId, core, loan.value.clientId)
    if (customer === undefined) return
    await act(deps, tenantId, async commit => {
      const asked = await commit
        .trx('collection_requests')
        .where({ tenant_id: tenantId, loan_id: id, asked_on: today })
        .first('id')
      if (asked !== undefined) return
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
  }

  return {
    async work(row) {
      const schedule = await act(deps, row.tenantId, ({ trx }) =>
        trx('schedules').where({ tenant_id: row.tenantId, id: row.id }).first(),
      )
      const { tenant } = await act(deps, row.tenantId, async ({ setup }) => setup)
      const today = localDate(deps.clock.now(), tenant.zone)
      const core = deps.coreOf(await deps.tenants.core(row.tenantId))
      const loans = await core.loansDue(firstDay(schedule.last_run_on, today), today)
      if (loans.kind === 'no-answer') {
        log.warn({ tenant: row.tenantId, why: loans.why }, 'the core is away: due-date run put off')
        return act(deps, row.tenantId, ({ trx, at }) => pushBack(trx, row, later(at, AWAY_MS)))
      }
      let failed = 0
      for (const loan of loans.value) {
        try {
          await askFor(row.tenantId, core, loan, today)
        } catch (error) {
          failed += 1
          log.error(
            { tenant: row.tenantId, loan: loan.loanId, error: String(error) },
            'a due loan could not be asked for',
          )
        }
      }
      log.info({ tenant: row.tenantId, loans: loans.value.length, failed }, 'due-date run done')
      await act(deps, row.tenantId, async ({ trx }) => {
        await trx('schedules').where({ tenant_id: row.tenantId, id: row.id }).update({ last_run_on: today })
        await pushBack(trx, row, instantOf(addDays(today, 1), schedule.local_time, schedule.zone))
      })
    },
  }
}
