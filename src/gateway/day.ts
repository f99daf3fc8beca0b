import type { DayCounts, DayState } from '../../flows/officer.ts'
import type { Money } from '../domain/money.ts'
import { addDays, instantOf, type LocalDate, localDate, type Moment, momentOf } from '../domain/time.ts'
import type { Row } from '../store/database.ts'
import type { Act } from './step.ts'

/** What was asked for on a day, and what became of it so far: for the officers who ask. */

export type DayLine = {
  readonly firstName: string
  readonly amount: Money
  readonly state: DayState
  /** When she promised to be ready. */
  readonly promised: Moment | null
}

export type Day = { readonly counts: DayCounts; readonly lines: readonly DayLine[]; readonly more: boolean }

/**
 * A request of the day: asked for today, or put off until today. What a borrower started herself is none of them. Its
 * word, and when she promised to be ready.
 */
const REQUESTS = `
  select r.id, r.amount_minor, r.currency, c.first_name,
         case when r.state in ('scheduled', 'asked', 'reminded', 'part-paid')
              then case when r.snapshot->'context'->>'remindAt' is null then 'waiting' else 'promised' end
              when r.state = 'approved' then 'paying'
              when r.state in ('paid', 'declined') then r.state
              else 'over' end as word,
         (r.snapshot->'context'->>'remindAt')::timestamptz as promised_at
    from collection_requests r join customers c on c.tenant_id = r.tenant_id and c.id = r.customer_id
   where r.tenant_id = :tenantId and r.mode <> 'dial'
     and (r.asked_on = :today
       or (r.due_at >= :from and r.due_at < :until and r.snapshot->'context'->>'remindAt' is not null))`

/** Promises first, by their hour; then who has said nothing yet. */
const ORDER = `array_position(array['promised', 'waiting', 'paying', 'declined', 'paid', 'over'], word), promised_at, id`

type DaySpan = {
  readonly tenantId: string
  readonly today: LocalDate
  readonly from: Date
  readonly until: Date
}

function spanOf({ setup: { tenant }, at }: Act): DaySpan {
  const today = localDate(at, tenant.zone)
  return {
    tenantId: tenant.id,
    today,
    from: instantOf(today, '00:00', tenant.zone),
    until: instantOf(addDays(today, 1), '00:00', tenant.zone),
  }
}

/** How many requests of today stand where. */
export async function dayCounts(act: Act): Promise<DayCounts> {
  const { rows } = await act.trx.raw(
    `select word, count(*)::int as number from (${REQUESTS}) requests group by word`,
    spanOf(act),
  )
  const of = (word: DayState): number => rows.find((row: Row) => row.word === word)?.number ?? 0
  return {
    asked: rows.reduce((sum: number, { number }: { number: number }) => sum + number, 0),
    promised: of('promised'),
    paying: of('paying'),
    paid: of('paid'),
    declined: of('declined'),
  }
}

/** A page of the day's requests, `size` lines each. */
export async function dayPage(act: Act, page: number, size: number): Promise<Day> {
  const counts = await dayCounts(act)
  const { rows }: { rows: Row[] } = await act.trx.raw(
    `select * from (${REQUESTS}) requests order by ${ORDER} limit :limit offset :offset`,
    { ...spanOf(act), limit: size + 1, offset: page * size },
  )
  const { zone } = act.setup.tenant
  return {
    counts,
    lines: rows.slice(0, size).map(row => ({
      firstName: String(row.first_name),
      amount: amountOf(row),
      state: row.word as DayState,
      promised: row.promised_at instanceof Date ? momentOf(row.promised_at, act.at, zone) : null,
    })),
    more: rows.length > size,
  }
}

const amountOf = (row: Row): Money => ({
  minor: row.amount_minor as bigint,
  currency: String(row.currency),
})
