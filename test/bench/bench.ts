import { parseArgs } from 'node:util'
import { playGate } from './gate.ts'
import { createPoster } from './load.ts'
import { measurePaying, payingTable } from './paying.ts'
import { type Effort, measureRounds, roundsTable } from './rounds.ts'
import { type Spawned, spawnServer } from './spawned.ts'
import { openWorld } from './world.ts'

/**
 * `npm run bench`: what a hop costs on our server, beside a bare floor and a peer, on real Redis and in one interleaved
 * run; then that 64 interleaved sessions lose nothing and mix nothing. Only that last part can fail.
 * `-- --quick` is shorter; `-- --profile` writes a CPU profile of our server, of the cheap hops alone.
 */
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, profile: { type: 'boolean', default: false } },
})

const EFFORT: Effort = options.quick
  ? { dialogues: 150, rounds: 3, limitMs: 8_000 }
  : { dialogues: 500, rounds: 9, limitMs: 50_000 }
const PROFILES = '.services/profiles'
const FAULTS_SHOWN = 20

async function bench(): Promise<boolean> {
  const world = await openWorld()
  const servers: Spawned[] = []
  const { post, close } = createPoster(2 * world.people.length)
  try {
    const profiling = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${PROFILES}`] : []
    servers.push(await spawnServer('floor', world.environment))
    servers.push(await spawnServer('peer', world.environment))
    const ours = await spawnServer('ours', world.environment, profiling)
    servers.push(ours)

    const phones = world.people.map(({ phone }) => phone)
    const rounds = await measureRounds(post, servers, phones, EFFORT)
    console.log(`\n${roundsTable(rounds)}\n  (median of ${rounds.length} rounds, x: against the floor)\n`)
    if (options.profile) console.log(`  the profile is in ${PROFILES}\n`)

    if (options.profile) return true
    const gate = await playGate(post, ours.url, world.people, world.pin)
    console.log(`${payingTable(await measurePaying(post, ours, world))}\n`)
    for (const fault of gate.faults.slice(0, FAULTS_SHOWN)) console.log(`  ${fault}`)
    const verdict =
      gate.faults.length === 0
        ? "none lost, none mixed, nobody saw another's data"
        : `${gate.faults.length} FAULTS`
    console.log(`  ${gate.sessions} interleaved sessions, ${gate.hops} hops with repeats: ${verdict}`)
    return gate.faults.length === 0
  } finally {
    close()
    for (const server of servers) await server.stop()
    await world.close()
  }
}

process.exitCode = (await bench()) ? 0 : 1
