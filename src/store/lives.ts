import type { Trx } from './database.ts'

/** Rows that have a life: a state word, the rest of the machine's snapshot, and the time of the next wake. */

export const LIFE_TABLES = {
  request: 'collection_requests',
  transaction: 'transactions',
  booking: 'bookings',
  message: 'messages',
} as const
export type LifeKind = keyof typeof LIFE_TABLES

export type LifeRow = {
  readonly id: string
  readonly tenant_id: string
  readonly state: string
  readonly snapshot: unknown
  readonly due_at: Date | null
} & Readonly<Record<string, unknown>>

/**
 * Takes a row for update, its elders first: request, then transaction, then booking. Everybody takes them in this
 * order, so no two steps wait for each other. What is read to find the elders never changes.
 */
export async function lockLife(trx: Trx, kind: LifeKind, tenantId: string, id: string): Promise<LifeRow> {
  const elder = await elderOf(trx, kind, tenantId, id)
  if (elder !== undefined) await lockLife(trx, elder.kind, tenantId, elder.id)
  const row: LifeRow | undefined = await trx(LIFE_TABLES[kind])
    .where({ tenant_id: tenantId, id })
    .forUpdate()
    .first()
  if (row === undefined) throw new Error(`no ${kind} ${id} of ${tenantId}`)
  return row
}

async function elderOf(
  trx: Trx,
  kind: LifeKind,
  tenantId: string,
  id: string,
): Promise<{ kind: LifeKind; id: string } | undefined> {
  if (kind === 'transaction') {
    const row = await trx('transactions').where({ tenant_id: tenantId, id }).first('request_id')
    return row?.request_id == null ? undefined : { kind: 'request', id: row.request_id }
  }
  if (kind === 'booking') {
    const row = await trx('bookings').where({ tenant_id: tenantId, id }).first('transaction_id')
    return row === undefined ? undefined : { kind: 'transaction', id: row.transaction_id }
  }
  return undefined
}

export type Saved = {
  readonly state: string
  readonly snapshot: object /** Undefined: the row waits as before, and whoever has it in hand keeps it. */
  readonly dueAt: Date | null | undefined
}

export async function saveLife(
  trx: Trx,
  kind: LifeKind,
  tenantId: string,
  id: string,
  { state, snapshot, dueAt }: Saved,
): Promise<void> {
  await trx(LIFE_TABLES[kind])
    .where({ tenant_id: tenantId, id })
    .update({
      state,
      snapshot: JSON.stringify(snapshot),
      ...(dueAt === undefined ? {} : { due_at: dueAt, lease_until: null, lease_id: null }),
    })
}

export async function saveEvent(
  trx: Trx,
  tenantId: string,
  event: {
    readonly id: string
    readonly kind: LifeKind
    readonly subjectId: string
    readonly event: object
    readonly from: string | null
    readonly to: string
    readonly at: Date
  },
): Promise<void> {
  await trx('events').insert({
    tenant_id: tenantId,
    id: event.id,
    subject: event.kind,
    subject_id: event.subjectId,
    event: JSON.stringify(event.event),
    state_from: event.from,
    state_to: event.to,
    at: event.at,
  })
}
