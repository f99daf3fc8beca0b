import type { Ids } from '../domain/ids.ts'
import { adapterOf, codeFor } from './road.ts'
import type { Act, Subject } from './step.ts'

/** Attempts are written before the call: their reference is what the outside knows us by. */

export async function planAttempt(ids: Ids, act: Act, { row }: Subject, fresh: boolean): Promise<void> {
  const { trx, setup, at } = act
  const tenantId = setup.tenant.id
  const connection = setup.connections.find(({ id }) => id === row.connection_id)
  if (connection === undefined) throw new Error(`transaction ${row.id} has no connection`)
  const last = await trx('attempts')
    .where({ tenant_id: tenantId, transaction_id: row.id })
    .orderBy('ordinal', 'desc')
    .first()
  const same = !fresh && last !== undefined && last.connection_id === connection.id
  const reference: string = same ? last.reference : adapterOf(connection).newReference()
  // by the code of the day on which it leaves; what is sent again under its reference says the same as before
  const code = same ? undefined : codeFor(setup, connection, String(row.provider), at)
  if (code !== undefined)
    await trx('transactions').where({ tenant_id: tenantId, id: row.id }).update({ code })
  const id = ids.next()
  await trx('attempts').insert({
    tenant_id: tenantId,
    id,
    transaction_id: row.id,
    ordinal: (last?.ordinal ?? 0) + 1,
    connection_id: connection.id,
    reference,
    state: 'planned',
    planned_at: at,
  })
  await trx('attempt_references')
    .insert({
      tenant_id: tenantId,
      connection_id: connection.id,
      kind: 'ours',
      value: reference,
      attempt_id: id,
      transaction_id: row.id,
    })
    .onConflict()
    .ignore()
}

export async function planBookingAttempt(
  ids: Ids,
  { trx, setup, at }: Act,
  { row }: Subject,
  fresh: boolean,
): Promise<void> {
  const tenantId = setup.tenant.id
  const last = await trx('booking_attempts')
    .where({ tenant_id: tenantId, booking_id: row.id })
    .orderBy('ordinal', 'desc')
    .first()
  await trx('booking_attempts').insert({
    tenant_id: tenantId,
    id: ids.next(),
    booking_id: row.id,
    ordinal: (last?.ordinal ?? 0) + 1,
    idempotency_key: fresh || last === undefined ? ids.next() : last.idempotency_key,
    state: 'planned',
    planned_at: at,
  })
}
