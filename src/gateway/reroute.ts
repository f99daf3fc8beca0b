import type { Ids } from '../domain/ids.ts'
import type { Money } from '../domain/money.ts'
import { later } from '../domain/time.ts'
import type { Operation } from '../providers/provider.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import type { LifeRow } from '../store/lives.ts'
import type { Connection } from '../store/tenants.ts'
import { openCase } from './cases.ts'
import { floatOf } from './movement.ts'
import { carries, timingOf } from './plan.ts'
import { isWell, lackingCode, roadFor } from './road.ts'
import type { Act, Stepper } from './step.ts'

/** What was planned for a connection that cannot take it now: another road, else it waits. */

/** After this it is looked again whether the code has been told. */
const CODELESS_MS = 5 * 60_000

type Deps = { readonly ids: Ids; readonly stepper: Stepper }

/** True where it does not leave by this connection now: it was given another, or waits for a code. */
export async function reroute(
  { ids, stepper }: Deps,
  commit: Act,
  row: DueRow,
  life: LifeRow,
  connection: Connection,
): Promise<boolean> {
  const { trx, setup, at } = commit
  const provider = String(life.provider)
  const lack = lackingCode(setup, connection, provider, at)
  if (lack === undefined && isWell(connection, life.operation as Operation, at)) return false
  if (await takeOther(stepper, commit, life, connection)) return true
  if (lack === undefined) return false
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
 * Only what has not left; never an attempt that might have arrived, and a refund only by the connection that collected.
 * What is planned was cut to what its connection can carry: the other must carry it as it is.
 */
async function takeOther(
  stepper: Stepper,
  commit: Act,
  life: LifeRow,
  connection: Connection,
): Promise<boolean> {
  const { trx, setup, at } = commit
  if (life.operation === 'refund') return false
  const operation = life.operation as 'collect' | 'disburse'
  const attempted = await trx('attempts')
    .where({ tenant_id: setup.tenant.id, transaction_id: life.id })
    .first('id')
  if (attempted !== undefined) return false
  const amount: Money = { minor: life.amount_minor as bigint, currency: String(life.currency) }
  const other = roadFor(setup, { provider: String(life.provider), currency: amount.currency }, operation, at)
  if (other === undefined || other.id === connection.id) return false
  if (!isWell(other, operation, at) || !carries(other, amount)) return false
  await trx('transactions')
    .where({ tenant_id: setup.tenant.id, id: life.id })
    .update({ connection_id: other.id, due_at: at, lease_until: null })
  await stepper.step(commit, 'transaction', life.id, {
    type: 'ROUTED',
    at: at.toISOString(),
    float: floatOf(other.name, life.kind as 'collect' | 'disburse' | 'return'),
    timing: timingOf(other, 0),
  })
  return true
}
