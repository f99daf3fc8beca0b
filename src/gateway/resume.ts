import type { Ids } from '../domain/ids.ts'
import { settleCases } from './case-desk.ts'
import type { Act } from './step.ts'

/**
 * Somebody has mended it: what was held back goes on, each item once, and the alarm is settled. `fault`: only where the
 * connection rests for that. False where it does not rest so.
 */
export async function resumeConnection(ids: Ids, act: Act, name: string, fault?: string): Promise<boolean> {
  const { trx, setup } = act
  const [connection] = await trx('connections')
    .where({
      tenant_id: setup.tenant.id,
      name,
      state: 'paused',
      ...(fault === undefined ? {} : { paused_for: fault }),
    })
    .update({ state: 'active', paused_for: null, paused_at: null })
    .returning('id')
  if (connection === undefined) return false
  await settleCases(ids, act, { kind: 'our-fault', subject_id: connection.id })
  return true
}
