import { later } from '../domain/time.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import type { Log } from './context.ts'
import type { Act } from './step.ts'

/** A row that is due without reason is looked at again after this. */
const IDLE_MS = 10 * 60_000

/** A due row whose event changes nothing is an alarm and is pushed back, never a loop. */
export async function nothingToDo(log: Log, { trx, at }: Act, row: DueRow, state: string): Promise<void> {
  log.error({ tenant: row.tenantId, kind: row.kind, id: row.id, state }, 'a due row has nothing to do')
  await pushBack(trx, row, later(at, IDLE_MS))
}
