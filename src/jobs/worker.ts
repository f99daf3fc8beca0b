import { later } from '../domain/time.ts'
import type { AnswerSms } from '../gateway/callback-sms.ts'
import { openCase } from '../gateway/cases.ts'
import { act } from '../gateway/context.ts'
import { nothingToDo } from '../gateway/idle.ts'
import type { Gateway } from '../gateway/index.ts'
import { UnreadableRow } from '../gateway/lives.ts'
import { claimDue, DUE_KINDS, type DueKind, type DueRow, pushBack } from '../store/due.ts'

/** Rows of a kind that one round claims: no more than can be started well within the lease. */
const BATCH = 16
/** How long an idle worker sleeps when nobody rings: losing every doorbell costs no more than this. */
const IDLE_MS = 400
/** The database is away: it is not asked more often than this. */
const AWAY_MS = 5_000
/** A row whose work failed is looked at again after this; the failure is logged. */
const FAILED_MS = 60_000
/** A row that cannot be read waits for somebody: looked at again after this. */
const UNREADABLE_MS = 10 * 60_000

export type Worker = {
  /** Works off what is due now of these kinds, a round of each; answers how many rows it took in hand. */
  tick(kinds?: readonly DueKind[]): Promise<number>
  start(): void
  /** Something is due: do not wait for the next look. */
  ring(): void
  stop(): Promise<void>
}

/**
 * Works on due rows of every kind, whoever wrote them: any number of workers may run at once. `answerSms`: what is said to
 * an SMS; `batch`: rows a round.
 */
export function createWorker(gateway: Gateway, answerSms: AnswerSms, batch = BATCH): Worker {
  const {
    deps,
    sender,
    booker,
    deliverer,
    reminders,
    callbacks,
    schedule,
    disburser,
    batcher,
    webhooks,
    stepper,
  } = gateway

  const handlers: Readonly<Record<DueKind, (row: DueRow) => Promise<void>>> = {
    schedule: row => schedule.work(row),
    request: row =>
      act(deps, row.tenantId, async commit => {
        const woken = await stepper.wake(commit, 'request', row.id)
        if (!woken.changed) await nothingToDo(deps.log, commit, row, woken.to)
      }),
    batch: row => batcher.work(row),
    disbursement: row => disburser.work(row),
    transaction: row => sender.work(row),
    booking: row => booker.work(row),
    message: row => deliverer.work(row),
    reminder: row => reminders.work(row),
    callback: row => callbacks.work(row, sender.inquire, answerSms),
    webhook: row => webhooks.work(row),
  }

  /** Put back untouched. What cannot be read is a case besides: nobody guesses about money. */
  const putBack = (row: DueRow, error: unknown): Promise<void> =>
    act(deps, row.tenantId, async commit => {
      const unreadable = error instanceof UnreadableRow
      if (unreadable)
        await openCase(deps.ids, commit, { about: 'unreadable', subject: row.kind, subjectId: row.id })
      await pushBack(commit.trx, row, later(commit.at, unreadable ? UNREADABLE_MS : FAILED_MS))
    })

  /** One row; what fails is logged and put back, so that one bad row never stops the others. */
  async function work(row: DueRow): Promise<void> {
    try {
      await handlers[row.kind](row)
    } catch (error) {
      deps.log.error(
        { tenant: row.tenantId, kind: row.kind, id: row.id, error: String(error) },
        'work on a due row failed',
      )
      await putBack(row, error).catch((problem: unknown) =>
        deps.log.error(
          { tenant: row.tenantId, id: row.id, error: String(problem) },
          'a row could not be put back; its lease will end',
        ),
      )
    }
  }

  async function round(kind: DueKind): Promise<number> {
    const rows = await claimDue(deps.db.knex, deps.clock, kind, batch)
    if (rows.length > 0) await deps.at?.('claimed')
    await Promise.all(rows.map(work))
    return rows.length
  }

  async function tick(kinds: readonly DueKind[] = DUE_KINDS): Promise<number> {
    let taken = 0
    await gateway.lines.look()
    for (const kind of kinds) taken += await round(kind)
    return taken
  }

  let stopped = true
  let running: Promise<unknown> = Promise.resolve()
  const sleepers = new Map<DueKind | 'line', () => void>()
  const rung = new Set<DueKind>()

  /** Each kind has a loop of its own: a provider or a core that answers slowly holds up nobody's message. */
  async function loop(kind: DueKind): Promise<void> {
    while (!stopped) {
      rung.delete(kind)
      const taken = await round(kind).catch((error: unknown) => {
        deps.log.error({ kind, error: String(error) }, 'due rows could not be claimed')
        return undefined
      })
      if (stopped || rung.has(kind) || (taken !== undefined && taken > 0)) continue
      await sleep(kind, taken === undefined ? AWAY_MS : IDLE_MS)
    }
  }

  /** Lines to gateways are looked after while anything runs here. */
  async function look(): Promise<void> {
    while (!stopped) {
      await gateway.lines.look()
      await sleep('line', IDLE_MS)
    }
  }

  const sleep = (kind: DueKind | 'line', ms: number): Promise<void> =>
    new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      sleepers.set(kind, () => {
        clearTimeout(timer)
        resolve()
      })
    })

  const wakeAll = (): void => {
    for (const wake of sleepers.values()) wake()
  }

  return {
    tick,
    start() {
      if (!stopped) return
      stopped = false
      running = Promise.all([look(), ...DUE_KINDS.map(loop)])
    },
    ring() {
      for (const kind of DUE_KINDS) rung.add(kind)
      wakeAll()
    },
    async stop() {
      stopped = true
      wakeAll()
      await running
      await gateway.lines.close()
    },
  }
}
