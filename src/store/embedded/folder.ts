import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** `nobody`: PostgreSQL refuses to run as root. */
const UNPRIVILEGED = { uid: 65534, gid: 65534 }

export type Identity = { readonly uid: number; readonly gid: number }

/** What other commands need to attach; readable by the owner only. `holder` is the process that started the server. */
export type Access = { readonly password: string; readonly port?: number; readonly holder?: number }

export const dataOf = (dir: string): string => join(dir, 'data')

/** Makes the folder and answers its real path, the one that stands in PostgreSQL's own command line. */
export function makeFolder(dir: string): string {
  const wanted = resolve(dir)
  const first = mkdirSync(wanted, { recursive: true, mode: 0o711 })
  for (let made = wanted; first !== undefined && made.length >= first.length; made = dirname(made))
    chmodSync(made, 0o711)
  return realpathSync(wanted)
}

export function readAccess(dir: string): Access | undefined {
  const path = join(dir, 'server.json')
  try {
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
  } catch {
    return undefined // spoilt: whoever owns the folder may have a new password
  }
}

/** Atomic: a crash leaves the old file or the new one. */
export function writeAccess(dir: string, access: Access): Access {
  const path = join(dir, 'server.json')
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(access)}\n`, { mode: 0o600, flush: true })
  renameSync(draft, path)
  return access
}

export const drawPassword = (): string => randomBytes(24).toString('base64url')

/**
 * Whom PostgreSQL is to run as: ourselves; as root whoever owns the data already, else an unprivileged user. Data that
 * root copied back from a backup is handed over to that user.
 */
export function identityFor(dir: string): Identity | undefined {
  const self = process.getuid?.()
  const owner = statSync(dataOf(dir), { throwIfNoEntry: false })
  if (self !== 0) {
    if (owner !== undefined && owner.uid !== self)
      throw new Error(
        `${dataOf(dir)} belongs to another user (uid ${owner.uid}): start as that user or as root`,
      )
    return undefined
  }
  if (owner === undefined) return UNPRIVILEGED
  if (owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  handOver(dataOf(dir), UNPRIVILEGED)
  return UNPRIVILEGED
}

function handOver(path: string, { uid, gid }: Identity): void {
  for (const entry of readdirSync(path, { recursive: true, encoding: 'utf8' }))
    chownSync(join(path, entry), uid, gid)
  chownSync(path, uid, gid)
}

/** The user we drop to must be able to enter every folder above the data and the programs. */
export function checkReachable(path: string, identity: Identity): void {
  for (let at = realpathSync(path); ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at)
    const enter = uid === identity.uid ? 0o100 : gid === identity.gid ? 0o010 : 0o001
    if ((mode & enter) === 0)
      throw new Error(
        `PostgreSQL does not run as root, and the user it runs as instead (uid ${identity.uid}) may not enter ${at}: start as an ordinary user, move the project, run chmod o+x ${at}, or set DATABASE_URL`,
      )
    if (at === dirname(at)) return
  }
}

/** Made beside the final place and renamed into it: a crash half-way leaves nothing that a next start could trip over. */
export async function makeData(
  dir: string,
  options: { initdb: string; identity: Identity | undefined; password: string; durable: boolean },
): Promise<void> {
  removeDrafts(dir)
  const draft = mkdtempSync(join(dir, 'initdb-'))
  const secret = join(draft, 'password')
  writeFileSync(secret, options.password, { mode: 0o600 })
  if (options.identity !== undefined) handOver(draft, options.identity)
  try {
    await run(
      options.initdb,
      [
        ...['-D', join(draft, 'data'), '-U', 'postgres', '-E', 'UTF8', '--no-instructions'],
        // Byte order is the same on every machine; the builtin provider knows upper and lower case beyond ASCII.
        ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
        ...['-A', 'scram-sha-256', '--pwfile', secret],
        ...(options.durable ? [] : ['--no-sync']),
      ],
      { ...options.identity, cwd: '/', env: POSTGRES_ENV },
    )
    renameSync(join(draft, 'data'), dataOf(dir))
  } catch (error) {
    const { stderr: said = '' } = error as { stderr?: string }
    throw new Error(`initdb failed: ${said.trim() || String(error)}`, { cause: error })
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  if (options.durable) syncFolder(dir)
}

/** What crashed starts left; an initdb that outlived its parent may still be writing there, and then it stays for later. */
function removeDrafts(dir: string): void {
  for (const left of readdirSync(dir).filter(name => name.startsWith('initdb-'))) {
    try {
      rmSync(join(dir, left), { recursive: true, force: true, maxRetries: 3 })
    } catch {}
  }
}

/** Nothing of the caller's environment (PGPORT, PGDATA, LC_ALL…) reaches the server. */
export const POSTGRES_ENV = { LC_ALL: 'C', TZ: 'UTC', PATH: process.env.PATH ?? '' }

function syncFolder(dir: string): void {
  const handle = openSync(dir, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
