import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { startServices } from '../support/services.ts'
import { campaign, type Failure } from './campaign.ts'
import { openWorld } from './world.ts'

/** `npm run chaos -- --seed N --schedules N [--first N]`: the fault campaign. Exits with 1 where anything disagrees. */

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    schedules: { type: 'string' },
    first: { type: 'string' },
    all: { type: 'boolean' },
    deeds: { type: 'string' },
  },
})

function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  if (!/^\d{1,9}$/.test(text)) {
    process.stderr.write(`--${name} must be a whole number, like --${name} 100\n`)
    process.exit(2)
  }
  return Number(text)
}

const seed = whole('seed', values.seed, randomInt(1, 1_000_000))
const schedules = whole('schedules', values.schedules, 100)
const first = whole('first', values.first, 1)

function tellFailure(schedule: number, { faults, story }: Failure): void {
  process.stdout.write(`\nschedule ${schedule} of seed ${seed} fails:\n`)
  for (const fault of faults) process.stdout.write(`  - ${fault}\n`)
  process.stdout.write(`its story:\n${story.map(line => `  ${line}\n`).join('')}`)
  process.stdout.write(
    `again: npm run chaos -- --seed ${seed} --first ${schedule} --schedules 1${values.deeds === undefined ? '' : ` --deeds ${values.deeds}`}\n`,
  )
}

const services = await startServices()
const { HATUA_TEST_ADMIN_URL: adminServer, HATUA_TEST_REDIS_URL: redisUrl } = services.environment
Object.assign(process.env, services.environment)
const { createTestDatabase } = await import('../support/database.ts')
const database = await createTestDatabase()
let failed = true
try {
  process.stdout.write(
    `seed ${seed}, ${schedules} schedules, on ${new URL(adminServer).host} and ${new URL(redisUrl).host}\n`,
  )
  const world = await openWorld({ adminUrl: database.adminUrl, url: database.url, redisUrl })
  const began = performance.now()
  const report = await campaign(world, {
    seed,
    schedules,
    first,
    ...(values.deeds === undefined ? {} : { deeds: whole('deeds', values.deeds, 0) }),
    stopAtFailure: values.all !== true,
    onPlayed(schedule, failure) {
      if (failure !== undefined) tellFailure(schedule, failure)
      else if (schedule % 50 === 0) process.stdout.write(`${schedule} schedules agree\n`)
    },
  })
  const seconds = (performance.now() - began) / 1000
  failed = report.failures.length > 0
  process.stdout.write(
    `${report.played} schedules, ${report.movements} movements of money, ${report.failures.length} failed, ${seconds.toFixed(1)} s\n`,
  )
  await world.close()
} finally {
  await database.drop().catch(() => undefined)
  await services.stop()
}
process.exit(failed ? 1 : 0)
