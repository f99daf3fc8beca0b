import type { z } from 'zod'
import type { Ids } from '../domain/ids.ts'
import type { Row } from '../store/database.ts'
import type { Act } from './step.ts'

/**
 * What two people must agree on. One proposes, and the commit of another's yes carries it out; what is small enough for
 * one person is carried out at once, and the row says who ordered it. A subject has one open proposal.
 */

export const BOARD_REFUSALS = [
  'not-found',
  'core-away',
  'own-proposal',
  'decided',
  'proposed-already',
  'settled',
  'stale',
  'busy',
  'bad-terms',
  'more-than-came',
  'no-way-back',
  'not-to-book',
  'not-undoable',
  'receipt-taken',
  'reference-taken',
] as const
export type BoardRefusal = (typeof BOARD_REFUSALS)[number]
export type BoardRefused = { readonly kind: 'refused'; readonly why: BoardRefusal; readonly detail: string }

export const refused = (why: BoardRefusal, detail: string): BoardRefused => ({ kind: 'refused', why, detail })

/** The persons of a decision, by the names of their API keys; one where nobody else had to agree. */
export type Agreed = { readonly proposedBy: string; readonly decidedBy: string | null }

/** One kind of decision: what it is about, and what it does. */
export type Deal<Terms extends object> = {
  readonly subject: 'suspense-item' | 'transaction' | 'disbursement' | 'treasury-move'
  /** The API scope of whoever proposes it, and of whoever agrees. */
  readonly scope: string
  readonly terms: z.ZodType<Terms>
  /** Reads outside (the core) before the commit; a refusal where what was proposed cannot be done there. */
  readonly look?: (tenantId: string, subjectId: string, terms: Terms) => Promise<BoardRefused | undefined>
  /** Locks the subject and says why it cannot be done now, if it cannot; asked by both persons' commits. */
  readonly check: (act: Act, subjectId: string, terms: Terms) => Promise<BoardRefused | undefined>
  readonly needsSecond: (act: Act, subjectId: string, terms: Terms) => Promise<boolean> | boolean
  /** `under-way`: agreed, and carried out by itself when something that was ordered has come about. */
  readonly carryOut: (
    act: Act,
    subjectId: string,
    terms: Terms,
    agreed: Agreed,
  ) => Promise<'done' | 'under-way'>
}

export type Deals = Readonly<Record<string, Deal<object>>>

/** Keeps the type of the terms where it is known: its rules see what its schema reads. */
export const dealOf = <Terms extends object>(deal: Deal<Terms>): Deal<object> => ({
  ...deal,
  look: (tenantId, id, terms) =>
    deal.look?.(tenantId, id, deal.terms.parse(terms)) ?? Promise.resolve(undefined),
  check: (act, id, terms) => deal.check(act, id, deal.terms.parse(terms)),
  needsSecond: (act, id, terms) => deal.needsSecond(act, id, deal.terms.parse(terms)),
  carryOut: (act, id, terms, agreed) => deal.carryOut(act, id, deal.terms.parse(terms), agreed),
})

export type Proposal = {
  readonly action: string
  readonly subjectId: string
  readonly terms: object
}

export type Proposals = {
  /** The API scope that this kind of decision needs; undefined where there is none of that name. */
  scopeOf(action: string): string | undefined
  /** What has to be read outside before a proposal, or a yes to it, is committed. */
  look(tenantId: string, proposal: Proposal): Promise<BoardRefused | undefined>
  /** Proposes, and carries out at once what needs nobody else; answers the proposal's id. */
  propose(act: Act, proposal: Proposal, by: string): Promise<string | BoardRefused>
  /** Another person's yes. What has become stale is refused, and nothing moves. */
  approve(act: Act, id: string, by: string): Promise<BoardRefused | undefined>
  /** Taken back by whoever made it, or turned down by another. */
  withdraw(act: Act, id: string, by: string): Promise<BoardRefused | undefined>
}

export const isUnderWay = (row: Row): boolean => row.state === 'open' && row.decided_at !== null

