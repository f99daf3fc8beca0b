import { randomInt } from 'node:crypto'
import { expect, it } from '@jest/globals'
import { testRedisUrl } from '../support/database.ts'
import { campaign } from './campaign.ts'

/** A hundred short schedules of the fault campaign, on a seed of their own; `npm run chaos` plays longer ones, and more. */
const SCHEDULES = 100
const DEEDS = 4
const LIMIT_MS = 600_000

it(
  'a hundred schedules of faults lose no money, double none and forget none',
  async () => {
    const seed = Number(process.env.CHAOS_SEED ?? randomInt(1, 1_000_000))
    process.stdout.write(
      `the fault campaign: npm run chaos -- --seed ${seed} --schedules ${SCHEDULES} --deeds ${DEEDS}\n`,
    )
    const { played, movements, failed } = await campaign({
      seed,
      first: 1,
      schedules: SCHEDULES,
      deeds: DEEDS,
      worlds: 2,
      redisUrl: testRedisUrl(),
      stopAtFailure: true,
    })
    expect({ seed, failed }).toEqual({ seed, failed: [] })
    expect(played).toBe(SCHEDULES)
    expect(movements).toBeGreaterThan(2 * SCHEDULES)
  },
  LIMIT_MS,
)
