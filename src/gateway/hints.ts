import { stillMs } from '../domain/maintenance.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { DueRow } from '../store/due.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import type { CallbackEnds, StoredCallback } from './callback-ends.ts'
import { openCase, settleCase } from './cases.ts'
import type { GatewayDeps } from './context.ts'
import { type AttemptRow, applyOutcome, isFinal, isNo, isSuperseded } from './outcomes.ts'
import type { Act, Stepper } from './step.ts'

/**
 * A callback that proves nothing makes us ask. Where the answer says nothing either, the hint must not be lost: of what
 * has ended (booked, failed, returned) nobody else would ever ask.
 */

/** An unanswered question is asked again for so long, some fifteen times; then a person looks. */
const UNCHECKED_MS = 24 * 3_600_000
/** The provider's books may lag behind its own callback: what they deny is asked about a few times more. */
const DENIED_MS = 3_600_000

/** While a movement stands here its own clock asks the provider, as long as it takes. */
const ASKED_ABOUT = ['sending', 'pending', 'unresolved']

/** What a callback told of an attempt, to be checked with the provider. */
export type Hint = { readonly stored: StoredCallback; readonly attempt: AttemptRow; readonly told: Outcome }

export type Conclude = (commit: Act, row: DueRow, hint: Hint, answer: Outcome) => Promise<void>

/** What becomes of a hint, by the provider's answer to the question that it made us ask. */
export function createHints(
  deps: GatewayDeps & { readonly stepper: Stepper },
  { settle, layAside, wait }: CallbackEnds,
): Conclude {
  return async (commit, row, { stored, attempt, told }, answer) => {
    const { trx, setup } = commit
    const final = isFinal(answer)
    if (final) {
      await applyOutcome(commit, deps, attempt, answer, 'callback')
      await checked(deps, commit, attempt)
    }
    const fate = `asked: ${answer.kind}`
    if (final && !denies(answer, told)) return settle(commit, row, fate)
    const life = await lockLife(trx, 'transaction', setup.tenant.id, attempt.transaction_id)
    if (!final) {
      const earlier = await isSuperseded(commit, attempt)
      // the clock's own question may have left before the money went back, and asks no more once it is answered
      const askedAnyway = !earlier && ASKED_ABOUT.includes(life.state) && told.kind !== 'reversed'
      if (askedAnyway) return layAside(commit, row, fate)
      if (isKnown(life, told, earlier)) return settle(commit, row, `${fate}, nothing new`)
      await trx('callbacks')
        .where({ tenant_id: setup.tenant.id, id: row.id })
        .update({ transaction_id: life.id })
    }
    const forMs = final ? DENIED_MS : UNCHECKED_MS
    if (await wait(commit, row, stored, { fate, waitedMs: waited(commit, life, stored), forMs })) return
    if (!final)
      await openCase(deps.ids, commit, {
        about: 'unchecked-callback',
        subject: 'transaction',
        subjectId: life.id,
        customerId: life.customer_id,
        detail: { told: told.kind, answer: answer.kind, state: life.state },
      })
    await layAside(commit, row, fate)
  }
}

/** The provider has spoken clearly about it: what waited for that, waits no more. */
export const checked = ({ ids }: Pick<GatewayDeps, 'ids'>, commit: Act, attempt: AttemptRow): Promise<void> =>
  settleCase(ids, commit, 'unchecked-callback', attempt.transaction_id)

/** The provider does not say what a callback in its name has said about money that moved. */
function denies(answer: Outcome, told: Outcome): boolean {
  if (told.kind === 'reversed') return answer.kind !== 'reversed'
  return told.kind === 'confirmed' && answer.kind !== 'confirmed' && answer.kind !== 'reversed'
}

/** It told no more than stands in our books already: nothing could come of it. `earlier`: another attempt has followed. */
function isKnown(life: LifeRow, told: Outcome, earlier: boolean): boolean {
  if (isNo(told)) return earlier || life.confirmed_minor === null
  if (earlier || life.confirmed_minor === null) return false
  if (told.kind === 'accepted') return true
  return (
    told.kind === 'confirmed' &&
    life.confirmed_minor === told.amount.minor &&
    life.currency === told.amount.currency &&
    (told.receipt === undefined || told.receipt === life.receipt)
  )
}

/** For how long it waits to be checked; while the provider is shut the clock stands still. */
function waited({ setup, at }: Act, life: LifeRow, { received_at: since }: StoredCallback): number {
  const shutdowns = setup.ways.maintenance.filter(({ provider }) => provider === life.provider)
  return at.getTime() - since.getTime() - stillMs(shutdowns, since, at)
}

/**
 * Asks the provider again, now, what a callback told and nobody could check. False where nothing of this transaction
 * waits so.
 */
export async function checkNow({ trx, setup, at }: Act, transactionId: string): Promise<boolean> {
  const waiting = await trx('callbacks')
    .where({ tenant_id: setup.tenant.id, transaction_id: transactionId })
    .whereIn('state', ['open', 'laid-aside'])
    .where(query => query.whereNull('lease_until').orWhere('lease_until', '<=', at))
    .update({ state: 'open', fate: null, received_at: at, due_at: at })
  return waiting > 0
}
