import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { CrashPoint } from '../../src/gateway/context.ts'
import { createDatabase, type Database } from '../../src/store/database.ts'
import { createTestDatabase } from './database.ts'
import { createClient, type Playable } from './stage.ts'

const HOUSE = join(import.meta.dirname, 'crash-house.ts')
const START_MS = 15_000

export type CrashHouse = Playable & {
  readonly house: { readonly db: Database }
  /** The process kills itself when it gets there. */
  crashAt(point: CrashPoint): Promise<void>
  /** `kill -9`, now. */
  kill(): Promise<void>
  /** The process is gone, by its own hand or ours. */
  dead(): Promise<void>
  /** Starts a new process on the same database and port; the leases of the dead one have run out. */
  restart(): Promise<void>
  /** Sets the house's clock forward by an ISO 8601 duration. */
  later(by: string): Promise<void>
  close(): Promise<void>
}

/** A house in a real process, which may die and come back; its database outlives it, as do the simulators' books. */
export async function openCrashHouse(): Promise<CrashHouse> {
  const database = await createTestDatabase()
  const db = createDatabase(database.url, 2)
  const port = await freePort()
  const key = randomBytes(32).toString('hex')
  let child: ChildProcessByStdio<Writable, Readable, Readable> | undefined
  let lines: AsyncIterator<string> | undefined

  async function says(line: string): Promise<void> {
    const late = pause(START_MS, undefined, { ref: false }).then(() => undefined)
    const heard = await Promise.race([lines?.next(), late])
    if (heard?.value !== line) throw new Error(`the house did not say "${line}": ${String(heard?.value)}`)
  }

  async function start(): Promise<void> {
    const env = {
      ...process.env,
      CRASH_DATABASE_URL: database.url,
      CRASH_PORT: String(port),
      CRASH_KEY: key,
    }
    child = spawn(process.execPath, [HOUSE], { env, stdio: ['pipe', 'pipe', 'pipe'] })
    child.stderr.resume()
    lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    await says('up')
  }

  async function dead(): Promise<void> {
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }

  await start()
  const open: CrashHouse = {
    ...createClient(`http://127.0.0.1:${port}`),
    house: { db },
    clock: { now: () => new Date(), advance: () => undefined },
    settle: async () => undefined,
    async crashAt(point) {
      child?.stdin.write(`${point}\n`)
      await says(`will crash ${point}`)
    },
    async kill() {
      child?.kill('SIGKILL')
      await dead()
    },
    dead,
    async restart() {
      for (const tenant of ['demo-ke', 'demo-cm'])
        for (const table of [
          'collection_requests',
          'transactions',
          'bookings',
          'messages',
          'callbacks',
          'schedules',
        ])
          await db.asTenant(tenant, trx =>
            trx(table)
              .whereNotNull('lease_until')
              .update({ lease_until: new Date(0) }),
          )
      await start()
    },
    async later(by) {
      const answer = await fetch(`${open.url}/sim/clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ advance: by }),
      })
      if (!answer.ok) throw new Error(`clock: ${answer.status} ${await answer.text()}`)
    },
    async close() {
      await open.kill()
      await db.close()
      await database.drop()
    },
  }
  return open
}

/** Waits for a condition on the real clock. */
export async function eventually<T>(
  condition: () => Promise<T | undefined | false>,
  withinMs: number,
  what: string,
): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    const held = await condition()
    if (held !== undefined && held !== false) return held
    if (performance.now() > end) throw new Error(`${what}: not within ${withinMs} ms`)
    await pause(50)
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
