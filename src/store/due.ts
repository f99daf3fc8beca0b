import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Clock } from '../domain/time.ts'
import { later } from '../domain/time.ts'
import type { Trx } from './database.ts'

/** Kinds of rows that wait; each has a table, a due time and a lease. */
export const DUE_KINDS = [
  'schedule',
  'request',
  'batch',
  'disbursement',
  'transaction',
  'booking',
  'message',
  'reminder',
  'callback',
  'webhook',
] as const
export type DueKind = (typeof DUE_KINDS)[number]

export const TABLES: Readonly<Record<DueKind, string>> = {
  schedule: 'schedules',
  request: 'collection_requests',
  batch: 'batches',
  disbursement: 'disbursements',
  transaction: 'transactions',
  booking: 'bookings',
  message: 'messages',
  reminder: 'reminders',
  callback: 'callbacks',
  webhook: 'webhook_deliveries',
}

export type DueRow = {
  readonly kind: DueKind
  readonly tenantId: string
  readonly id: string
  readonly leaseId: string
}

/** How long a claimed row stays with its worker: longer than any call's deadline and the margin to start it. */
export const LEASE_MS = 90_000
/** A worker starts no call later than this after its claim, on a clock that nobody turns. */
export const START_MARGIN_MS = 20_000

/** Claims due rows under a lease, oldest first, with `skip locked`: any number of workers may do so at once. */
export async function claimDue(knex: Knex, clock: Clock, kind: DueKind, limit: number): Promise<DueRow[]> {
  const now = clock.now()
  const leaseId = randomUUID()
  const { rows } = await knex.raw('select tenant_id, id from claim_due(?, ?, ?, ?, ?)', [
    kind,
    now,
    later(now, LEASE_MS),
    leaseId,
    limit,
  ])
  return rows.map((row: { tenant_id: string; id: string }) => ({
    kind,
    tenantId: row.tenant_id,
    id: row.id,
    leaseId,
  }))
}

/** Keeps a row in hand for longer work; false where its lease ran out and another worker took it over. */
export async function keepLease(trx: Trx, clock: Clock, row: DueRow): Promise<boolean> {
  const kept = await trx(TABLES[row.kind])
    .where({ tenant_id: row.tenantId, id: row.id, lease_id: row.leaseId })
    .update({ lease_until: later(clock.now(), LEASE_MS) })
  return kept > 0
}

/** Puts a row back for later, if it is still in this worker's hands; null: until it is due again by something else. */
export async function pushBack(trx: Trx, row: DueRow, dueAt: Date | null): Promise<void> {
  await trx(TABLES[row.kind])
    .where({ tenant_id: row.tenantId, id: row.id, lease_id: row.leaseId })
    .update({ due_at: dueAt, lease_until: null, lease_id: null })
}
