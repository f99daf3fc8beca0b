import type { Knex } from 'knex'
import { ensureSchema } from './database.ts'

/** What a simulator will do later: answer a prompt, call back, report a delivery. Kept in the database, done at least once. */
export type Job = {
  readonly simulator: string
  readonly kind: string
  readonly payload: Record<string, unknown>
  readonly dueAt: Date
}

export type JobHandler = (payload: Record<string, unknown>) => Promise<void>

export type Jobs = {
  plan(job: Job, trx?: Knex.Transaction): Promise<void>
  on(simulator: string, kind: string, handler: JobHandler): void
  /** Does all that is due by the clock; answers how many. Safe to call from a timer and from a test. */
  tick(): Promise<number>
}

export async function createJobs(db: Knex, clock: { now(): Date }): Promise<Jobs> {
  await ensureSchema(db, 'sim_kit', [
    `create table if not exists sim_kit.jobs (
       id bigint generated always as identity primary key,
       simulator text not null, kind text not null, payload jsonb not null, due_at timestamptz not null)`,
    'create index if not exists jobs_due on sim_kit.jobs (due_at)',
  ])
  const handlers = new Map<string, JobHandler>()
  let running: Promise<number> | undefined

  async function run(): Promise<number> {
    let done = 0
    for (;;) {
      const rows: { id: string; simulator: string; kind: string; payload: Record<string, unknown> }[] =
        await db('sim_kit.jobs').where('due_at', '<=', clock.now()).orderBy(['due_at', 'id']).limit(50)
      const mine = rows.filter(row => handlers.has(`${row.simulator}:${row.kind}`))
      if (mine.length === 0) return done
      await Promise.all(
        mine.map(async row => {
          await handlers.get(`${row.simulator}:${row.kind}`)?.(row.payload)
          await db('sim_kit.jobs').where({ id: row.id }).delete()
        }),
      )
      done += mine.length
    }
  }

  return {
    async plan(job, trx) {
      await (trx ?? db)('sim_kit.jobs').insert({
        simulator: job.simulator,
        kind: job.kind,
        payload: JSON.stringify(job.payload),
        due_at: job.dueAt,
      })
    },
    on: (simulator, kind, handler) => void handlers.set(`${simulator}:${kind}`, handler),
    tick() {
      running ??= run().finally(() => {
        running = undefined
      })
      return running
    },
  }
}
