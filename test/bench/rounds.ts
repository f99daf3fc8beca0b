import { median, medianOf, type Slice, sliceOf, table } from './figures.ts'
import { type Post, play } from './load.ts'
import type { ServerName, Spawned } from './spawned.ts'

type Answering = Exclude<ServerName, 'settler'>
export type Round = Readonly<Record<Answering, Slice>>

export type Effort = {
  /** Dialogues that each server plays in a round. */
  readonly dialogues: number
  readonly rounds: number
  /** Beyond this no further round is begun, once there are enough for a median. */
  readonly limitMs: number
}

/** Main menu, settings and back, twice: no PIN, no decision, nothing from the core, and nothing left to go on with. */
const TEXTS = ['', '5', '5*0', '5*0*5', '5*0*5*0'] as const
const AT_ONCE = 16
const MIN_ROUNDS = 3

/** Rounds in which each server has its turn, each time in another order, so that noise meets all alike. */
export async function measureRounds(
  post: Post,
  servers: readonly Spawned[],
  phones: readonly string[],
  effort: Effort,
): Promise<Round[]> {
  const slice = async (server: Spawned): Promise<Slice> => {
    const before = await server.cpuUs()
    const plan = { phones, texts: TEXTS, dialogues: effort.dialogues, atOnce: AT_ONCE }
    const times = await play(post, server.url, plan)
    return sliceOf(times, (await server.cpuUs()) - before)
  }
  const end = performance.now() + effort.limitMs
  // a first round for the compilers, not for the table
  for (const server of servers) await slice(server)
  const rounds: Round[] = []
  while (rounds.length < effort.rounds && (rounds.length < MIN_ROUNDS || performance.now() < end)) {
    const shift = rounds.length % servers.length
    const round: Partial<Record<ServerName, Slice>> = {}
    for (const server of [...servers.slice(shift), ...servers.slice(0, shift)])
      round[server.name] = await slice(server)
    rounds.push(round as Round)
  }
  return rounds
}

const TITLES: Readonly<Record<Answering, string>> = {
  floor: 'floor: node:http + Redis GET/SET',
  peer: 'peer: express + ussd-menu-builder + Redis',
  ours: 'Hatua',
}

/** The medians, and as ratios each server against the floor of its own round. */
export function roundsTable(rounds: readonly Round[]): string {
  const row = (name: Answering): string[] => {
    const typical = medianOf(rounds.map(round => round[name]))
    const cells = (key: keyof Slice, digits: number): string[] => {
      const ratio = median(rounds.map(round => round[name][key] / round.floor[key]))
      return [typical[key].toFixed(digits), `${ratio.toFixed(2)} x`]
    }
    return [TITLES[name], ...cells('cpuUs', 0), ...cells('p50Ms', 1), ...cells('p99Ms', 1)]
  }
  return table([
    ['menu, settings, back, twice', 'CPU us/hop', '', 'p50 ms', '', 'p99 ms', ''],
    ...(['floor', 'peer', 'ours'] as const).map(row),
  ])
}
