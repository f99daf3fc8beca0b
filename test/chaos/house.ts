import { AsyncLocalStorage } from 'node:async_hooks'
import { v7 } from 'uuid'
import type { Clock } from '../../src/domain/time.ts'
import type { CrashPoint } from '../../src/gateway/context.ts'
import { createHouse, createLog, type House } from '../../src/main.ts'
import type { Dice } from './dice.ts'

/** Where the application is composed: its database, its Redis and its port. */
export type Place = {
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly secretsKey: string
  readonly port: number
}

export const urlOf = ({ port }: Place): string => `http://127.0.0.1:${port}`

/** An application on a clock that others turn; `name` is how the database knows its connections, `born` how often it was composed before. */
export async function composeHouse(
  place: Place,
  {
    name,
    clock,
    dice,
    born,
    at,
  }: { name: string; clock: Clock; dice: Dice; born: number; at: (point: CrashPoint) => Promise<void> },
): Promise<House> {
  // ids of the same millisecond grow, also from one life of the application to the next
  let ids = born * 100_000
  const url = place.databaseUrl
  const house = await createHouse({
    databaseUrl: `${url}${url.includes('?') ? '&' : '?'}application_name=${name}`,
    redisUrl: place.redisUrl,
    secretsKey: Buffer.from(place.secretsKey, 'hex'),
    simulators: false,
    loopback: true,
    role: 'all',
    publicUrl: urlOf(place),
    clock,
    log: createLog('silent'),
    batch: 1,
    configClock: { now: () => new Date() },
    elapsed: () => clock.now().getTime(),
    draw: dice.roll,
    ids: {
      next: () => {
        ids += 1
        const random = Uint8Array.from({ length: 16 }, () => dice.int(0, 255))
        return v7({ msecs: clock.now().getTime(), seq: ids, random })
      },
    },
    at,
  })
  await house.serve(place.port, '127.0.0.1')
  return house
}

/** Two things that somebody does at the same moment, in the order that is worst for us. */
export type Race = {
  /** To be asked at every named point, before anything else; true where the point is the second's, who is never stopped. */
  at(point: CrashPoint): Promise<boolean>
  /** The second begins when the first is about to commit, and the first commits when the second has ended or is waiting. */
  run<T>(house: House, first: () => Promise<T>, second: () => Promise<T>): Promise<readonly [T, T]>
}

const WAITS = `select exists (
  select from pg_locks l join pg_stat_activity a on a.pid = l.pid
   where not l.granted and a.datname = current_database()) as waits`

export function createRace(): Race {
  const inSecond = new AsyncLocalStorage<true>()
  let begin: (() => Promise<void>) | undefined
  return {
    async at(point) {
      if (inSecond.getStore() === true) return true
      if (point !== 'before-commit' || begin === undefined) return false
      const now = begin
      begin = undefined
      await now()
      return false
    },
    async run(house, first, second) {
      let running: ReturnType<typeof second> | undefined
      let ended = false
      const start = (): ReturnType<typeof second> => {
        running ??= inSecond.run(true, second).finally(() => {
          ended = true
        })
        running.catch(() => undefined)
        return running
      }
      begin = async () => {
        void start()
        while (!ended && !(await house.db.knex.raw(WAITS)).rows[0].waits) await new Promise(setImmediate)
      }
      const done = await first()
      begin = undefined
      return [done, await start()]
    },
  }
}
