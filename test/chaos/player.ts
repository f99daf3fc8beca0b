import { seedOf } from './dice.ts'
import { judge } from './judge.ts'
import { play } from './play.ts'
import { drawSchedule } from './schedule.ts'
import { openWorld, type Services, type World } from './world.ts'

/** A world in a process of its own, which plays the schedules that it is told and answers how each went. */

export type Part = Services & {
  readonly seed: number
  readonly deeds: number | undefined
  readonly only?: string | undefined
}
export type Played = {
  readonly schedule: number
  readonly movements: number
  /** Those of them that share what was ordered with another. */
  readonly parts: number
  /** What disagrees; none where all is well. */
  readonly faults: readonly string[]
  readonly story: readonly string[]
}

/** One schedule in so many is played by real processes, which `kill -9` ends. */
const PROCESSES = 50

async function playOne(world: World, { seed, deeds, only }: Part, schedule: number): Promise<Played> {
  const process = schedule % PROCESSES === PROCESSES / 2
  const drawn = drawSchedule(seedOf(seed, schedule), {
    process,
    only,
    ...(deeds === undefined ? {} : { deeds }),
  })
  let faults: readonly string[]
  try {
    await play(world, drawn)
    faults = await judge(world)
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
    faults = [`the schedule could not be played: ${why}`]
  }
  const { rows } = await world.admin.query(
    `select count(*)::int as movements,
            count(*) filter (where (coalesce(request_id, disbursement_id)) in (
              select coalesce(request_id, disbursement_id) from transactions where part > 1))::int as parts
       from transactions`,
  )
  return { schedule, ...rows[0], faults, story: world.notes }
}

process.once('message', async (part: Part) => {
  const world = await openWorld(part)
  process.on('message', (told: number | 'end') => {
    if (told === 'end') void world.close().then(() => process.exit(0))
    else void playOne(world, part, told).then(played => process.send?.(played))
  })
  process.send?.('ready')
})
process.on('disconnect', () => process.exit(1))
