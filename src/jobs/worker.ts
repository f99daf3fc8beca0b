import { later } from '../domain/time.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { claimDue, DUE_KINDS, type DueKind, type DueRow, pushBack } from '../store/due.ts'

/** Rows of a kind that one round claims: no more than can be started well within the lease. */
const BATCH = 16
/** How long an idle worker sleeps when nobody rings: losing every doorbell costs no more than this. */
const IDLE_MS = 400
/** A row whose work failed is looked at again after this; the failure is logged. */
const FAILED_MS = 60_000

export type Worker = {
  /** Works off all that is due now; answers how many rows it took in hand. */
  tick(): Promise<number>
  start(): void
  /** Something is due: do not wait for the next look. */
  ring(): void
  stop(): Promise<void>
}

/** Works on due rows of every kind, whoever wrote them: any number of workers may run at once. */
export function createWorker(gateway: Gateway): Worker {
  const { deps, sender, booker, deliverer, callbacks, dueRun, stepper } = gateway

  const handlers: Readonly<Record<DueKind, (row: DueRow) => Promise<void>>> = {
    schedule: row => dueRun.work(row),
    request: row =>
      act(deps, row.tenantId, async commit => {
        const woken = await stepper.wake(commit, 'request', row.id)
        if (woken.changed) return
        deps.log.error(
          { tenant: row.tenantId, request: row.id, state: woken.to },
          'a due request has nothing to do',
        )
        await pushBack(commit.trx, row, later(commit.at, 10 * FAILED_MS))
      }),
    transaction: row => sender.work(row),
    booking: row => booker.work(row),
    message: row => deliverer.work(row),
    callback: row => callbacks.work(row, sender.inquire),
  }

  /** One row; what fails is logged and put back, so that one bad row never stops the others. */
  async function work(row: DueRow): Promise<void> {
    try {
      await handlers[row.kind](row)
    } catch (error) {
      deps.log.error(
        { tenant: row.tenantId, kind: row.kind, id: row.id, error: String(error) },
        'work on a due row failed',
      )
      await act(deps, row.tenantId, ({ trx, at }) => pushBack(trx, row, later(at, FAILED_MS))).catch(
        (problem: unknown) =>
          deps.log.error(
            { tenant: row.tenantId, id: row.id, error: String(problem) },
            'a row could not be put back; its lease will end',
          ),
      )
    }
  }

  async function tick(): Promise<number> {
    let taken = 0
    for (const kind of DUE_KINDS) {
      const rows = await claimDue(deps.db.knex, deps.clock, kind, BATCH)
      taken += rows.length
      await Promise.all(rows.map(work))
    }
    return taken
  }

  let stopped = true
  let running: Promise<void> = Promise.resolve()
  let wake: () => void = () => undefined
  let rung = false

  async function loop(): Promise<void> {
    while (!stopped) {
      rung = false
      const taken = await tick().catch((error: unknown) => {
        deps.log.error({ error: String(error) }, 'due rows could not be claimed')
        return 0
      })
      if (taken > 0 || rung || stopped) continue
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, IDLE_MS)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  return {
    tick,
    start() {
      if (!stopped) return
      stopped = false
      running = loop()
    },
    ring() {
      rung = true
      wake()
    },
    async stop() {
      stopped = true
      wake()
      await running
    },
  }
}
