import { expect, it } from '@jest/globals'
import { createTestDatabase, type TestDatabase, testRedisUrl } from '../support/database.ts'
import { campaign } from './campaign.ts'
import { openWorld } from './world.ts'

/**
 * Some schedules of the fault campaign, the same in every run unless CHAOS_SEED says otherwise; `npm run chaos` plays as
 * many as one likes, on any seed.
 */
const SCHEDULES = 8
const SEED = 5
const WORLDS = 2
const DEEDS = 10
const LIMIT_MS = 600_000

async function inAWorld(database: TestDatabase, seed: number, first: number) {
  const world = await openWorld({ adminUrl: database.adminUrl, url: database.url, redisUrl: testRedisUrl() })
  try {
    return await campaign(world, {
      seed,
      first,
      schedules: SCHEDULES / WORLDS,
      deeds: DEEDS,
      stopAtFailure: true,
    })
  } finally {
    await world.close()
  }
}

it(
  'schedules of faults lose no money, double none and forget none',
  async () => {
    const seed = Number(process.env.CHAOS_SEED ?? SEED)
    process.stdout.write(`the fault campaign plays seed ${seed}\n`)
    const databases = await Promise.all(Array.from({ length: WORLDS }, () => createTestDatabase()))
    const reports = await Promise.all(
      databases.map((database, at) => inAWorld(database, seed, 1 + (at * SCHEDULES) / WORLDS)),
    )
    for (const database of databases) await database.drop()
    const failures = reports.flatMap(report => report.failures)
    expect({ seed, failures: failures.map(({ faults, story }) => ({ faults, story })) }).toEqual({
      seed,
      failures: [],
    })
    const movements = reports.reduce((sum, report) => sum + report.movements, 0)
    expect(movements).toBeGreaterThan(4 * SCHEDULES)
  },
  LIMIT_MS,
)
