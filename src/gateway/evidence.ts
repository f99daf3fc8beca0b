import { z } from 'zod'
import { equal, formatMoney, type Money, parseMoney } from '../domain/money.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Row } from '../store/database.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import type { GatewayDeps } from './context.ts'
import { checkNow } from './hints.ts'
import { type AttemptRow, applyOutcome } from './outcomes.ts'
import { type BoardRefused, type Deals, dealOf, refused } from './proposals.ts'
import { amountOfRow } from './settling.ts'
import type { Act, Stepper } from './step.ts'

/**
 * What became of money that nobody answers about, by what people have seen: the operator's portal, a statement, the
 * customer's own SMS. Always two persons, whatever the amount: it stands in for the provider's word.
 */
export const evidenceTerms = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('confirmed'),
    receipt: z
      .string()
      .regex(/^[A-Za-z0-9._-]{4,64}$/, 'a receipt as the provider prints it')
      .optional(),
    /** Absent: the amount that was ordered. */
    amount: z.string().max(20).optional(),
    /** When the provider says that it happened; absent: unknown. */
    at: z.iso.datetime({ offset: true }).optional(),
    note: z.string().trim().min(3).max(500),
  }),
  /** A payout that had arrived is with the lender again: the operator or the payee gave it back. */
  z.strictObject({ outcome: z.literal('reversed'), note: z.string().trim().min(3).max(500) }),
  z.strictObject({ outcome: z.literal('declined'), note: z.string().trim().min(3).max(500) }),
])
type Terms = z.infer<typeof evidenceTerms>

const moved = ({ outcome, ...terms }: Terms, ordered: Money): Money | undefined =>
  outcome === 'confirmed' && 'amount' in terms && terms.amount !== undefined
    ? parseMoney(terms.amount, ordered.currency)
    : ordered

async function against(act: Act, row: LifeRow, terms: Terms): Promise<BoardRefused | undefined> {
  const { trx, setup, at } = act
  if (terms.outcome === 'reversed') return againstReversed(act, row)
  if (row.state !== 'unresolved')
    return refused('stale', `this transaction is ${row.state}: only what is unresolved needs evidence`)
  if (terms.outcome === 'declined') return undefined
  const ordered = amountOfRow(row)
  const amount = moved(terms, ordered)
  if (amount === undefined || amount.minor === 0n)
    return refused('bad-terms', `"${terms.amount}" is no amount of ${ordered.currency}`)
  if (row.kind !== 'collect' && !equal(amount, ordered))
    return refused('bad-terms', `what we pay is paid as ordered: ${formatMoney(ordered)} ${ordered.currency}`)
  if (terms.at !== undefined && (new Date(terms.at) > at || new Date(terms.at) < (row.created_at as Date)))
    return refused('bad-terms', 'it happened after it was ordered, and not in the future')
  if (terms.receipt === undefined) return undefined
  const owner = await trx('receipts')
    .where({ tenant_id: setup.tenant.id, issuer: row.provider, receipt: terms.receipt })
    .first('transaction_id')
  return owner === undefined || owner.transaction_id === row.id
    ? undefined
    : refused('receipt-taken', `receipt ${terms.receipt} belongs to transaction ${owner.transaction_id}`)
}

/** Only of a payout that is in nobody's books yet: what is entered in the core is the operator's own word to undo. */
async function againstReversed({ trx, setup }: Act, row: LifeRow): Promise<BoardRefused | undefined> {
  if (row.kind !== 'disburse' || row.state !== 'confirmed')
    return refused('stale', 'only a payout that has arrived and is not entered in the core comes back so')
  const entry = await trx('bookings')
    .where({ tenant_id: setup.tenant.id, disbursement_id: row.disbursement_id })
    .whereIn('state', ['planned', 'sending', 'awaiting-approval', 'unknown'])
    .first('id')
  return entry && refused('busy', 'its entry is being made in the core: decide when that has ended')
}

const outcomeOf = (terms: Terms, amount: Money): Outcome =>
  terms.outcome === 'reversed'
    ? { kind: 'reversed', amount }
    : terms.outcome === 'declined'
      ? { kind: 'declined', reason: 'failed', again: 'later', code: 'evidence' }
      : {
          kind: 'confirmed',
          amount,
          ...(terms.receipt === undefined ? {} : { receipt: terms.receipt }),
          ...(terms.at === undefined ? {} : { at: new Date(terms.at) }),
        }

/** The row, locked; undefined where it is not the tenant's. */
export async function lockTransaction({ trx, setup }: Act, id: string): Promise<LifeRow | undefined> {
  const known: Row | undefined = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, id })
    .first('id')
  return known === undefined ? undefined : lockLife(trx, 'transaction', setup.tenant.id, id)
}

export function createEvidence({ ids }: Pick<GatewayDeps, 'ids'>, stepper: Stepper): Deals {
  return {
    evidence: dealOf<Terms>({
      subject: 'transaction',
      scope: 'transactions:write',
      terms: evidenceTerms,
      needsSecond: () => true,
      async check(act, id, terms) {
        const row = await lockTransaction(act, id)
        return row === undefined ? refused('not-found', 'no such transaction') : against(act, row, terms)
      },
      async carryOut(act, id, terms) {
        const { trx, setup } = act
        const row = await lockLife(trx, 'transaction', setup.tenant.id, id)
        const attempt: AttemptRow | undefined = await trx('attempts')
          .where({ tenant_id: setup.tenant.id, transaction_id: id })
          .orderBy('ordinal', 'desc')
          .first()
        const amount = moved(terms, amountOfRow(row))
        if (attempt === undefined || amount === undefined) throw new Error(`transaction ${id} has no attempt`)
        const stepped = await applyOutcome(
          act,
          { ids, stepper },
          attempt,
          outcomeOf(terms, amount),
          'callback',
        )
        if (!stepped.changed) throw new Error(`evidence did nothing for transaction ${id} in ${stepped.from}`)
        return 'done'
      },
    }),
  }
}

/**
 * Asks the provider now, instead of when its turn comes; of what has ended, what a callback told of it and nobody could
 * check. False where it does not wait to be asked.
 */
export async function askNow(commit: Act, id: string): Promise<boolean> {
  const { trx, setup, at } = commit
  const asked = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, id })
    .whereIn('state', ['pending', 'unresolved'])
    .where(query => query.whereNull('lease_until').orWhere('lease_until', '<=', at))
    .update({ due_at: at })
  return asked > 0 || checkNow(commit, id)
}
