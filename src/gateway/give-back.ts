import { z } from 'zod'
import { sum, toText } from '../domain/money.ts'
import type { Row } from '../store/database.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import { customer } from '../store/people.ts'
import { openCase, settleCase } from './cases.ts'
import { act, type GatewayDeps } from './context.ts'
import { lockTransaction } from './evidence.ts'
import { lookAtHomes } from './homes.ts'
import { needsSecond } from './payouts.ts'
import { type BoardRefused, type Deal, type Deals, dealOf, refused } from './proposals.ts'
import { amountOfRow } from './settling.ts'
import type { Act, Stepper } from './step.ts'
import { wayBack } from './suspense.ts'

/**
 * Somebody paid by mistake, and it is booked already, on one account or on several. Agreed, its bookings are undone in
 * the core, which takes as long as it takes; in the commit in which the last undoing has ended the decision goes on by
 * itself with what came back: to another loan, or back to who paid, one item after the other. Until the last of them is
 * sent its way the proposal stands open and agreed, and that is all that has to survive a crash.
 */

export const moveTerms = z.strictObject({ loanId: z.string().min(1).max(100) })
export const sendBackTerms = z.strictObject({})
export const refuseTerms = z.strictObject({ reason: z.string().trim().min(3).max(500) })

const UNDOABLE = ['repayment', 'deposit']
const GOES_ON = ['move-payment', 'return-payment']

export type GiveBack = {
  readonly deals: Deals
  /** The wished stepper: what happens to a payment carries on what was agreed about it, in the same commit. */
  carryingOn(stepper: Stepper): Stepper
}

/** What of a payment stands in the core. */
const bookedOf = ({ trx, setup }: Act, id: string): Promise<Row[]> =>
  trx('bookings')
    .where({ tenant_id: setup.tenant.id, transaction_id: id, state: 'booked' })
    .whereIn('entry', UNDOABLE)

/** What takes, took, or was refused to take its bookings out again. */
const undoingsOf = ({ trx, setup }: Act, id: string): Promise<Row[]> =>
  trx('bookings').where({ tenant_id: setup.tenant.id, transaction_id: id }).whereNotNull('undoes')

const isGoingOn = ({ state }: Row): boolean => state !== 'booked' && state !== 'refused'

/** Of a payment that is not booked the board decides. */
function againstAny(row: LifeRow | undefined): BoardRefused | undefined {
  if (row === undefined || row.kind !== 'collect') return refused('not-found', 'no such collection')
  return row.state === 'booked'
    ? undefined
    : refused('stale', `this payment is ${row.state}: only one that is booked is taken out again`)
}

/** Nothing of it is being undone, and the core was not asked before to give out all that stands there. */
async function against(act: Act, row: LifeRow | undefined): Promise<BoardRefused | undefined> {
  const no = againstAny(row)
  if (row === undefined || no !== undefined) return no
  const made = await bookedOf(act, row.id)
  const undoings = await undoingsOf(act, row.id)
  if (undoings.some(isGoingOn)) return refused('busy', 'some of this payment is being taken out of the core')
  const left = made.filter(({ id }) => undoings.every(({ undoes }) => undoes !== id))
  return left.length > 0
    ? undefined
    : refused('not-undoable', 'the core was asked to undo it before, and has refused')
}

/** Money that is to go back to who paid is not taken out of the core unless there is a way for each part of it. */
async function againstReturn(act: Act, row: LifeRow | undefined): Promise<BoardRefused | undefined> {
  const no = await against(act, row)
  if (row === undefined || no !== undefined) return no
  for (const booking of await bookedOf(act, row.id)) {
    const way = await wayBack(act, row, amountOfRow(booking))
    if ('none' in way) return refused('no-way-back', way.none)
  }
  return undefined
}

