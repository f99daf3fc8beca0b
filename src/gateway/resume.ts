import type { Act } from './step.ts'

/**
 * Somebody has mended it: what was held back goes on, each item once, and the alarm is settled. `fault`: only where the
 * connection rests for that. False where it does not rest so.
 */
export async function resumeConnection(
  {
    trx,
    setup,
    at,
  }: Pick<Act, 'trx' | 'at'> & { readonly setup: { readonly tenant: { readonly id: string } } },
  name: string,
  fault?: string,
): Promise<boolean> {
  const key = { tenant_id: setup.tenant.id }
  const [connection] = await trx('connections')
    .where({ ...key, name, state: 'paused', ...(fault === undefined ? {} : { paused_for: fault }) })
    .update({ state: 'active', paused_for: null, paused_at: null })
    .returning('id')
  if (connection === undefined) return false
  await trx('cases')
    .where({ ...key, kind: 'our-fault', subject_id: connection.id, state: 'open' })
    .update({ state: 'settled', settled_at: at })
  return true
}
