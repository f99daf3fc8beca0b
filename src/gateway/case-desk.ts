import type { Ids } from '../domain/ids.ts'
import type { Row } from '../store/database.ts'
import type { Act } from './step.ts'
import { tellWorld } from './tell-world.ts'

/** Cases as a person works through them: whose they are, and what was done about each. */

export type CaseQuery = {
  readonly state?: 'open' | 'settled' | undefined
  readonly about?: string | undefined
  readonly owner?: string | undefined
  readonly subject?: string | undefined
  readonly after?: string | undefined
  readonly limit: number
}

export const caseRowView = (row: Row, { at }: Act): object => {
  const { owner, note, settledBy, ...detail } = row.detail as Record<string, unknown>
  const until = (row.settled_at as Date | null) ?? at
  return {
    id: row.id,
    state: row.state,
    about: row.kind,
    subject: row.subject,
    subjectId: row.subject_id,
    customerId: row.customer_id,
    detail,
    ageSeconds: Math.max(0, Math.floor((until.getTime() - (row.opened_at as Date).getTime()) / 1000)),
    owner: owner ?? null,
    note: note ?? null,
    settledBy: settledBy ?? null,
    openedAt: row.opened_at,
    settledAt: row.settled_at,
  }
}

/** She has the money and the core does not know: seen to before all else. */
const URGENT = "kind <> 'paid-not-disbursed'"

/** The urgent first, then the oldest. */
export async function casePage(
  act: Act,
  { state, about, owner, subject, after, limit }: CaseQuery,
): Promise<{ readonly data: readonly object[]; readonly next: string | null }> {
  const wanted = act
    .trx('cases')
    .where({ tenant_id: act.setup.tenant.id })
    .orderByRaw(`${URGENT}, id`)
    .limit(limit + 1)
  if (state !== undefined) wanted.where({ state })
  if (about !== undefined) wanted.where({ kind: about })
  if (owner !== undefined) wanted.whereRaw("detail ->> 'owner' = ?", [owner])
  if (subject !== undefined) wanted.where({ subject_id: subject })
  if (after !== undefined)
    wanted.whereRaw(`(${URGENT}, id) > (select ${URGENT}, id from cases where tenant_id = ? and id = ?)`, [
      act.setup.tenant.id,
      after,
    ])
  const rows: Row[] = await wanted
  return {
    data: rows.slice(0, limit).map(row => caseRowView(row, act)),
    next: rows.length > limit ? String(rows[limit - 1]?.id) : null,
  }
}

export const caseRow = ({ trx, setup }: Act, id: string): Promise<Row | undefined> =>
  trx('cases').where({ tenant_id: setup.tenant.id, id }).first()

/** Who looks after a case; false where it is not open. */
export async function ownCase({ trx, setup }: Act, id: string, owner: string | null): Promise<boolean> {
  const owned = await trx('cases')
    .where({ tenant_id: setup.tenant.id, id, state: 'open' })
    .update({ detail: trx.raw('detail || ?::jsonb', [JSON.stringify({ owner })]) })
  return owned > 0
}

/** Settles the open cases of that kind, with what a person says was done; who listens is told. Answers how many. */
export async function settleCases(
  ids: Ids,
  act: Act,
  where: object,
  done: { readonly note?: string; readonly settledBy?: string } = {},
): Promise<number> {
  const { trx, setup, at } = act
  const settled: { id: string }[] = await trx('cases')
    .where({ tenant_id: setup.tenant.id, ...where, state: 'open' })
    .update({
      state: 'settled',
      settled_at: at,
      detail: trx.raw('detail || ?::jsonb', [JSON.stringify(done)]),
    })
    .returning('id')
  for (const { id } of settled)
    await tellWorld(ids, act, { id: ids.next(), subject: 'case', subjectId: id, from: 'open', to: 'settled' })
  return settled.length
}

/** What a case is about and stands as it did: a note does not make it go away, its own way out does. */
const WAITING_ENTRY = `select 1 from bookings
  where tenant_id = ? and id = ? and state in ('planned', 'sending', 'awaiting-approval', 'unknown')`
const RESTS = {
  sql: "select 1 from connections where tenant_id = ? and id = ? and state = 'paused'",
  out: 'the connection rests still: resume it when it is mended',
}
const STANDING: Readonly<Record<string, { readonly sql: string; readonly out: string }>> = {
  unresolved: {
    sql: "select 1 from transactions where tenant_id = ? and id = ? and state = 'unresolved'",
    out: 'the transaction is unresolved still: give evidence',
  },
  'our-fault': RESTS,
  'held-too-long': RESTS,
  'booking-waits': { sql: WAITING_ENTRY, out: 'the entry waits still: mend what the core lacks' },
  'booked-otherwise': { sql: WAITING_ENTRY, out: 'the entry waits still: mend the other amount in the core' },
}

/** Why a person may not settle it by a word; undefined where she may. */
export async function standsStill({ trx, setup }: Act, row: Row): Promise<string | undefined> {
  const standing = STANDING[String(row.kind)]
  if (standing === undefined) return undefined
  const { rows } = await trx.raw(standing.sql, [setup.tenant.id, String(row.subject_id)])
  return rows.length > 0 ? standing.out : undefined
}
