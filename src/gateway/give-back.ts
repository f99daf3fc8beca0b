import { z } from 'zod'
import { toText } from '../domain/money.ts'
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

/**
 * Somebody paid by mistake, and it is booked already. Agreed, the booking is undone in the core, which takes as long as
 * it takes; in the commit in which the money is an item on the board again the decision goes on by itself: to another
 * loan, or back to who paid. Until then the proposal stands open and agreed, and that is all that has to survive a crash.
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

/** Of a payment that is not booked the board decides. */
function againstAny(row: LifeRow | undefined): BoardRefused | undefined {
  if (row === undefined || row.kind !== 'collect') return refused('not-found', 'no such collection')
  return row.state === 'booked'
    ? undefined
    : refused('stale', `this payment is ${row.state}: only one that is booked is taken out again`)
}

/** Only a payment with one booking: of several the core may undo some and refuse others. */
async function against(act: Act, row: LifeRow | undefined): Promise<BoardRefused | undefined> {
  const no = againstAny(row)
  if (row === undefined || no !== undefined) return no
  const made = await bookedOf(act, row.id)
  const [only] = made
  if (only === undefined || made.length > 1)
    return refused(
      'not-undoable',
      `this payment stands in ${made.length} bookings: only a single one is undone`,
    )
  const tried = await act
    .trx('bookings')
    .where({ tenant_id: act.setup.tenant.id, undoes: only.id })
    .first('state')
  return tried === undefined
    ? undefined
    : refused('not-undoable', `the core was asked to undo it before: ${tried.state}`)
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
        const [booking] = row === undefined ? [] : await bookedOf(commit, id)
        if (row === undefined || booking === undefined) return undefined
        if (booking.loan_id === loanId) return refused('not-to-book', `it is booked on loan ${loanId}`)
        const { customer_id: payerId } = row
        const payer = payerId === null ? undefined : await customer(commit.trx, tenantId, String(payerId))
        const amount = toText(amountOfRow(booking))
        const allocations = [{ target: 'loan' as const, targetId: loanId, amount }]
        return { tenantId, allocations, clientId: payer?.coreClientId }
      })
      return asked !== undefined && 'allocations' in asked ? lookAtHomes(deps, asked) : asked
    },
    carryOut: release,
  }

  /** What the agreed decision wants of the item that has come back. */
  const settlingOf = (proposal: Row, item: Row): { readonly deal: Deal<object>; readonly terms: object } => {
    const isMove = proposal.action === 'move-payment'
    const deal = ways()[isMove ? 'book' : 'return']
    if (deal === undefined) throw new Error('the board lacks a way')
    const { amount } = toText(amountOfRow(item))
    const { loanId } = proposal.terms as { readonly loanId?: string }
    return { deal, terms: isMove ? { allocations: [{ target: 'loan', targetId: loanId, amount }] } : {} }
  }

  /** The agreed decision goes on, or ends: what cannot be done by now is a person's again, on the board. */
  async function follow(commit: Act, id: string): Promise<void> {
    const { trx, setup } = commit
    const key = { tenant_id: setup.tenant.id }
    const proposal: Row | undefined = await trx('proposals')
      .where({ ...key, subject_id: id, state: 'open' })
      .whereNotNull('decided_at')
      .whereIn('action', GOES_ON)
      .first()
    if (proposal === undefined) return
    const end = (state: 'carried-out' | 'withdrawn') =>
      trx('proposals')
        .where({ ...key, id: proposal.id })
        .update({ state })
    const item: Row | undefined = await trx('suspense_items')
      .where({ ...key, transaction_id: id, state: 'open', reason: 'given-back' })
      .orderBy('id', 'desc')
      .first()
    if (item === undefined) return void (await end('withdrawn'))
    const { deal, terms } = settlingOf(proposal, item)
    const itemId = String(item.id)
    if ((await deal.check(commit, itemId, terms)) !== undefined) return void (await end('withdrawn'))
    const agreed = {
      proposedBy: String(proposal.proposed_by),
      decidedBy: proposal.decided_by as string | null,
    }
    await deal.carryOut(commit, itemId, terms, agreed)
    await end('carried-out')
  }

  return {
    deals: {
      'move-payment': dealOf(move),
      'return-payment': dealOf<z.infer<typeof sendBackTerms>>({
        ...common,
        terms: sendBackTerms,
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
          return 'done'
        },
      }),
    },
    carryingOn: inner => ({
      ...inner,
      async step(commit, kind, id, event) {
        const stepped = await inner.step(commit, kind, id, event)
        if (kind === 'transaction' && stepped.changed && ENDS.has(event.type)) await follow(commit, id)
        return stepped
      },
    }),
  }
}

/** With these the undoing has ended, one way or another. */
const ENDS: ReadonlySet<string> = new Set(['UNDONE', 'UNDO_REFUSED', 'REVERSED'])
