import { randomInt } from 'node:crypto'
import { expect, it } from '@jest/globals'
import { testRedisUrl } from '../support/database.ts'
import { campaign } from './campaign.ts'

/** A hundred short schedules of the fault campaign, on a seed of their own; `npm run chaos` plays longer ones, and more. */
const SCHEDULES = 100
const DEEDS = 2
const AGAIN = [1, 2]
const LIMIT_MS = 600_000

it(
  'a hundred schedules of faults lose no money, double none and forget none, and replay exactly',
  async () => {
    const seed = Number(process.env.CHAOS_SEED ?? randomInt(1, 1_000_000))
    process.stdout.write(
      `the fault campaign: npm run chaos -- --seed ${seed} --schedules ${SCHEDULES} --deeds ${DEEDS}\n`,
    )
    const { played, movements, parts, failed } = await campaign({
      seed,
      first: 1,
      schedules: SCHEDULES,
      again: AGAIN,
      deeds: DEEDS,
      worlds: 2,
      redisUrl: testRedisUrl(),
      stopAtFailure: true,
    })
    expect({ seed, failed }).toEqual({ seed, failed: [] })
    expect(played).toHaveLength(SCHEDULES + AGAIN.length)
    expect(movements).toBeGreaterThan(SCHEDULES)
    expect(parts).toBeGreaterThan(SCHEDULES / 4)
    // the same story, whatever was played before it, and in whichever world
    for (const schedule of AGAIN) {
      const [once, again] = played.filter(one => one.schedule === schedule).map(({ story }) => story)
      expect(again).toEqual(once)
    }
  },
  LIMIT_MS,
)
