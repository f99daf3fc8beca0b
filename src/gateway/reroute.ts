import type { Ids } from '../domain/ids.ts'
import type { Money } from '../domain/money.ts'
import { later } from '../domain/time.ts'
import type { Operation } from '../providers/provider.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import type { LifeRow } from '../store/lives.ts'
import type { Connection } from '../store/tenants.ts'
import { openCase } from './cases.ts'
import { mayCall, openNow } from './health.ts'
import { floatOf } from './movement.ts'
import { alarmOfHolding } from './patience.ts'
import { carries } from './plan.ts'
import { lackingCode, roadFor } from './road.ts'
import type { Act, Stepper } from './step.ts'
import { movementTiming } from './timing.ts'

/** What was planned for a connection that cannot take it now: another road, else it waits. */

/** After this it is looked again whether the code has been told. */
const CODELESS_MS = 5 * 60_000

type Deps = { readonly ids: Ids; readonly stepper: Stepper }

/** True where its connection has no code for its provider: it was given another, or waits until the code is told. */
export async function waitsForCode(
  { ids, stepper }: Deps,
  commit: Act,
  row: DueRow,
  life: LifeRow,
  connection: Connection,
): Promise<boolean> {
  const { trx, setup, at } = commit
  const provider = String(life.provider)
  const lack = lackingCode(setup, connection, provider, at)
  if (lack === undefined) return false
  if (await takeOther(stepper, commit, life)) return true
  await openCase(ids, commit, {
    about: 'no-code',
    subject: 'connection',
    subjectId: connection.id,
    key: `no-code:${connection.id}:${provider}`,
    detail: { lack },
  })
  await pushBack(trx, row, later(at, CODELESS_MS))
  return true
}

/**
 * How long its connection keeps it back; undefined where it may go by it, `elsewhere` where it was given another. Asked
 * last, for whoever may go may be the probe of a connection that was sick. `isUnsent`: no attempt has been written.
 */
export async function keptBack(
  { ids, stepper }: Deps,
  commit: Act,
  life: LifeRow,
  connection: Connection,
  isUnsent: boolean,
): Promise<number | 'elsewhere' | undefined> {
  const may = await mayCall(commit, life)
  if (may === 'go') return undefined
  if (isUnsent && (await takeOther(stepper, commit, life))) return 'elsewhere'
  await alarmOfHolding(ids, commit, connection, life.operation as Operation)
  return may
}

/** Nobody asks until when. */
const RESTING = { sickUntil: new Date(8.64e15) } as const
const WELL = { state: 'active', pausedFor: undefined, sickUntil: undefined } as const

/**
 * Only what has not left; never an attempt that might have arrived, and a refund only by the connection that collected.
 * What is planned was cut to what its connection can carry: the other must carry it as it is.
 */
async function takeOther(stepper: Stepper, commit: Act, life: LifeRow): Promise<boolean> {
  const { trx, setup, at } = commit
  if (life.operation === 'refund') return false
  const operation = life.operation as 'collect' | 'disburse'
  const attempted = await trx('attempts')
    .where({ tenant_id: setup.tenant.id, transaction_id: life.id })
    .first('id')
  if (attempted !== undefined) return false
  const amount: Money = { minor: life.amount_minor as bigint, currency: String(life.currency) }
  // how they are at this moment: what is remembered of them may be as old as the fault
  const open = await openNow(commit, operation)
  const isOther = ({ id }: Connection): boolean => id !== life.connection_id && open.has(id)
  const connections = setup.connections.map(each => ({ ...each, ...(isOther(each) ? WELL : RESTING) }))
  const wallet = { provider: String(life.provider), currency: amount.currency }
  const other = roadFor({ ...setup, connections }, wallet, operation, at)
  if (other === undefined || !isOther(other) || !carries(other, amount)) return false
  await trx('transactions')
    .where({ tenant_id: setup.tenant.id, id: life.id })
    .update({ connection_id: other.id, due_at: at, lease_until: null })
  await stepper.step(commit, 'transaction', life.id, {
    type: 'ROUTED',
    at: at.toISOString(),
    float: floatOf(other.name, life.kind as 'collect' | 'disburse' | 'return'),
    timing: movementTiming(other, 0),
  })
  return true
}
