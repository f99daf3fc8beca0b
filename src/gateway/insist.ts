import { setTimeout as pause } from 'node:timers/promises'
import { ReceiptTaken } from './deeds.ts'
import { UnreadableRow } from './lives.ts'

/** Classes of SQLSTATE that an absence or a restart of the database brings: connection, rollback, resources, intervention. */
const PASSING = /^(08|40|53|57)/
const SQLSTATE = /^[0-9A-Z]{5}$/

function mayPass(error: unknown): boolean {
  if (error instanceof UnreadableRow || error instanceof ReceiptTaken) return false
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code !== 'string' || !SQLSTATE.test(code) || PASSING.test(code)
}

const TRIES = 5
/** Doubled each time: some four seconds in all, far within a lease. */
const PAUSE_MS = 250

/**
 * Commits what the outside answered, through a short absence of the database: an answer that is dropped may be one that
 * cannot be asked for again. What fails by its own nature is not repeated.
 */
export async function insist<T>(commit: () => Promise<T>, pauseMs = PAUSE_MS): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await commit()
    } catch (error) {
      if (tried === TRIES || !mayPass(error)) throw error
      await pause(pauseMs * 2 ** (tried - 1))
    }
  }
}
