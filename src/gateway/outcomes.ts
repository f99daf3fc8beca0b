import type { TransactionEvent } from '../../flows/transaction.ts'
import type { Ids } from '../domain/ids.ts'
import { stillMs } from '../domain/maintenance.ts'
import { toText } from '../domain/money.ts'
import type { Outcome } from '../domain/outcome.ts'
import { localDate } from '../domain/time.ts'
import type { Trx } from '../store/database.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import { walletRefused, walletWorked } from '../store/people.ts'
import { openCase } from './cases.ts'
import { bearCharge } from './charges.ts'
import { noteHealth } from './health.ts'
import { heardName } from './payees.ts'
import type { Act, Stepped, Stepper } from './step.ts'

export type AttemptRow = {
  readonly id: string
  readonly transaction_id: string
  readonly connection_id: string
  readonly reference: string
  readonly provider_reference: string | null
  readonly receipt: string | null
  readonly state: 'planned' | 'sent' | 'answered' | 'closed'
  readonly sent_at: Date | null
  readonly hint: Outcome | null
}

/** The provider's last word on an attempt, by which nothing has moved. */
export const isNo = (outcome: Outcome): boolean =>
  outcome.kind === 'declined' || (outcome.kind === 'our-fault' && outcome.ended === true)

/** An explicit yes or no; everything else is asked about again. */
export const isFinal = (outcome: Outcome): boolean =>
  outcome.kind === 'confirmed' || outcome.kind === 'reversed' || isNo(outcome)

/** It is the wallet that is refused, and not this payment of it: the number has none, or it may not pay. */
const refusesWallet = (outcome: Outcome): boolean =>
  outcome.kind === 'declined' &&
  outcome.again === 'other-wallet' &&
  (outcome.reason === 'no-account' || outcome.reason === 'not-allowed')

/** What an outcome means to the machine; what only tells that nothing is known stays `unknown`. */
function eventOf(
  outcome: Outcome,
  at: string,
  hintedReceipt: string | null,
  still: { readonly stillMs?: number },
): TransactionEvent {
  switch (outcome.kind) {
    case 'confirmed':
      return {
        type: 'CONFIRMED',
        at,
        amount: toText(outcome.amount),
        receipt: outcome.receipt ?? hintedReceipt,
      }
    case 'declined':
      return { type: 'DECLINED', at, reason: outcome.reason }
    case 'reversed':
      return { type: 'REVERSED', at, amount: toText(outcome.amount) }
    case 'our-fault':
      return { type: 'OUR_FAULT', at, fault: outcome.fault, ended: outcome.ended === true, ...still }
    case 'accepted':
      return {
        type: 'ACCEPTED',
        at,
        ...still,
        ...(outcome.link === undefined ? {} : { link: outcome.link }),
      }
    case 'not-found':
      return { type: 'NOT_FOUND', at, ...still }
    case 'unknown':
      return { type: 'UNKNOWN', at, ...still }
  }
}

/** An outcome as it is kept and shown: amounts as text, never a wire body. */
const toRow = (outcome: Outcome): object =>
  'amount' in outcome
    ? {
        ...outcome,
        amount: toText(outcome.amount),
        ...('charge' in outcome && outcome.charge !== undefined ? { charge: toText(outcome.charge) } : {}),
      }
    : outcome

/** Records what became of an attempt and steps its transaction, in one commit. */
export async function applyOutcome(
  act: Act,
  deps: { readonly ids: Ids; readonly stepper: Stepper },
  attempt: AttemptRow,
  outcome: Outcome,
  how: 'send' | 'inquire' | 'callback',
): Promise<Stepped> {
  const stepped = await apply(act, deps, attempt, outcome)
  // last, for the connection's row is locked after a disbursement's everywhere
  if (how === 'send') await noteHealth(act, attempt, outcome)
  return stepped
}