export const proposalRow = ({ trx, setup }: Act, id: string): Promise<Row | undefined> =>
  trx('proposals').where({ tenant_id: setup.tenant.id, id }).first()

export const proposalView = (row: Row): object => ({
  id: row.id,
  action: row.action,
  subject: row.subject,
  subjectId: row.subject_id,
  terms: row.terms,
  state: isUnderWay(row) ? 'under-way' : row.state,
  proposedBy: row.proposed_by,
  proposedAt: row.proposed_at,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
})

const taken = (row: Row): BoardRefused =>
  refused('decided', `this proposal is ${isUnderWay(row) ? 'agreed and under way' : row.state}`)

export function createProposals(ids: Ids, deals: Deals): Proposals {
  const dealNamed = (action: unknown): Deal<object> => {
    const deal = deals[String(action)]
    if (deal === undefined) throw new Error(`nothing is called ${String(action)}`)
    return deal
  }

  /** Agreed: done in this commit, or left open until what it waits for has come about. */
  async function carryOut(act: Act, row: Row, decidedBy: string | null): Promise<void> {
    const { trx, setup, at } = act
    const key = { tenant_id: setup.tenant.id, id: row.id }
    await trx('proposals').where(key).update({ decided_by: decidedBy, decided_at: at })
    const deal = dealNamed(row.action)
    const agreed = { proposedBy: String(row.proposed_by), decidedBy }
    const done = await deal.carryOut(act, String(row.subject_id), row.terms as object, agreed)
    if (done === 'done') await trx('proposals').where(key).update({ state: 'carried-out' })
  }

  return {
    scopeOf: action => deals[action]?.scope,

    look: (tenantId, { action, subjectId, terms }) =>
      dealNamed(action).look?.(tenantId, subjectId, terms) ?? Promise.resolve(undefined),

    async propose(act, { action, subjectId, terms }, by) {
      const { trx, setup, at } = act
      const deal = dealNamed(action)
      const no = await deal.check(act, subjectId, terms)
      if (no !== undefined) return no
      const key = { tenant_id: setup.tenant.id, subject_id: subjectId, state: 'open' }
      const open = await trx('proposals').where(key).first('id', 'proposed_by')
      if (open !== undefined)
        return refused(
          'proposed-already',
          `proposal ${open.id} of ${open.proposed_by} is open: decide that one`,
        )
      const row: Row = {
        ...key,
        id: ids.next(),
        action,
        subject: deal.subject,
        terms,
        proposed_by: by,
        proposed_at: at,
      }
      await trx('proposals').insert({ ...row, terms: JSON.stringify(terms) })
      if (!(await deal.needsSecond(act, subjectId, terms))) await carryOut(act, row, null)
      return String(row.id)
    },

    async approve(act, id, by) {
      const known = await proposalRow(act, id)
      if (known === undefined) return refused('not-found', 'no such proposal')
      if (known.proposed_by === by)
        return refused('own-proposal', 'whoever proposes does not decide: ask a second person')
      if (known.state !== 'open' || isUnderWay(known)) return taken(known)
      // the subject is locked before its proposal, here as everywhere
      const no = await dealNamed(known.action).check(act, String(known.subject_id), known.terms as object)
      if (no !== undefined) return no
      const row = await locked(act, id)
      if (row.state !== 'open' || isUnderWay(row)) return taken(row)
      await carryOut(act, row, by)
      return undefined
    },

    async withdraw(act, id, by) {
      if ((await proposalRow(act, id)) === undefined) return refused('not-found', 'no such proposal')
      const row = await locked(act, id)
      if (row.state !== 'open' || isUnderWay(row)) return taken(row)
      await act
        .trx('proposals')
        .where({ tenant_id: act.setup.tenant.id, id })
        .update({ state: 'withdrawn', decided_by: by, decided_at: act.at })
      return undefined
    },
  }
}

const locked = ({ trx, setup }: Act, id: string): Promise<Row> =>
  trx('proposals').where({ tenant_id: setup.tenant.id, id }).forUpdate().first()
