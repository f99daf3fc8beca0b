import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createTestDatabase } from '../support/database.ts'
import type { Part, Played } from './player.ts'

export type Report = {
  readonly played: readonly Played[]
  readonly movements: number
  /** Those of them that share what was ordered with another. */
  readonly parts: number
  readonly failed: readonly Played[]
}

export type Campaign = {
  readonly seed: number
  readonly first: number
  readonly schedules: number
  /** Schedules that are played once more, after the others. */
  readonly again?: readonly number[]
  /** How many things people do in a schedule; fewer make it quicker. */
  readonly deeds: number | undefined
  /** All lenders have this way; absent: the seed draws. */
  readonly only?: string | undefined
  /** So many worlds are played in at the same time, each with a database, a Redis and a process of its own. */
  readonly worlds: number
  readonly redisUrl: string
  readonly stopAtFailure: boolean
  readonly onPlayed?: (played: Played) => void
}

/** Redis databases of the worlds: those before are the tests' own. */
const FIRST_REDIS = 40

/** Plays the schedules of a seed; a schedule is the same whatever was played before it, and in whichever world. */
export async function campaign(options: Campaign): Promise<Report> {
  const { first, schedules, again = [] } = options
  const left = [...Array.from({ length: schedules }, (_, at) => first + at), ...again]
  const played: Played[] = []
  const worlds = Math.min(options.worlds, options.schedules)
  await Promise.all(
    Array.from({ length: worlds }, (_, world) =>
      inAWorld(options, FIRST_REDIS + world, async playNext => {
        for (let schedule = left.shift(); schedule !== undefined; schedule = left.shift()) {
          const one = await playNext(schedule)
          played.push(one)
          options.onPlayed?.(one)
          if (one.faults.length > 0 && options.stopAtFailure) left.length = 0
        }
      }),
    ),
  )
  return {
    played,
    movements: played.reduce((sum, { movements }) => sum + movements, 0),
    parts: played.reduce((sum, { parts }) => sum + parts, 0),
    failed: played.filter(({ faults }) => faults.length > 0),
  }
}

async function inAWorld(
  { seed, deeds, only, redisUrl }: Campaign,
  redis: number,
  work: (playNext: (schedule: number) => Promise<Played>) => Promise<void>,
): Promise<void> {
  const database = await createTestDatabase()
  const player = fork(join(import.meta.dirname, 'player.ts'))
  const own = new URL(redisUrl)
  own.pathname = `/${redis}`
  const part: Part = { seed, deeds, only, adminUrl: database.adminUrl, url: database.url, redisUrl: own.href }
  const ended = once(player, 'exit')
  const dead = ended.then(([code]) => {
    throw new Error(`a world of the campaign ended by itself (${code})`)
  })
  dead.catch(() => undefined)
  /** Tells the player something, and hears its next word. */
  const hear = async (word: Part | number): Promise<unknown> => {
    const heard = once(player, 'message')
    player.send(word)
    const [said] = await Promise.race([heard, dead])
    return said
  }
  try {
    await hear(part)
    await work(schedule => hear(schedule) as Promise<Played>)
    player.send('end')
    await ended
  } finally {
    player.kill()
    await database.drop()
  }
}
