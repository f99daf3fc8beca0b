import type { Knex } from 'knex'
import { ensureSchema } from './database.ts'
import type { Jobs } from './jobs.ts'

/** A call from a simulator to the server under test. */
export type Callback = {
  readonly simulator: string
  /** Which transaction or message it tells of: {@link Callbacks.sendNow} finds it by this. */
  readonly reference: string
  readonly method: 'POST' | 'PUT'
  readonly url: string
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded'
  /** What it is signed with, or whatever else proves its origin. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
  readonly dueAt: Date
}

export type Callbacks = {
  /** Keeps it in the simulator's own commit; it leaves when it is due. */
  plan(callback: Callback, trx?: Knex.Transaction): Promise<void>
  /** Sends all that is still planned about one reference, without waiting for its time: a callback that overtakes the answer. */
  sendNow(simulator: string, reference: string): Promise<void>
}

/** Nobody waits longer for a listener. */
const LISTENER_MS = 5_000

type Row = {
  readonly id: string
  readonly method: string
  readonly url: string
  readonly content_type: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Sends at most once: the row is marked before the call, for neither MTN nor Safaricom promises a second try. What the
 * listener answered is kept beside it.
 */
async function send(db: Knex, clock: { now(): Date }, where: Record<string, string>): Promise<void> {
  const rows: Row[] = await db('sim_kit.callbacks')
    .where(where)
    .whereNull('sent_at')
    .update({ sent_at: clock.now() })
    .returning(['id', 'method', 'url', 'content_type', 'headers', 'body'])
  for (const row of rows.sort((a, b) => Number(a.id) - Number(b.id))) {
    try {
      const answer = await fetch(row.url, {
        method: row.method,
        headers: { 'content-type': row.content_type, ...row.headers },
        body: row.body,
        redirect: 'manual',
        signal: AbortSignal.timeout(LISTENER_MS),
      })
      await answer.arrayBuffer()
      await db('sim_kit.callbacks').where({ id: row.id }).update({ answer_status: answer.status })
    } catch (error) {
      await db('sim_kit.callbacks')
        .where({ id: row.id })
        .update({ failure: String(error) })
    }
  }
}

export async function createCallbacks(db: Knex, clock: { now(): Date }, jobs: Jobs): Promise<Callbacks> {
  await ensureSchema(db, 'sim_kit', [
    `create table if not exists sim_kit.callbacks (
       id bigint generated always as identity primary key,
       simulator text not null, reference text not null, method text not null, url text not null,
       content_type text not null, body text not null, due_at timestamptz not null,
       sent_at timestamptz, answer_status int, failure text)`,
    "alter table sim_kit.callbacks add column if not exists headers jsonb not null default '{}'",
    'create index if not exists callbacks_reference on sim_kit.callbacks (simulator, reference)',
  ])
  jobs.on('kit', 'callback', async ({ id }) => send(db, clock, { id: String(id) }))
  return {
    async plan({ contentType, headers = {}, dueAt, ...callback }, trx) {
      const [row] = await (trx ?? db)('sim_kit.callbacks')
        .insert({ ...callback, content_type: contentType, headers: JSON.stringify(headers), due_at: dueAt })
        .returning('id')
      const lane = `callback:${callback.simulator}:${callback.reference}`
      await jobs.plan({ simulator: 'kit', kind: 'callback', payload: { id: row.id }, dueAt, lane }, trx)
    },
    sendNow: (simulator, reference) => send(db, clock, { simulator, reference }),
  }
}
