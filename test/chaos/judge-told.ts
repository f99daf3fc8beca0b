import type { World } from './world.ts'

/** Who is to hear of it has heard: what is called delivered arrived, and what has not is tried again. */
export async function withTold({ admin, told }: World, tenant: string): Promise<string[]> {
  const found: string[] = []
  const { rows: hooks } = await admin.query(
    'select event_id, state, due_at from webhook_deliveries where tenant_id = $1',
    [tenant],
  )
  for (const { event_id: id, state, due_at: due } of hooks) {
    if (state === 'delivered' && !told.has(id)) found.push(`web hook ${id} is delivered, and nobody heard it`)
    if (!['delivered', 'dead'].includes(state) && due === null)
      found.push(`web hook ${id} is ${state}, and nothing will wake it`)
  }
  const { rows: messages } = await admin.query(
    `select m.id, m.state, m.due_at, m.msisdn, m.body,
            (select count(*)::int from sim_sms.messages s
              where '+' || s.msisdn = m.msisdn and s.text = m.body and s.username = m.tenant_id
                and s.status <> 'rejected') as sent,
            count(*) over (partition by m.msisdn, m.body)::int as ours
       from messages m where m.tenant_id = $1`,
    [tenant],
  )
  for (const { id, state, due_at: due, sent, ours } of messages) {
    if (['queued', 'sending'].includes(state) && due === null)
      found.push(`message ${id} is ${state}, and nothing will wake it`)
    // a lost answer is resent once at most, and lost again only a report tells of it
    if (sent > 2 * ours) found.push(`message ${id} went ${sent} times, for ${ours} of ours`)
    if (['accepted', 'delivered'].includes(state) && sent === 0)
      found.push(`message ${id} is ${state}, and was not taken by anybody`)
  }
  return found
}
