import { type Expiry, type ExpiryAlarm, expiriesOf, expiryAlarm } from '../domain/expiry.ts'
import type { Ids } from '../domain/ids.ts'
import type { Connection } from '../store/tenants.ts'
import { openCase } from './cases.ts'
import type { Act } from './step.ts'

/** Looked at once a day: a case 30, 7 and 1 days before a connection's credential ends, each once, however late it is seen. */
export async function alarmOfExpiry(ids: Ids, act: Act): Promise<void> {
  for (const connection of act.setup.connections)
    for (const expiry of expiriesOf(connection.config)) {
      const days = expiryAlarm(expiry, act.at)
      if (days !== undefined) await alarm(ids, act, connection, expiry, days)
    }
}

async function alarm(
  ids: Ids,
  act: Act,
  { id, name }: Connection,
  { credential, at }: Expiry,
  days: ExpiryAlarm,
): Promise<void> {
  const expiresAt = at.toISOString()
  const key = `credential-expires:${id}:${credential}:${expiresAt}:${days}`
  // what somebody has settled is not opened again by the next day's look
  const told = await act.trx('cases').where({ tenant_id: act.setup.tenant.id, key }).first('id')
  if (told !== undefined) return
  await openCase(ids, act, {
    about: 'credential-expires',
    subject: 'connection',
    subjectId: id,
    key,
    detail: { connection: name, credential, expiresAt, withinDays: days },
  })
}
