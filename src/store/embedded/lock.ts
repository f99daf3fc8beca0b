import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { codeOf } from './errors.ts'

const SQLITE_BUSY = 5

/**
 * Holds a folder for this process, by a lock of the operating system: it dies with the process, so it is never stale
 * after a crash and never fooled by a process id that was given out again. Node has no `flock`; the SQLite that it
 * carries has, and refuses a second holder inside the same process too. Answers the release, or undefined where
 * another holds the folder.
 */
export function lockFolder(dir: string): (() => void) | undefined {
  const path = join(dir, 'lock')
  const file = openLock(path)
  try {
    chmodSync(path, 0o600)
    file.exec('pragma journal_mode = memory')
    file.exec('begin exclusive')
  } catch (error) {
    file.close()
    if (codeOf(error) === SQLITE_BUSY) return undefined
    throw error
  }
  return () => file.close()
}

function openLock(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path)
  } catch (error) {
    throw new Error(`cannot lock ${path}: does the folder belong to another user?`, { cause: error })
  }
}
