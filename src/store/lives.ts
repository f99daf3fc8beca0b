import type { Trx } from './database.ts'

/** Rows that have a life: a state word, the rest of the machine's snapshot, and the time of the next wake. */

export const LIFE_TABLES = {
  request: 'collection_requests',
  disbursement: 'disbursements',
  batch: 'batches',
  transaction: 'transactions',
  booking: 'bookings',
  message: 'messages',
  webhook: 'webhook_deliveries',
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
 * Takes a row for update, its elders first: request or disbursement, then transaction (the one that is given back before
 * the one that gives back), then booking. Everybody takes them in this order, so no two steps wait for each other. What
 * is read to find the elders never changes.
 */
export async function lockLife(trx: Trx, kind: LifeKind, tenantId: string, id: string): Promise<LifeRow> {
  const held = heldBy(trx)
  if (held.has(id)) return readLife(trx, kind, tenantId, id)
  for (const elder of await eldersOf(trx, kind, tenantId, id))
    await lockLife(trx, elder.kind, tenantId, elder.id)
  const row = await readLife(trx, kind, tenantId, id, 'lock')
  held.add(id)
  return row
}

/** What a transaction has locked already: one step of many asks for the same rows again and again. */
const locks = new WeakMap<Trx, Set<string>>()

function heldBy(trx: Trx): Set<string> {
  const held = locks.get(trx) ?? new Set()
  locks.set(trx, held)
  return held
}

async function readLife(
  trx: Trx,
  kind: LifeKind,
  tenantId: string,
  id: string,
  lock?: 'lock',
): Promise<LifeRow> {
  const query = trx(LIFE_TABLES[kind]).where({ tenant_id: tenantId, id })
  const row: LifeRow | undefined = await (lock === undefined ? query : query.forUpdate()).first()
  if (row === undefined) throw new Error(`no ${kind} ${id} of ${tenantId}`)
  return row
}

/** Columns that name an elder, by kind of row. */
const ELDERS: Partial<Record<LifeKind, Readonly<Record<string, LifeKind>>>> = {
  transaction: { request_id: 'request', disbursement_id: 'disbursement', original_id: 'transaction' },
  booking: { disbursement_id: 'disbursement', transaction_id: 'transaction' },
}

type Elder = { readonly kind: LifeKind; readonly id: string }

/** Ids are drawn once and elders never change: what was read of a row is remembered, the latest rows' at least. */
const KNOWN_ELDERS = 20_000
const elders = new Map<string, readonly Elder[]>()

async function eldersOf(trx: Trx, kind: LifeKind, tenantId: string, id: string): Promise<readonly Elder[]> {
  const columns = ELDERS[kind]
  if (columns === undefined) return []
  const key = `${tenantId}/${id}`
  const known = elders.get(key)
  if (known !== undefined) return known
  const row: Record<string, string | null> | undefined = await trx(LIFE_TABLES[kind])
    .where({ tenant_id: tenantId, id })
    .first(Object.keys(columns))
  if (row === undefined) throw new Error(`no ${kind} ${id} of ${tenantId}`)
  const found = Object.entries(columns).flatMap(([column, elder]) =>
    row[column] == null ? [] : [{ kind: elder, id: row[column] }],
  )
  const [oldest] = elders.keys()
  if (elders.size >= KNOWN_ELDERS && oldest !== undefined) elders.delete(oldest)
  elders.set(key, found)
  return found
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
