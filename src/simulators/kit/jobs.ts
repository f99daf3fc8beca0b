import type { Knex } from 'knex'
import { ensureSchema } from './database.ts'

/** What a simulator will do later: answer a prompt, call back, report a delivery. Kept in the database, done at least once. */
export type Job = {
  readonly simulator: string
  readonly kind: string
  readonly payload: Record<string, unknown>
  readonly dueAt: Date
  /** Jobs of one lane are done one after another, in the order of their due times: a clock that jumps turns no story round. */
  readonly lane?: string
}

/** Must be repeatable: a crash, or a second process on the same database, may run a job twice. */
export type JobHandler = (payload: Record<string, unknown>) => Promise<void>

export type Jobs = {
  plan(job: Job, trx?: Knex.Transaction): Promise<void>
  on(simulator: string, kind: string, handler: JobHandler): void
  /** Does all that is due by the clock; answers how many. Safe to call from a timer and from a test. */
  tick(): Promise<number>
  /** Waits for a tick that is under way, and starts none. */
  idle(): Promise<void>
}

type Row = {
  readonly id: string
  readonly simulator: string
  readonly kind: string
  readonly payload: Record<string, unknown>
  readonly lane: string | null
}

type Handlers = ReadonlyMap<string, JobHandler>

const BATCH = 50
/** A job that fails this often is dropped: the schedule must not stand still for one row. */
const MAX_ATTEMPTS = 5

const keyOf = ({ simulator, kind }: Pick<Row, 'simulator' | 'kind'>): string => `${simulator}:${kind}`

async function perform(db: Knex, handlers: Handlers, row: Row, failures: unknown[]): Promise<void> {
  try {
    await handlers.get(keyOf(row))?.(row.payload)
    await db('sim_kit.jobs').where({ id: row.id }).delete()
  } catch (error) {
    failures.push(error)
    await db('sim_kit.jobs').where({ id: row.id }).increment('attempts', 1)
    await db('sim_kit.jobs').where({ id: row.id }).andWhere('attempts', '>=', MAX_ATTEMPTS).delete()
  }
}

async function performLane(db: Knex, handlers: Handlers, rows: Row[], failures: unknown[]): Promise<void> {
  for (const row of rows) await perform(db, handlers, row, failures)
}

/** One pass after another until nothing is due; a pass with a failure is the last, so that the next tick tries again. */
async function run(db: Knex, handlers: Handlers, clock: { now(): Date }, inTurn: boolean): Promise<number> {
  let done = 0
  for (;;) {
    const rows: Row[] = await db('sim_kit.jobs')
      .where('due_at', '<=', clock.now())
      .andWhereRaw(`simulator || ':' || kind = any(?)`, [[...handlers.keys()]])
      .orderBy(['due_at', 'id'])
      .limit(BATCH)
    if (rows.length === 0) return done
    const failures: unknown[] = []
    const lanes = new Map<string, Row[]>()
    for (const row of rows) {
      const lane = row.lane ?? `job:${row.id}`
      lanes.set(lane, [...(lanes.get(lane) ?? []), row])
    }
    if (inTurn) for (const lane of lanes.values()) await performLane(db, handlers, lane, failures)
    else await Promise.all([...lanes.values()].map(lane => performLane(db, handlers, lane, failures)))
    if (failures.length > 0) throw new AggregateError(failures, `simulator jobs failed: ${failures[0]}`)
    done += rows.length
  }
}

/** `inTurn`: one lane after the other, so that the same seed plays the same story. */
export async function createJobs(db: Knex, clock: { now(): Date }, inTurn = false): Promise<Jobs> {
  await ensureSchema(db, 'sim_kit', [
    `create table if not exists sim_kit.jobs (
       id bigint generated always as identity primary key,
       simulator text not null, kind text not null, payload jsonb not null, due_at timestamptz not null,
       lane text, attempts int not null default 0)`,
    'create index if not exists jobs_due on sim_kit.jobs (due_at, id)',
  ])
  const handlers = new Map<string, JobHandler>()
  let running: Promise<number> | undefined
  return {
    async plan(job, trx) {
      await (trx ?? db)('sim_kit.jobs').insert({
        simulator: job.simulator,
        kind: job.kind,
        payload: JSON.stringify(job.payload),
        due_at: job.dueAt,
        lane: job.lane ?? null,
      })
    },
    on: (simulator, kind, handler) => void handlers.set(keyOf({ simulator, kind }), handler),
    tick() {
      running ??= run(db, handlers, clock, inTurn).finally(() => {
        running = undefined
      })
      return running
    },
    async idle() {
      await running?.catch(() => undefined)
    },
  }
}
