import type { RawRequest } from '../domain/outside.ts'
import { later } from '../domain/time.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import type { GatewayDeps } from './context.ts'
import type { Act } from './step.ts'

/** How the reading of a kept callback ends, or goes on later. */

export type StoredCallback = {
  readonly kind: 'payment' | 'delivery' | 'inbound'
  readonly source_id: string
  readonly attempt_id: string | null
  /** It came to a URL that was drawn for a question of ours. */
  readonly asked: boolean
  /** The hint that the question was about. */
  readonly answers: string | null
  /** It proved its origin by itself when it came. */
  readonly proven: boolean
  readonly request: RawRequest
  readonly received_at: Date
  readonly tries: number
  /** How it ended; of one that waits, why. */
  readonly fate: string | null
}

/** A callback may come before the answer to the call it belongs to: it is looked at again, so often, before it is nobody's. */
export const MAX_TRIES = 8
const RETRY_MS = 2_000

/** What is waited for longer is looked at as long after it came as it has waited already, within these bounds. */
const SOONEST_MS = 60_000
const LATEST_MS = 4 * 3_600_000

type Wait = { readonly fate: string; readonly waitedMs: number; readonly forMs: number }

export type CallbackEnds = ReturnType<typeof createCallbackEnds>

export function createCallbackEnds({ log }: Pick<GatewayDeps, 'log'>) {
  async function end(
    { trx, setup }: Act,
    id: string,
    state: 'settled' | 'laid-aside',
    fate: string,
  ): Promise<void> {
    log.info({ tenant: setup.tenant.id, callback: id, state, fate }, 'callback read')
    await trx('callbacks')
      .where({ tenant_id: setup.tenant.id, id })
      .update({ state, fate, due_at: null, lease_until: null, lease_id: null })
  }

  /** All that it could tell is known: the same one again is nothing new. */
  const settle = (commit: Act, { id }: Pick<DueRow, 'id'>, fate: string): Promise<void> =>
    end(commit, id, 'settled', fate)

  /** What it told could be neither proven nor disproved: the same one again is read again. */
  const layAside = (commit: Act, { id }: Pick<DueRow, 'id'>, fate: string): Promise<void> =>
    end(commit, id, 'laid-aside', fate)

  return {
    settle,
    layAside,
    /** Once more soon, unless it has been looked at often enough. */
    async again(commit: Act, row: DueRow, tries: number, fate: string): Promise<void> {
      if (tries >= MAX_TRIES) return layAside(commit, row, fate)
      await commit
        .trx('callbacks')
        .where({ tenant_id: commit.setup.tenant.id, id: row.id })
        .update({ tries: tries + 1 })
      await pushBack(commit.trx, row, later(commit.at, RETRY_MS * 2 ** tries))
    },
    /** Once more, later and later; false where it has waited long enough, and was looked at more than once. */
    async wait(
      commit: Act,
      row: DueRow,
      stored: StoredCallback,
      { fate, waitedMs, forMs }: Wait,
    ): Promise<boolean> {
      if (stored.fate !== null && waitedMs >= forMs) return false
      await commit.trx('callbacks').where({ tenant_id: commit.setup.tenant.id, id: row.id }).update({ fate })
      await pushBack(commit.trx, row, later(commit.at, Math.min(Math.max(waitedMs, SOONEST_MS), LATEST_MS)))
      return true
    },
  }
}
