import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { asAdmin } from '../support/cluster.ts'
import { median, table } from './figures.ts'
import type { Spawned } from './spawned.ts'
import type { World } from './world.ts'

/** How the same collections fared with one pause before the wallet's prompt, beside the bare commits of that round. */
export type SettlingRound = {
  readonly pushDelayMs: number
  readonly settledPerSecond: number
  readonly commitsPerSecond: number
  readonly cpuMs: number
}

export type SettlingEffort = { readonly collections: number; readonly rounds: number }

/** As many as our server has connections, so that both share what a group of commits costs. */
const CONNECTIONS = 8
/** Longer than a server believes the settings that it has read. */
const COMMITTING_MS = 6_000
const APPROVING_AT_ONCE = 16
const LOOK_MS = 25
const LIMIT_MS = 60_000
/** The demo's: she needs a moment to put down the phone. And none: no wait of ours is left. */
const PUSH_DELAYS_MS = [3_000, 0]

/** One-row commits for a while, over so many connections at once. */
async function commitsPerSecond(url: string): Promise<number> {
  let commits = 0
  const start = performance.now()
  const line = (): Promise<void> =>
    asAdmin(url, async client => {
      for (; performance.now() - start < COMMITTING_MS; commits++)
        await client.query('insert into bench_commits (note) values ($1)', ['one row, one commit'])
    })
  await Promise.all(Array.from({ length: CONNECTIONS }, line))
  return (commits * 1_000) / (performance.now() - start)
}

/** Officers push to consented customers: each answer is an approval that is committed. */
async function approve(
  ours: Spawned,
  { apiKey }: World,
  loans: readonly string[],
  amount: string,
): Promise<void> {
  const url = new URL('/api/v1/collection-requests', ours.url)
  const left = [...loans]
  const line = async (): Promise<void> => {
    for (let loanId = left.pop(); loanId !== undefined; loanId = left.pop()) {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          'idempotency-key': `settle-${loanId}-${amount}`,
        },
        body: JSON.stringify({ loanId, amount, mode: 'prompt' }),
      })
      if (!answer.ok) throw new Error(`loan ${loanId}: ${answer.status} ${await answer.text()}`)
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: APPROVING_AT_ONCE }, line))
}

async function count(client: pg.Client, sql: string, values: readonly unknown[] = []): Promise<number> {
  const { rows } = await client.query<{ count: string }>(sql, [...values])
  return Number(rows[0]?.count)
}

/** Until the condition holds; throws where the bench would wait for ever. */
async function until(held: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + LIMIT_MS; !(await held()); await sleep(LOOK_MS))
    if (performance.now() > end) throw new Error(`${what}: not within ${LIMIT_MS / 1_000} s`)
}

/**
 * Collections per second from the first approval to the last booking, and our CPU for each, its SMS included: so many
 * approved at once, as many customers, nothing subtracted. Each round has an amount of its own, for nobody pays twice
 * the same within two minutes.
 */
export async function measureSettling(
  ours: Spawned,
  world: World,
  effort: SettlingEffort,
): Promise<SettlingRound[]> {
  const loans = world.payerLoans.slice(0, effort.collections)
  return asAdmin(world.adminUrl, async client => {
    await client.query(
      'create table bench_commits (id bigint generated always as identity primary key, note text)',
    )
    let played = 0

    async function round(pushDelayMs: number): Promise<SettlingRound> {
      await client.query(
        `update tenants set settings = settings || jsonb_build_object('pushDelayMs', $1::int)`,
        [pushDelayMs],
      )
      const commits = await commitsPerSecond(world.adminUrl)
      const shillings = 10 + played++
      const paid = () =>
        count(client, `select count(*) from collection_requests where state = 'paid' and loan_id = any($1)`, [
          loans,
        ])
      const before = await ours.cpuUs()
      const start = performance.now()
      await approve(ours, world, loans, `${shillings}.00`)
      await until(async () => (await paid()) === played * loans.length, `${loans.length} collections booked`)
      const seconds = (performance.now() - start) / 1_000
      const told = `select count(*) from messages where state in ('queued', 'sending')`
      await until(async () => (await count(client, told)) === 0, 'every SMS sent')
      return {
        pushDelayMs,
        settledPerSecond: loans.length / seconds,
        commitsPerSecond: commits,
        cpuMs: ((await ours.cpuUs()) - before) / 1_000 / loans.length,
      }
    }

    world.answer()
    // a first round for the compilers, not for the table
    await round(0)
    const rounds: SettlingRound[] = []
    for (let at = 0; at < effort.rounds; at++)
      for (const delay of at % 2 === 0 ? PUSH_DELAYS_MS : [...PUSH_DELAYS_MS].reverse())
        rounds.push(await round(delay))
    return rounds
  })
}

/** The medians; the ratio is each round's own. */
export function settlingTable(rounds: readonly SettlingRound[]): string {
  const row = (delayMs: number): string[] => {
    const mine = rounds.filter(({ pushDelayMs }) => pushDelayMs === delayMs)
    const typical = (key: (round: SettlingRound) => number, digits: number): string =>
      median(mine.map(key)).toFixed(digits)
    return [
      delayMs === 0 ? 'no pause before the prompt' : `${delayMs / 1_000} s before the prompt`,
      typical(round => round.settledPerSecond, 1),
      typical(round => round.commitsPerSecond, 0),
      typical(round => round.settledPerSecond / round.commitsPerSecond, 4),
      typical(round => round.cpuMs, 1),
    ]
  }
  return table([
    ['approved, pushed, confirmed, booked', 'settled/s', 'one-row commits/s', 'ratio', 'CPU ms each'],
    ...PUSH_DELAYS_MS.map(row),
  ])
}
