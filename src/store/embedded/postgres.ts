import { execFileSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { findBinaries } from './binaries.ts'
import {
  checkReachable,
  dataOf,
  drawPassword,
  type Identity,
  identityFor,
  makeData,
  makeFolder,
  POSTGRES_ENV,
  readAccess,
  writeAccess,
} from './folder.ts'
import { launch, stopperOf } from './launch.ts'
import { lockFolder } from './lock.ts'
import { clearTheWay, isPostgresOf, readPidFile } from './postmaster.ts'

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // A failed statement may carry a phone number or a key; the log says that it failed, not what stood in it.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
}

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

export type EmbeddedOptions = {
  readonly dir: string
  /** Absent: the port of the last start if it is free, else any free one. */
  readonly port?: number
  readonly settings?: Readonly<Record<string, string>>
  /** False only for tests: quick, and all is lost when the machine loses power. */
  readonly durable?: boolean
}

export type EmbeddedPostgres = {
  /** The superuser's, on 127.0.0.1. */
  readonly url: string
  readonly port: number
  readonly dir: string
  stop(): Promise<void>
}

const urlOf = (password: string, port: number): string =>
  `postgres://postgres:${password}@127.0.0.1:${port}/postgres`

/**
 * A real PostgreSQL for a machine that has none, from the platform packages. The data under `dir` is kept between
 * starts. The caller calls `stop()`; a process that ends without it takes its server along, and what survives a
 * `kill -9` is found and stopped by the next start. Refuses a folder that another live process holds.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dir = makeFolder(options.dir)
  const release = lockFolder(dir)
  if (release === undefined)
    throw new Error(
      `Hatua is already running in ${dir} (process ${readAccess(dir)?.holder ?? 'unknown'}): stop it first`,
    )
  try {
    const { access, postgres, identity } = await prepare(dir, options.durable ?? true)
    const { child, port } = await launch({
      dir,
      postgres,
      identity,
      port: options.port,
      preferredPort: access.port,
      settings: { ...SETTINGS, ...(options.durable === false ? NOT_DURABLE : {}), ...options.settings },
    })
    writeAccess(dir, { ...access, port })
    return { url: urlOf(access.password, port), port, dir, stop: stopperOf(child, release) }
  } catch (error) {
    release()
    throw error
  }
}

/** The url of the server that runs in this folder now, for a command beside it; undefined where none runs. */
export async function attachEmbedded(dir: string): Promise<string | undefined> {
  if (!existsSync(dir)) return undefined
  const real = realpathSync(dir)
  const running = readPidFile(dataOf(real))
  const access = readAccess(real)
  if (running === undefined || access === undefined || !running.ready) return undefined
  return isPostgresOf(dataOf(real), running.pid) ? urlOf(access.password, running.port) : undefined
}

async function prepare(dir: string, durable: boolean) {
  const { initdb, postgres } = findBinaries()
  const identity = identityFor(dir)
  if (identity !== undefined) for (const path of [dir, postgres]) checkReachable(path, identity)
  const data = dataOf(dir)
  const known = readAccess(dir)
  const access = writeAccess(dir, { ...(known ?? { password: drawPassword() }), holder: process.pid })
  if (existsSync(data)) {
    await clearTheWay(data)
    if (known === undefined) resetPassword(postgres, data, identity, access.password)
  } else await makeData(dir, { initdb, identity, password: access.password, durable })
  return { access, postgres, identity }
}

/** The file with the password is gone, the data is not: whoever owns the folder may give it a new one. */
function resetPassword(
  postgres: string,
  data: string,
  identity: Identity | undefined,
  password: string,
): void {
  execFileSync(postgres, ['--single', '-D', data, 'postgres'], {
    ...identity,
    cwd: '/',
    env: POSTGRES_ENV,
    input: `alter role postgres password '${password}'\n`,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
}
