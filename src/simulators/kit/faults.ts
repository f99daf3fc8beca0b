import type { Knex } from 'knex'
import { ensureSchema } from './database.ts'

/** Faults to come, scripted by `POST /sim/faults` or by a test; each strikes a number of times and is then spent. */
export type Fault = {
  /** `mpesa`, `mtn-momo`, `fineract`, `sms`… */
  readonly simulator: string
  /** `lost-request`, `lost-answer`, `server-error`, `slow`, `no-callback`, `duplicate-callback`, … */
  readonly kind: string
  /** Digits with country code: strikes only calls about this number; absent: any. */
  readonly msisdn?: string
  readonly times?: number
  /** For `slow`: how long, in real milliseconds, for it is the caller's own deadline that is being tried. */
  readonly ms?: number
}

export type Strike = { readonly kind: string; readonly ms: number }

const SLOW_MS = 15_000

export type Faults = {
  script(fault: Fault): Promise<void>
  /** Takes one strike of the first scripted fault among `kinds` that fits; undefined where none does. */
  strike(simulator: string, kinds: readonly string[], msisdn?: string): Promise<string | undefined>
  /** The same, with all that was scripted of it. */
  take(simulator: string, kinds: readonly string[], msisdn?: string): Promise<Strike | undefined>
  /** Takes one strike of every kind among `kinds` that is scripted. */
  strikeEach(simulator: string, kinds: readonly string[], msisdn?: string): Promise<Strike[]>
  clear(): Promise<void>
}

export async function createFaults(db: Knex): Promise<Faults> {
  await ensureSchema(db, 'sim_kit', [
    `create table if not exists sim_kit.faults (
       id bigint generated always as identity primary key,
       simulator text not null, kind text not null, msisdn text, strikes_left int not null,
       ms int not null default ${SLOW_MS})`,
  ])
  async function take(
    simulator: string,
    kinds: readonly string[],
    msisdn?: string,
  ): Promise<Strike | undefined> {
    const { rows } = await db.raw(
      `update sim_kit.faults set strikes_left = strikes_left - 1
        where id = (select id from sim_kit.faults
                     where simulator = ? and kind = any(?) and strikes_left > 0 and (msisdn is null or msisdn = ?)
                     order by id limit 1 for update)
       returning kind, ms`,
      [simulator, [...kinds], msisdn?.replace(/^\+/, '') ?? null],
    )
    return rows[0]
  }
  return {
    async script({ simulator, kind, msisdn, times, ms }) {
      await db('sim_kit.faults').insert({
        simulator,
        kind,
        msisdn: msisdn?.replace(/^\+/, '') ?? null,
        strikes_left: times ?? 1,
        ms: ms ?? SLOW_MS,
      })
    },
    take,
    strike: async (simulator, kinds, msisdn) => (await take(simulator, kinds, msisdn))?.kind,
    async strikeEach(simulator, kinds, msisdn) {
      const { rows } = await db.raw(
        `update sim_kit.faults set strikes_left = strikes_left - 1
          where id in (select min(id) from sim_kit.faults
                        where simulator = ? and kind = any(?) and strikes_left > 0 and (msisdn is null or msisdn = ?)
                        group by kind)
            and strikes_left > 0
         returning kind, ms`,
        [simulator, [...kinds], msisdn?.replace(/^\+/, '') ?? null],
      )
      return rows
    },
    async clear() {
      await db('sim_kit.faults').delete()
    },
  }
}
