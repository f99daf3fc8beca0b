import { randomBytes } from 'node:crypto'
import { createVirtualClock, type VirtualClock } from '../domain/virtual-clock.ts'
import type { CrashPoint } from '../gateway/context.ts'
import { createHouse, createLog, type House } from '../main.ts'
import { seedDemo } from './seed-demo.ts'

/**
 * A whole house on a stage of its own: a virtual clock, simulators, the demo tenants, and nothing that runs by itself.
 * The demo plays on it, and so do the tests.
 */
export type Stage = {
  readonly house: House
  readonly clock: VirtualClock
  readonly url: string
  /** Does all that is due now, of ours and of the simulators', until nothing is left. */
  settle(): Promise<void>
  /** Moves the clock in small steps, doing what falls due, until the condition holds; throws after `withinMs` of its time. */
  until<T>(condition: () => Promise<T | undefined | false>, withinMs: number, what: string): Promise<T>
  /** Moves the clock by so much in small steps, doing what falls due. */
  pass(ms: number, stepMs?: number): Promise<void>
  close(): Promise<void>
}

export type StageOptions = {
  readonly databaseUrl: string
  readonly redisUrl?: string
  readonly start?: Date
  readonly logLevel?: string
  /** Every line of the log, for what reads it. */
  readonly onLogLine?: (line: string) => void
  readonly at?: (point: CrashPoint) => Promise<void>
  /** What is drawn to spread waiting; nothing is spread where it is left out, so that a story knows its hours. */
  readonly draw?: () => number
  /** False: an empty house, without tenants. */
  readonly seeded?: boolean
  /** Where it listens; any free port, where it is left out. */
  readonly port?: number
  /** For whoever opens its database beside it; one of its own, where it is left out. */
  readonly secretsKey?: Buffer
}

const STEP_MS = 500

/** Small steps where things happen within seconds, larger ones where a provider keeps everybody waiting. */
function stepAfter(waitedMs: number): number {
  if (waitedMs < 30_000) return STEP_MS
  return waitedMs < 10 * 60_000 ? 10 * STEP_MS : 120 * STEP_MS
}

/** Mid-morning in Nairobi and Douala, so that a demo's day is one day in both. */
export const STAGE_START = new Date('2026-03-05T08:00:00Z')

const logOf = ({ logLevel, onLogLine }: StageOptions) =>
  createLog(logLevel ?? (onLogLine === undefined ? 'silent' : 'trace'), onLogLine && { write: onLogLine })

export async function openStage(options: StageOptions): Promise<Stage> {
  const clock = createVirtualClock(options.start ?? STAGE_START)
  const house = await createHouse({
    databaseUrl: options.databaseUrl,
    redisUrl: options.redisUrl,
    secretsKey: options.secretsKey ?? randomBytes(32),
    simulators: true,
    embedded: true,
    role: 'all',
    clock,
    log: logOf(options),
    draw: options.draw ?? (() => 0),
    ...(options.at === undefined ? {} : { at: options.at }),
  })
  const port = await house.serve(options.port ?? 0, '127.0.0.1')
  if (options.seeded !== false) await seedDemo(house, true)

  async function settle(): Promise<void> {
    for (;;) {
      const [ours, theirs] = [await house.worker.tick(), (await house.simulators?.tick()) ?? 0]
      if (ours + theirs === 0) return
    }
  }

  return {
    house,
    clock,
    url: `http://127.0.0.1:${port}`,
    settle,
    async until(condition, withinMs, what) {
      const end = clock.now().getTime() + withinMs
      for (;;) {
        await settle()
        const held = await condition()
        if (held !== undefined && held !== false) return held
        if (clock.now().getTime() >= end) throw new Error(`${what}: not within ${withinMs / 1000} s`)
        clock.advance(stepAfter(withinMs - (end - clock.now().getTime())))
      }
    },
    async pass(ms, stepMs = STEP_MS) {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await settle()
        clock.advance(Math.min(stepMs, ms - passed))
      }
      await settle()
    },
    close: () => house.close(),
  }
}
