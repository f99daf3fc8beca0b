import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { readOptions } from '../support/options.ts'
import { startServices } from '../support/services.ts'
import { campaign } from './campaign.ts'
import { tryGuards } from './guards.ts'
import type { Played } from './player.ts'

/**
 * `npm run chaos -- --seed N --schedules N [--first N] [--deeds N] [--worlds N] [--only mtn-momo] [--all]`: the fault campaign. Exits with
 * 1 where anything disagrees. With `--guards [--rule M5]` each guard is taken out in turn, and the campaign must fail.
 */

const values = readOptions({
  seed: { type: 'string' },
  schedules: { type: 'string' },
  first: { type: 'string' },
  all: { type: 'boolean' },
  deeds: { type: 'string' },
  worlds: { type: 'string' },
  only: { type: 'string' },
  guards: { type: 'boolean' },
  rule: { type: 'string' },
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

const deeds = values.deeds === undefined ? undefined : whole('deeds', values.deeds, 0)
const worlds = whole('worlds', values.worlds, availableParallelism())

if (values.guards === true) process.exit((await tryGuards(seed, schedules, values.rule)) ? 0 : 1)

let agreed = 0
function tell({ schedule, faults, story }: Played): void {
  if (faults.length === 0) {
    agreed += 1
    if (agreed % 50 === 0) process.stdout.write(`${agreed} schedules agree\n`)
    return
  }
  process.stdout.write(`\nschedule ${schedule} of seed ${seed} fails:\n`)
  for (const fault of faults) process.stdout.write(`  - ${fault}\n`)
  process.stdout.write(`its story:\n${story.map(line => `  ${line}\n`).join('')}`)
  const again = `--seed ${seed} --first ${schedule} --schedules 1${deeds === undefined ? '' : ` --deeds ${deeds}`}${values.only === undefined ? '' : ` --only ${values.only}`}`
  process.stdout.write(`again: npm run chaos -- ${again}\n`)
}

const services = await startServices()
const { HATUA_TEST_ADMIN_URL: server, HATUA_TEST_REDIS_URL: redisUrl } = services.environment
Object.assign(process.env, services.environment)
let failed = true
try {
  process.stdout.write(
    `seed ${seed}, ${schedules} schedules, on ${new URL(server).host} and ${new URL(redisUrl).host}\n`,
  )
  const began = performance.now()
  const report = await campaign({
    seed,
    schedules,
    first,
    deeds,
    worlds,
    only: values.only,
    redisUrl,
    stopAtFailure: values.all !== true,
    onPlayed: tell,
  })
  const seconds = (performance.now() - began) / 1000
  failed = report.failed.length > 0
  process.stdout.write(
    `${report.played.length} schedules, ${report.movements} movements of money (${report.parts} in parts), ${report.failed.length} failed, ${seconds.toFixed(1)} s\n`,
  )
} finally {
  await services.stop()
}
process.exit(failed ? 1 : 0)
