import { setTimeout as pause } from 'node:timers/promises'
import { ReceiptTaken } from './deeds.ts'
import { UnreadableRow } from './lives.ts'

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
      if (tried === TRIES || error instanceof UnreadableRow || error instanceof ReceiptTaken) throw error
      await pause(pauseMs * 2 ** (tried - 1))
    }
  }
}
