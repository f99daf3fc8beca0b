import type { Knex } from 'knex'
import type { Trx } from './database.ts'

/** Which process holds a line that stays open to a gateway: an account may have only so many, all processes together. */

type Key = { readonly tenantId: string; readonly id: string }
type Hold = Key & {
  readonly holder: string
  readonly lines: number
  readonly now: Date
  readonly until: Date
}

/** The channels, whoever's they are, whose gateways are reached so. */
export async function linedChannels(knex: Knex, adapters: readonly string[]): Promise<Key[]> {
  const { rows } = await knex.raw('select tenant_id, id from lined_channels(?)', [[...adapters]])
  return rows.map((row: { tenant_id: string; id: string }) => ({ tenantId: row.tenant_id, id: row.id }))
}

/** Takes a line of the channel or keeps the one in hand; false where others hold them all. */
export async function holdLine(
  trx: Trx,
  { tenantId, id, holder, lines, now, until }: Hold,
): Promise<boolean> {
  const { rowCount } = await trx.raw(
    `insert into lines (tenant_id, channel_id, slot, holder, held_until)
     select ?, ?, wanted.slot, ?, ?
       from generate_series(1, ?::int) wanted(slot)
       left join lines l on l.tenant_id = ? and l.channel_id = ? and l.slot = wanted.slot
      where l.holder is null or l.holder = ? or l.held_until <= ?
      order by l.holder = ? desc nulls last, wanted.slot limit 1
     on conflict (tenant_id, channel_id, slot) do update
        set holder = excluded.holder, held_until = excluded.held_until
      where lines.holder = excluded.holder or lines.held_until <= ?`,
    [tenantId, id, holder, until, lines, tenantId, id, holder, now, holder, now],
  )
  return rowCount > 0
}

/** Lets go of it at once, for the next process. */
export async function releaseLine(
  trx: Trx,
  { tenantId, id, holder, now }: Omit<Hold, 'lines' | 'until'>,
): Promise<void> {
  await trx('lines').where({ tenant_id: tenantId, channel_id: id, holder }).update({ held_until: now })
}