async function apply(
  act: Act,
  { ids, stepper }: { readonly ids: Ids; readonly stepper: Stepper },
  attempt: AttemptRow,
  outcome: Outcome,
): Promise<Stepped> {
  const { trx, setup, at } = act
  const tenantId = setup.tenant.id
  const row = await lockLife(trx, 'transaction', tenantId, attempt.transaction_id)
  const final = isFinal(outcome)
  // A yes or no that was heard already is not covered up by a later "we do not know".
  await trx('attempts')
    .where({ tenant_id: tenantId, id: attempt.id })
    .whereIn('state', final ? ['planned', 'sent', 'answered', 'closed'] : ['planned', 'sent', 'answered'])
    .update({
      state: final ? 'closed' : 'answered',
      outcome: JSON.stringify(toRow(outcome)),
      answered_at: at,
    })
  if ('providerReference' in outcome && outcome.providerReference !== undefined)
    await learnReference(trx, tenantId, attempt, outcome.providerReference)
  const step = (event: TransactionEvent): Promise<Stepped> => stepper.step(act, 'transaction', row.id, event)
  if (outcome.kind !== 'confirmed') {
    // The answer to an attempt that is not the last says nothing of the one that is.
    if (await isSuperseded(act, attempt)) return { changed: false, from: row.state, to: row.state }
    if (refusesWallet(outcome) && row.wallet_id !== null)
      await walletRefused(trx, tenantId, String(row.wallet_id), at)
    return step(eventOf(outcome, at.toISOString(), null, stood(act, row, attempt)))
  }

  const hinted = await trx('attempts').where({ tenant_id: tenantId, id: attempt.id }).first('receipt')
  const free = async (receipt: string | null | undefined): Promise<boolean> =>
    receipt == null || (await ownerOf(act, row, receipt)) === undefined
  const owner = await ownerOf(act, row, outcome.receipt)
  if (owner !== undefined) {
    // other money of this very push was counted already, as a payment of its own
    if (owner.original_id === row.id) return { changed: false, from: row.state, to: row.state }
    await openCase(ids, act, {
      about: 'receipt-taken',
      subject: 'transaction',
      subjectId: row.id,
      customerId: row.customer_id,
      detail: { receipt: outcome.receipt },
    })
    return step({ type: 'UNKNOWN', at: at.toISOString(), ...stood(act, row, attempt) })
  }
  const first = await recordConfirmation(act, row, outcome)
  // A hint fills a gap; it never says that this is other money than what is known.
  const hint = row.receipt === null && (await free(hinted?.receipt)) ? (hinted?.receipt ?? null) : null
  const stepped = await step(eventOf(outcome, at.toISOString(), hint, {}))
  if (first) await bearCharge(ids, act, row, outcome)
  if (outcome.name !== undefined && row.kind === 'disburse') await heardName(ids, act, row, outcome.name)
  return stepped
}

/** For how long of the time since it was sent the provider was shut down. */
function stood({ setup, at }: Act, row: LifeRow, { sent_at: since }: AttemptRow): { stillMs?: number } {
  const shutdowns = setup.ways.maintenance.filter(({ provider }) => provider === row.provider)
  if (since === null || shutdowns.length === 0) return {}
  return { stillMs: stillMs(shutdowns, since, at) }
}

/** Another attempt with a reference of its own has followed. */
export async function isSuperseded({ trx, setup }: Act, attempt: AttemptRow): Promise<boolean> {
  const later = await trx('attempts')
    .where({ tenant_id: setup.tenant.id, transaction_id: attempt.transaction_id })
    .where('id', '>', attempt.id)
    .whereNot('reference', attempt.reference)
    .first('id')
  return later !== undefined
}

/** One receipt is one payment for ever: the same on another transaction proves nothing for this one. */
async function ownerOf(
  { trx, setup }: Act,
  row: LifeRow,
  receipt: string | undefined,
): Promise<{ readonly original_id: string | null } | undefined> {
  if (receipt === undefined) return undefined
  const owner = await trx('receipts')
    .where({ tenant_id: setup.tenant.id, issuer: row.provider, receipt })
    .first('transaction_id')
  if (owner === undefined || owner.transaction_id === row.id) return undefined
  return trx('transactions')
    .where({ tenant_id: setup.tenant.id, id: owner.transaction_id })
    .first('original_id')
}

/** The provider's own name for an attempt, by which it can be asked for and its callbacks found. */
export async function learnReference(
  trx: Trx,
  tenantId: string,
  attempt: AttemptRow,
  reference: string,
): Promise<void> {
  await trx('attempts')
    .where({ tenant_id: tenantId, id: attempt.id })
    .whereNull('provider_reference')
    .update({ provider_reference: reference })
  await trx('transactions')
    .where({ tenant_id: tenantId, id: attempt.transaction_id })
    .whereNull('provider_reference')
    .update({ provider_reference: reference })
  await trx('attempt_references')
    .insert({
      tenant_id: tenantId,
      connection_id: attempt.connection_id,
      kind: 'theirs',
      value: reference,
      attempt_id: attempt.id,
      transaction_id: attempt.transaction_id,
    })
    .onConflict()
    .ignore()
}

/**
 * The value date is the provider's completion day in the tenant's zone, else the day she approved: never our booking
 * time. Answers whether this was the first yes.
 */
async function recordConfirmation(
  act: Act,
  row: LifeRow,
  outcome: Extract<Outcome, { kind: 'confirmed' }>,
): Promise<boolean> {
  const { trx, setup, at } = act
  const tenantId = setup.tenant.id
  const request =
    row.request_id === null
      ? undefined
      : await trx('collection_requests')
          .where({ tenant_id: tenantId, id: row.request_id })
          .first('decided_at')
  const day = localDate(outcome.at ?? request?.decided_at ?? at, setup.tenant.zone)
  const recorded = await trx('transactions')
    .where({ tenant_id: tenantId, id: row.id })
    .whereNull('confirmed_at')
    .update({ confirmed_at: outcome.at ?? at, value_date: day, confirmed_minor: outcome.amount.minor })
  if (row.wallet_id !== null && row.kind === 'collect')
    await walletWorked(trx, tenantId, String(row.wallet_id), at)
  return recorded > 0
}
