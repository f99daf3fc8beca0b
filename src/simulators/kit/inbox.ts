import type { Knex } from 'knex'
import { ensureSchema } from './database.ts'
import { e164 } from './numbers.ts'

/** What came to phones by SMS, whichever gateway it came by: a phone has one inbox. */

/** What came to a number after a cursor; without one, only where the cursor stands now. */
export type ReadInbox = (
  msisdn: string,
  since: string | undefined,
) => Promise<{ data: object[]; next: string }>

export type Sms = {
  /** Digits with country code. */
  readonly msisdn: string
  readonly sender: string
  readonly text: string
  readonly at: Date
}

export type Inbox = {
  /** In the gateway's own commit. */
  receive(sms: Sms, trx: Knex.Transaction): Promise<void>
  readonly read: ReadInbox
}

type Row = Sms & { readonly id: string }

const SCREENFUL = 100
const TABLE = 'sim_kit.inbox'

export async function createInbox(db: Knex): Promise<Inbox> {
  await ensureSchema(db, 'sim_kit', [
    `create table if not exists ${TABLE} (
       id bigint generated always as identity primary key,
       msisdn text not null, sender text not null, text text not null, at timestamptz not null)`,
    `create index if not exists inbox_msisdn on ${TABLE} (msisdn, id)`,
  ])
  return {
    async receive(sms, trx) {
      await trx(TABLE).insert(sms)
    },
    async read(msisdn, since) {
      if (since === undefined) {
        const last = await db(TABLE).where({ msisdn }).max('id as id').first()
        return { data: [], next: last?.id ?? '0' }
      }
      const rows: Row[] = await db(TABLE)
        .where({ msisdn })
        .andWhere('id', '>', since)
        .orderBy('id')
        .limit(SCREENFUL)
      return {
        data: rows.map(({ id, sender, text, at }) => ({
          id,
          to: e164(msisdn),
          from: sender,
          text,
          at: at.toISOString(),
          status: 'accepted',
        })),
        next: rows.at(-1)?.id ?? since,
      }
    },
  }
}