export function createGiveBack(deps: GatewayDeps, stepper: () => Stepper, ways: () => Deals): GiveBack {
  const common = {
    subject: 'transaction',
    scope: 'suspense:write',
    check: async (commit: Act, id: string) => against(commit, await lockTransaction(commit, id)),
    async needsSecond(commit: Act, id: string) {
      const row = await lockLife(commit.trx, 'transaction', commit.setup.tenant.id, id)
      return needsSecond(commit, amountOfRow(row), commit.setup.tenant.settings.suspense.secondPersonAbove)
    },
  } as const

  /** The undoing is ordered; the rest follows it. */
  async function release(commit: Act, id: string): Promise<'under-way'> {
    const released = await stepper().step(commit, 'transaction', id, {
      type: 'RELEASE',
      at: commit.at.toISOString(),
    })
    if (!released.changed) throw new Error(`transaction ${id}: nothing was released in ${released.from}`)
    return 'under-way'
  }

  const move: Deal<z.infer<typeof moveTerms>> = {
    ...common,
    terms: moveTerms,
    async look(tenantId, id, { loanId }) {
      const asked = await act(deps, tenantId, async commit => {
        const row = await lockTransaction(commit, id)
        const made = row === undefined ? [] : await bookedOf(commit, id)
        if (row === undefined || made.length === 0) return undefined
        if (made.every(booking => booking.loan_id === loanId))
          return refused('not-to-book', `it is booked on loan ${loanId}`)
        const { customer_id: payerId } = row
        const payer = payerId === null ? undefined : await customer(commit.trx, tenantId, String(payerId))
        const amount = toText(sum(made.map(amountOfRow), String(row.currency)))
        const allocations = [{ target: 'loan' as const, targetId: loanId, amount }]
        return { tenantId, allocations, clientId: payer?.coreClientId }
      })
      return asked !== undefined && 'allocations' in asked ? lookAtHomes(deps, asked) : asked
    },
    carryOut: release,
  }

  /** What the agreed decision wants of an item that has come back. */
  const settlingOf = (proposal: Row, item: Row): { readonly deal: Deal<object>; readonly terms: object } => {
    const isMove = proposal.action === 'move-payment'
    const deal = ways()[isMove ? 'book' : 'return']
    if (deal === undefined) throw new Error('the board lacks a way')
    const { amount } = toText(amountOfRow(item))
    const { loanId } = proposal.terms as { readonly loanId?: string }
    return { deal, terms: isMove ? { allocations: [{ target: 'loan', targetId: loanId, amount }] } : {} }
  }

  /** What came back and can go the way that was agreed; what cannot by now is a person's again, on the board. */
  async function waiting(commit: Act, proposal: Row, items: readonly Row[]): Promise<Row[]> {
    const able: Row[] = []
    for (const item of items) {
      const { deal, terms } = settlingOf(proposal, item)
      if ((await deal.check(commit, String(item.id), terms)) === undefined) able.push(item)
    }
    return able
  }

  /** The agreed decision goes on with the next item, or ends: with the last one, or where there is nothing to go on with. */
  async function follow(commit: Act, id: string, state: string): Promise<void> {
    const { trx, setup } = commit
    const key = { tenant_id: setup.tenant.id }
    const proposal: Row | undefined = await trx('proposals')
      .where({ ...key, subject_id: id, state: 'open' })
      .whereNotNull('decided_at')
      .whereIn('action', GOES_ON)
      .first()
    if (proposal === undefined || ON_ITS_WAY.has(state)) return
    const isOver = state === 'reversed'
    if (!isOver && (await undoingsOf(commit, id)).some(isGoingOn)) return
    const items: Row[] = await trx('suspense_items')
      .where({ ...key, transaction_id: id, reason: 'given-back' })
      .orderBy('id')
    const tried = new Set(
      (await trx('transactions').where({ ...key, original_id: id, kind: 'return' })).map(row => row.item_id),
    )
    const left = items.filter(item => item.state === 'open' && !tried.has(item.id))
    const [next, ...others] = await waiting(commit, proposal, left)
    if (next !== undefined) {
      const { deal, terms } = settlingOf(proposal, next)
      const decidedBy = proposal.decided_by as string | null
      await deal.carryOut(commit, String(next.id), terms, {
        proposedBy: String(proposal.proposed_by),
        decidedBy,
      })
    }
    if (others.length > 0) return
    const went = next !== undefined || items.some(({ id: item, way }) => way === 'book' || tried.has(item))
    await trx('proposals')
      .where({ ...key, id: proposal.id })
      .update({ state: went ? 'carried-out' : 'withdrawn' })
    if (went) await settleCase(deps.ids, commit, 'paid-by-mistake', id)
  }

  return {
    deals: {
      'move-payment': dealOf(move),
      'return-payment': dealOf<z.infer<typeof sendBackTerms>>({
        ...common,
        terms: sendBackTerms,
        check: async (commit, id) => againstReturn(commit, await lockTransaction(commit, id)),
        carryOut: release,
      }),
      'refuse-return': dealOf<z.infer<typeof refuseTerms>>({
        ...common,
        terms: refuseTerms,
        check: async (commit, id) => againstAny(await lockTransaction(commit, id)),
        async carryOut(commit, id, { reason }, { proposedBy }) {
          const about = 'give-back-refused'
          const subject = { about, subject: 'transaction', subjectId: id } as const
          await openCase(deps.ids, commit, { ...subject, detail: { reason, by: proposedBy } })
          await settleCase(deps.ids, commit, about, id)
          await settleCase(deps.ids, commit, 'paid-by-mistake', id)
          return 'done'
        },
      }),
    },
    carryingOn: inner => ({
      ...inner,
      async step(commit, kind, id, event) {
        const stepped = await inner.step(commit, kind, id, event)
        if (kind === 'transaction' && stepped.changed && NEWS.has(event.type))
          await follow(commit, id, stepped.to)
        return stepped
      },
    }),
  }
}

/** Something of the payment has ended, one way or another: an undoing, the booking of an item elsewhere, its return. */
const NEWS: ReadonlySet<string> = new Set([
  'UNDONE',
  'UNDO_REFUSED',
  'REVERSED',
  'BOOKED',
  'NOT_BOOKABLE',
  'RETURNED',
  'RETURN_FAILED',
])
/** In these an item of the payment, or an undoing, has still to end: items go their ways one after the other. */
const ON_ITS_WAY: ReadonlySet<string> = new Set(['confirmed', 'returning'])
