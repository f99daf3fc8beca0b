import type { Ids } from '../domain/ids.ts'
import type { Fault } from '../domain/outcome.ts'
import { alsoFor, directionOf, without } from '../domain/pause.ts'
import type { Row } from '../store/database.ts'
import { settleCases } from './case-desk.ts'
import { openCase } from './cases.ts'
import { productsOf } from './road.ts'
import type { Act, Subject } from './step.ts'

/** A connection that rests for a fault of the lender's own, and works again when somebody has mended it. */

/**
 * What it was met by, and what else goes by the same: an address that is refused is the whole account's, credentials are
 * of all that share them, and everything else is of the direction in which it was met.
 */
async function entryOf({ trx, setup }: Act, { row, eventId }: Subject, fault: Fault): Promise<string> {
  if (fault === 'no-float' || fault === 'address-refused') return fault
  const one = `${directionOf(String(row.operation))}:${fault}`
  if (fault !== 'credentials') return one
  const connection = setup.connections.find(({ id }) => id === row.connection_id)
  const shared = connection && productsOf(connection).find(product => product.includes('collect'))
  if (shared === undefined || !shared.includes('disburse')) return one
  // an order that was taken, and refused later: what they share was good, its own signature was not
  const { event } = await trx('events').where({ tenant_id: setup.tenant.id, id: eventId }).first('event')
  return event.ended === true ? one : fault
}

/** It rests, whole or one way; its items stay planned, and one alarm tells the lender what to mend. */
export async function pauseConnection(ids: Ids, act: Act, subject: Subject, fault: Fault): Promise<void> {
  const { trx, setup, at } = act
  const id = String(subject.row.connection_id)
  const key = { tenant_id: setup.tenant.id, id }
  const entry = await entryOf(act, subject, fault)
  const { state, paused_for: before }: Row = await trx('connections')
    .where(key)
    .forUpdate()
    .first('state', 'paused_for')
  const pausedFor = state === 'active' ? entry : before === null ? undefined : alsoFor(String(before), entry)
  if (pausedFor === undefined) return // it rests so already, and the alarm was given
  const since = state === 'active' ? { paused_at: at } : {}
  await trx('connections')
    .where(key)
    .update({ state: 'paused', paused_for: pausedFor, ...since })
  await openCase(ids, act, {
    about: 'our-fault',
    subject: 'connection',
    subjectId: id,
    key: `our-fault:${id}:${entry}:${at.toISOString()}`,
    detail: { fault, pausedFor: entry },
  })
}

/**
 * Somebody has mended it: what was held back goes on, each item once, and the alarm is settled. `fault`: only that one
 * is, and what else it rests for stays. False where it does not rest so.
 */
export async function resumeConnection(ids: Ids, act: Act, name: string, fault?: string): Promise<boolean> {
  const { trx, setup } = act
  const row: Row | undefined = await trx('connections')
    .where({ tenant_id: setup.tenant.id, name, state: 'paused' })
    .forUpdate()
    .first('id', 'paused_for')
  if (row === undefined) return false
  const before = String(row.paused_for)
  const left = fault === undefined ? null : without(before, fault)
  if (left === before) return false
  await trx('connections')
    .where({ tenant_id: setup.tenant.id, id: row.id })
    .update(left === null ? { state: 'active', paused_for: null, paused_at: null } : { paused_for: left })
  const alarms: { id: string }[] = await trx('cases')
    .where({ tenant_id: setup.tenant.id, subject_id: row.id, state: 'open' })
    .whereIn('kind', ['our-fault', 'held-too-long'])
    .modify(query => {
      if (left !== null) void query.whereRaw("detail ->> 'fault' = ?", [fault ?? ''])
    })
    .orderBy('id')
    .select('id')
  for (const { id } of alarms) await settleCases(ids, act, { id })
  return true
}
