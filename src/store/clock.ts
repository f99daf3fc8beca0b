import type { Knex } from 'knex'
import type { Clock } from '../domain/time.ts'

/** A clock that can be set forward, for every process on the same database and across restarts. */
export type StoredClock = Clock & {
  /** How far it is ahead, in milliseconds. */
  offsetMs(): number
  /** Sets it forward by so many milliseconds (more than 0); false, and nothing done, beyond `MAX_OFFSET_MS`. */
  advance(ms: number): Promise<boolean>
  /** Looks again so often whether another process has set it forward, and tells it. */
  follow(everyMs: number, moved: () => void): void
  /** Looks no more; a look that is under way is waited for. */
  stop(): Promise<void>
}

/** A year has four digits in every date that we write. */
export const MAX_OFFSET_MS = 1_000 * 366 * 86_400_000

type Row = { readonly offset_ms: bigint }

/**
 * Goes as `base` does, ahead of it by what the table `virtual_clock` says. The table only ever adds, and what was seen
 * once is the least that is believed: time never goes back.
 */
export async function openClock(knex: Knex, base: Clock): Promise<StoredClock> {
  let offsetMs = 0
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()

  function believe(row: Row | undefined): boolean {
    const before = offsetMs
    offsetMs = Math.max(before, Number(row?.offset_ms ?? 0))
    return offsetMs > before
  }

  const look = async (): Promise<boolean> => believe(await knex('virtual_clock').first('offset_ms'))
  await look()

  return {
    now: () => new Date(base.now().getTime() + offsetMs),
    offsetMs: () => offsetMs,
    async advance(ms) {
      if (!(ms > 0)) throw new Error('time never goes back')
      const { rows } = await knex.raw(
        `insert into virtual_clock as clock (id, offset_ms) values (1, :ms)
         on conflict (id) do update set offset_ms = clock.offset_ms + excluded.offset_ms
           where clock.offset_ms + excluded.offset_ms <= :max
         returning offset_ms`,
        { ms, max: MAX_OFFSET_MS },
      )
      believe(rows[0])
      return rows.length > 0
    },
    follow(everyMs, moved) {
      let busy = false
      const again = async (): Promise<void> => {
        busy = true
        // a database that is away is told of by whoever needs it more
        if (await look().catch(() => false)) moved()
        busy = false
      }
      timer ??= setInterval(() => {
        if (!busy) looking = again()
      }, everyMs).unref()
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      await looking
    },
  }
}
