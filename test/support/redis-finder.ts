import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const PROJECT = resolve(import.meta.dirname, '..', '..')
const SERVICES = join(PROJECT, '.services')
const FETCHED = join(SERVICES, 'redis')
const PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1']

export type FoundRedis = {
  /** The whole command that serves this port of 127.0.0.1, with these arguments of redis-server besides. */
  command(port: number, args: readonly string[]): string[]
  readonly env: Readonly<Record<string, string>>
}

/** PATH, else the distribution's own package unpacked into the project without root, else docker compose. */
export async function findRedis(): Promise<FoundRedis> {
  const found = onPath() ?? (await fetched()) ?? (await inDocker())
  if (found !== undefined) return found
  throw new Error(
    'the tests need a Redis and found none: install redis-server or valkey-server, or set REDIS_URL to a Redis that the tests may fill and empty',
  )
}

const server = (path: string, env: Record<string, string> = {}): FoundRedis => ({
  command: (port, args) => [path, '--port', String(port), '--bind', '127.0.0.1', ...args],
  env,
})

function onPath(): FoundRedis | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/opt/homebrew/bin']
  const paths = folders.flatMap(folder => ['redis-server', 'valkey-server'].map(name => join(folder, name)))
  const path = paths.find(candidate => existsSync(candidate))
  return path === undefined ? undefined : server(path)
}

async function fetched(): Promise<FoundRedis | undefined> {
  if (!existsSync(FETCHED) && !(await fetchPackages())) return undefined
  return await unpackedServer(FETCHED)
}

/** Undefined where it cannot run, so a half-fitting library never looks like a server. */
async function unpackedServer(root: string): Promise<FoundRedis | undefined> {
  const libs = join(root, 'usr', 'lib')
  const folders = existsSync(libs) ? readdirSync(libs).map(name => join(libs, name)) : []
  const env = { LD_LIBRARY_PATH: folders.join(delimiter) }
  const path = join(root, 'usr', 'bin', 'redis-server')
  try {
    await run(path, ['--version'], { env: { ...process.env, ...env } })
    return server(path, env)
  } catch {
    return undefined
  }
}

/** Debian and Ubuntu: downloads and unpacks beside the final place, then renames; a second run at once does no harm. */
async function fetchPackages(): Promise<boolean> {
  mkdirSync(SERVICES, { recursive: true })
  const draft = mkdtempSync(join(SERVICES, 'fetch-'))
  try {
    await unpack(draft, PACKAGES)
    if ((await unpackedServer(join(draft, 'root'))) === undefined)
      await unpack(draft, await neededLibraries(draft))
    if ((await unpackedServer(join(draft, 'root'))) === undefined) return false
    renameSync(join(draft, 'root'), FETCHED)
    return true
  } catch {
    return existsSync(FETCHED)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

async function unpack(draft: string, packages: readonly string[]): Promise<void> {
  const debs = join(draft, 'debs')
  mkdirSync(debs, { recursive: true })
  await apt(draft, 'apt-get', ['download', ...packages], debs)
  for (const deb of readdirSync(debs)) await run('dpkg', ['-x', join(debs, deb), join(draft, 'root')])
}

/** Slim systems lack libraries that others have. */
async function neededLibraries(draft: string): Promise<string[]> {
  const { stdout } = await apt(draft, 'apt-cache', ['depends', 'redis-server', 'redis-tools'], draft)
  const names = [...stdout.matchAll(/Depends: (\S+)/g)].map(match => String(match[1]))
  return [...new Set(names.filter(name => name.startsWith('lib') && name !== 'libc6'))]
}

/** With the machine's package lists; where it has none, with lists of our own. */
async function apt(draft: string, program: string, args: string[], cwd: string): Promise<{ stdout: string }> {
  const own = ['-o', `Dir::State=${join(draft, 'state')}`, '-o', `Dir::Cache=${join(draft, 'cache')}`]
  const always = ['-q', '-o', 'APT::Sandbox::User=root']
  const lists = join(draft, 'state', 'lists', 'partial')
  try {
    if (!existsSync(lists)) return await run(program, [...always, ...args], { cwd })
  } catch {
    mkdirSync(lists, { recursive: true })
    mkdirSync(join(draft, 'cache', 'archives', 'partial'), { recursive: true })
    await run('apt-get', [...always, ...own, 'update'], { cwd })
  }
  return await run(program, [...always, ...own, ...args], { cwd })
}

/** The project's own image of Redis, in a compose project of its own: neither its port nor its volume is touched. */
async function inDocker(): Promise<FoundRedis | undefined> {
  const env = { SECRETS_KEY: 'unused' }
  try {
    await run('docker', ['compose', 'version'])
    await run('docker', ['info'])
  } catch {
    return undefined
  }
  const file = join(PROJECT, 'docker-compose.yml')
  const compose = ['docker', 'compose', '--project-name', 'hatua-test', '--project-directory', dirname(file)]
  return {
    command: (port, args) => [
      ...[...compose, '--file', file, 'run', '--rm', '--no-deps', '--no-TTY'],
      ...['--publish', `127.0.0.1:${port}:6379`, 'redis', 'redis-server', ...args],
    ],
    env,
  }
}
