import { seedOf } from './dice.ts'
import { judge } from './judge.ts'
import { play } from './play.ts'
import { drawSchedule } from './schedule.ts'
import type { World } from './world.ts'

export type Failure = {
  readonly seed: number
  readonly faults: readonly string[]
  readonly story: readonly string[]
}
export type Report = {
  readonly played: number
  readonly movements: number
  readonly failures: readonly Failure[]
}

/** Plays schedules of a seed one after the other; stops at the first that fails, or plays all. */
export async function campaign(
  world: World,
  options: {
    readonly seed: number
    readonly schedules: number
    readonly first?: number
    /** How many things people do in a schedule; fewer make it quicker. */
    readonly deeds?: number
    readonly stopAtFailure: boolean
    readonly onPlayed?: (schedule: number, failure: Failure | undefined) => void
  },
): Promise<Report> {
  const failures: Failure[] = []
  let movements = 0
  let played = 0
  const first = options.first ?? 1
  for (let schedule = first; schedule < first + options.schedules; schedule++) {
    const failure = await playOne(world, seedOf(options.seed, schedule), options.deeds)
    played += 1
    const { rows } = await world.admin.query('select count(*)::int as count from transactions')
    movements += rows[0].count
    options.onPlayed?.(schedule, failure)
    if (failure === undefined) continue
    failures.push(failure)
    if (options.stopAtFailure) break
  }
  return { played, movements, failures }
}

async function playOne(world: World, seed: number, deeds?: number): Promise<Failure | undefined> {
  let faults: readonly string[]
  try {
    await play(world, drawSchedule(seed, deeds))
    faults = await judge(world)
  } catch (error) {
    faults = [
      `the schedule could not be played: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    ]
  }
  return faults.length === 0 ? undefined : { seed, faults, story: world.notes }
}
