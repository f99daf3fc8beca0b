import { WORDS } from '../../flows/words/index.ts'
import { toText } from '../domain/money.ts'
import { addDays, instantOf, type LocalDate, localDate } from '../domain/time.ts'
import type { Row } from '../store/database.ts'
import { type DueRow, keepLease, pushBack } from '../store/due.ts'
import { staffOf } from '../store/staff.ts'
import { act, type GatewayDeps } from './context.ts'
import { dayCounts } from './day.ts'
import type { Messenger } from './messages.ts'
import { OPEN_STATES } from './requests.ts'
import type { Act } from './step.ts'

/** How many, and how much together in the tenant's currency. */
type Sum = { readonly count: number; readonly minor: bigint }

const SUM = 'count(*)::int as count, coalesce(sum(amount_minor), 0)::bigint as minor'

/** What falls due today and is not paid. */
async function dueToday({ trx, setup: { tenant } }: Act, today: LocalDate): Promise<Sum> {
  const [row] = await trx('collection_requests')
    .where({ tenant_id: tenant.id, due_on: today, currency: tenant.currency })
    .whereIn('state', OPEN_STATES)
    .select(trx.raw(SUM))
  return row
}

/** What counts for yesterday, of whichever road. */
async function paidOn({ trx, setup: { tenant } }: Act, day: LocalDate): Promise<Sum> {
  const [row] = await trx('transactions')
    .where({
      tenant_id: tenant.id,
      kind: 'collect',
      state: 'booked',
      value_date: day,
      currency: tenant.currency,
    })
    .select(trx.raw(SUM))
  return row
}

async function failedOn({ trx, setup: { tenant } }: Act, day: LocalDate): Promise<number> {
  const [row] = await trx('transactions')
    .where({ tenant_id: tenant.id, kind: 'collect', state: 'failed' })
    .where('created_at', '>=', instantOf(day, '00:00', tenant.zone))
    .where('created_at', '<', instantOf(addDays(day, 1), '00:00', tenant.zone))
    .select(trx.raw('count(*)::int as count'))
  return row.count
}

/** Open cases that she opened, or that somebody gave her. */
async function waitingFor({ trx, setup }: Act, officer: Row): Promise<number> {
  const [row] = await trx('cases')
    .where({ tenant_id: setup.tenant.id, state: 'open' })
    .whereRaw("(detail ->> 'staffId' = ? or detail ->> 'owner' in (?, ?))", [
      String(officer.id),
      String(officer.name),
      String(officer.login ?? officer.name),
    ])
    .select(trx.raw('count(*)::int as count'))
  return row.count
}

/** The morning SMS of every officer: five lines, once a day, at the lender's hour. */
export function createMorning(deps: GatewayDeps & { readonly messenger: Messenger }): {
  work(row: DueRow): Promise<void>
} {
  async function tellAll(commit: Act, today: LocalDate): Promise<void> {
    const { trx, setup } = commit
    const { id: tenantId, currency, settings } = setup.tenant
    const yesterday = addDays(today, -1)
    const due = await dueToday(commit, today)
    const { promised } = await dayCounts(commit)
    const paid = await paidOn(commit, yesterday)
    const failed = await failedOn(commit, yesterday)
    const officers: Row[] = await trx('staff')
      .where({ tenant_id: tenantId })
      .whereNull('left_at')
      .orderBy('id')
    for (const row of officers) {
      const { id, phone, language } = staffOf(row)
      const words = WORDS[language]
      const sum = ({ count, minor }: Sum) => ({ count, amount: words.money(toText({ minor, currency })) })
      await deps.messenger.tell(commit, {
        key: `staff-morning:${id}:${today}`,
        ...{ to: phone, customerId: null, about: 'staff-morning', language },
        text: words.staff.morning({
          lender: settings.lender,
          date: words.date(today),
          due: sum(due),
          promised,
          paid: sum(paid),
          failed,
          waiting: await waitingFor(commit, row),
        }),
      })
    }
  }

  return {
    work: row =>
      act(deps, row.tenantId, async commit => {
        const { trx, at } = commit
        if (!(await keepLease(trx, deps.clock, row))) throw new Error('the lease ran out')
        const key = { tenant_id: row.tenantId, id: row.id }
        const { local_time: time, zone } = await trx('schedules').where(key).first()
        const today = localDate(at, zone)
        await tellAll(commit, today)
        await trx('schedules').where(key).update({ last_run_on: today })
        await pushBack(trx, row, instantOf(addDays(today, 1), time, zone))
      }),
  }
}
