import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { dataOf, type Identity, POSTGRES_ENV } from './folder.ts'
import { readPidFile } from './postmaster.ts'

const START_LIMIT_MS = 120_000
const STOP_LIMIT_MS = 30_000
const LEFTOVER_LIMIT_MS = 10_000
const POLL_MS = 10
const PORT_TRIES = 5

export type LaunchOptions = {
  readonly dir: string
  readonly postgres: string
  readonly identity: Identity | undefined
  readonly settings: Readonly<Record<string, string>>
  /** This port or none. */
  readonly port: number | undefined
  /** This port if it is free. */
  readonly preferredPort: number | undefined
}

export type Launched = { readonly child: ChildProcess; readonly port: number }

/** A port that was free a moment ago may be taken now, and backends of a killed server need a moment to go: try again. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const deadline = performance.now() + LEFTOVER_LIMIT_MS
  for (let triesLeft = PORT_TRIES; ; ) {
    const port = options.port ?? (await freePort(options.preferredPort))
    const result = await launchOnce(options, port)
    if (typeof result !== 'string') return { child: result, port }
    if (/Address already in use/.test(result) && options.port === undefined && --triesLeft > 0) continue
    if (/shared memory block .* still in use/.test(result) && performance.now() < deadline) {
      await sleep(POLL_MS * 10)
      continue
    }
    throw new Error(`the embedded PostgreSQL in ${options.dir} did not start: ${result}`)
  }
}

/** Answers the running server, or what its log says about why it does not run. */
async function launchOnce(options: LaunchOptions, port: number): Promise<ChildProcess | string> {
  const logPath = join(options.dir, 'postgres.log')
  const log = openSync(logPath, 'w', 0o600)
  const settings = Object.entries({ ...options.settings, port: String(port) })
  // Its own session: Ctrl-C at the terminal reaches us alone, and we stop it when our own work is done.
  const child = spawn(
    options.postgres,
    ['-D', dataOf(options.dir), ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...options.identity, cwd: '/', env: POSTGRES_ENV, detached: true, stdio: ['ignore', log, log] },
  )
  closeSync(log)
  let failure: Error | undefined
  child.once('error', error => {
    failure = error
  })
  const deadline = performance.now() + START_LIMIT_MS
  while (failure === undefined && !hasEnded(child)) {
    const file = readPidFile(dataOf(options.dir))
    if (file?.pid === child.pid && file?.ready === true) return child
    if (performance.now() > deadline) {
      child.kill('SIGINT')
      return `not ready after ${START_LIMIT_MS} ms`
    }
    await sleep(POLL_MS)
  }
  return (
    failure?.message ??
    (readFileSync(logPath, 'utf8').trim() || `it ended with ${child.exitCode ?? child.signalCode}`)
  )
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

/** Stops in order (open transactions are rolled back), at the latest when this process exits. */
export function stopperOf(child: ChildProcess, done: () => void): () => Promise<void> {
  const atExit = () => child.kill('SIGINT')
  process.once('exit', atExit)
  let stopping: Promise<void> | undefined
  async function stop(): Promise<void> {
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      const deadline = performance.now() + STOP_LIMIT_MS
      if (!hasEnded(child)) child.kill(signal)
      while (!hasEnded(child) && performance.now() < deadline) await sleep(POLL_MS)
      if (hasEnded(child)) break
    }
    process.off('exit', atExit)
    done()
  }
  return () => {
    stopping ??= stop()
    return stopping
  }
}

async function freePort(preferred = 0): Promise<number> {
  const server = createServer()
  try {
    return await new Promise((found, failed) => {
      server.once('error', failed)
      server.listen({ port: preferred, host: '127.0.0.1', exclusive: true }, () => {
        const address = server.address()
        if (address !== null && typeof address === 'object') found(address.port)
        else failed(new Error('no port'))
      })
    })
  } catch (error) {
    if (preferred === 0) throw error
    return freePort()
  } finally {
    server.close()
  }
}
