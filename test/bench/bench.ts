import { readOptions } from '../support/options.ts'
import { playGate } from './gate.ts'
import { createPoster } from './load.ts'
import { measurePaying, payingTable } from './paying.ts'
import { type Effort, measureRounds, roundsTable } from './rounds.ts'
import { measureSettling, type SettlingEffort, settlingTable } from './settling.ts'
import { type Spawned, spawnServer } from './spawned.ts'
import { openWorld } from './world.ts'

/**
 * `npm run bench`: what a hop costs on our server, beside a bare floor and a peer, on real Redis and in one interleaved
 * run; that 64 interleaved sessions lose nothing and mix nothing; and how many collections settle a second, beside the
 * bare commits of the same Postgres. Only the sessions can fail.
 * `-- --quick` is shorter; `-- --profile` writes CPU profiles of our server, of the cheap hops and of settling alone.
 */
const options = readOptions({ quick: { type: 'boolean' }, profile: { type: 'boolean' } })

const EFFORT: Effort = options.quick
  ? { dialogues: 150, rounds: 3, limitMs: 8_000 }
  : { dialogues: 500, rounds: 9, limitMs: 30_000 }
const SETTLING: SettlingEffort = options.quick
  ? { collections: 50, rounds: 1 }
  : { collections: 100, rounds: 3 }
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

    /** A process of its own, only while it is measured: its worker would disturb the others. */
    async function settle(): Promise<void> {
      const settler = await spawnServer('settler', world.environment, profiling)
      servers.push(settler)
      const rounds = await measureSettling(settler, world, SETTLING)
      await settler.stop()
      console.log(`${settlingTable(rounds)}
  (${SETTLING.collections} at once, median of ${SETTLING.rounds}, first approval to last booking; each simulated wallet
  takes 2 s to type a PIN; Postgres without fsync, the commits over 8 connections)\n`)
    }

    const phones = world.people.map(({ phone }) => phone)
    const rounds = await measureRounds(post, servers, phones, EFFORT)
    console.log(`\n${roundsTable(rounds)}\n  (median of ${rounds.length} rounds, x: against the floor)\n`)

    if (options.profile) {
      await settle()
      console.log(`  the profiles are in ${PROFILES}\n`)
      return true
    }
    const gate = await playGate(post, ours.url, world.people, world.pin)
    await settle()
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
