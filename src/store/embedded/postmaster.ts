import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from './errors.ts'

const FAST_STOP_MS = 30_000
const IMMEDIATE_STOP_MS = 10_000
const POLL_MS = 20
/** Above every platform's largest process id: certainly nobody's. */
const NOBODYS_PID = 2_147_483_646

type PidFile = { readonly pid: number; readonly port: number; readonly ready: boolean }

/** What PostgreSQL says of itself in its data folder (lines: pid, folder, start, port, socket, address, memory, status). */
export function readPidFile(data: string): PidFile | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
    return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Whether this process is the PostgreSQL of this very data folder: a pid alone may have been given out again. */
export function isPostgresOf(data: string, pid: number): boolean {
  const words = commandOf(pid)
  return words !== undefined && /postgres/.test(words) && words.includes(`-D\0${data}\0`)
}

function commandOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    const line = execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
    return `${line.trim().replace(/ (-[Dc]) /g, '\0$1\0')}\0`
  } catch {
    return undefined
  }
}

/**
 * Makes way for a start: a PostgreSQL that outlived our own process (`kill -9`) is stopped in order, so nothing is
 * lost; a pid file that names a process which is no longer ours is defused. It is not deleted, since its line about
 * shared memory still protects the data from backends that outlived their postmaster.
 */
export async function clearTheWay(data: string): Promise<void> {
  const file = readPidFile(data)
  if (file === undefined) return
  if (isPostgresOf(data, file.pid)) await stopOrphan(data, file.pid)
  else defuse(data, file.pid)
}

async function stopOrphan(data: string, pid: number): Promise<void> {
  for (const [signal, limitMs] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
  ] as const) {
    const deadline = performance.now() + limitMs
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (codeOf(error) === 'ESRCH') return
      throw new Error(
        `a PostgreSQL left over in ${data} (process ${pid}) belongs to another user: stop it first`,
      )
    }
    while (performance.now() < deadline) {
      if (!isPostgresOf(data, pid)) return
      await sleep(POLL_MS)
    }
  }
  throw new Error(`a PostgreSQL left over in ${data} (process ${pid}) does not stop: stop it first`)
}

function defuse(data: string, pid: number): void {
  const path = join(data, 'postmaster.pid')
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return
  }
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^\d+/, String(NOBODYS_PID)))
}
