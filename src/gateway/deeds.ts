import type { Deed, RequestTold, TransactionTold } from '../../flows/deeds.ts'
import type { Ids } from '../domain/ids.ts'
import { fromText, toText } from '../domain/money.ts'
import { localDate } from '../domain/time.ts'
import { wallet } from '../store/people.ts'
import { openCase, settleCase } from './cases.ts'
import type { Messenger } from './messages.ts'
import { adapterOf, planTransaction } from './plan.ts'
import type { Act, Deeds, Stepper, Subject } from './step.ts'

/** Carries out the deeds of a step, in the step's own commit. */
export function createDeeds(deps: { ids: Ids; messenger: Messenger; stepper: () => Stepper }): Deeds {
  const { ids, messenger, stepper } = deps
  const handlers: {
    [Kind in Deed['kind']]: (act: Act, subject: Subject, deed: Extract<Deed, { kind: Kind }>) => Promise<void>
  } = {
    attempt: (act, subject, deed) =>
      subject.kind === 'booking'
        ? planBookingAttempt(ids, act, subject, deed.fresh)
        : planAttempt(ids, act, subject, deed.fresh),
    transfer: (act, subject, deed) => transfer(ids, act, subject, deed),
    message: (act, subject, deed) => messenger.say(act, subject, deed),
    case: (act, { kind, row }, { about, detail }) =>
      openCase(ids, act, {
        about,
        subject: kind,
        subjectId: row.id,
        customerId: row.customer_id,
        ...(detail === undefined ? {} : { detail: { detail } }),
      }),
    settle: (act, { row }, { about }) => settleCase(act, about, row.id),
    plan: (act, subject, deed) => plan(deps, act, subject, deed),
    book: (act, subject) => planBookings(ids, stepper(), act, subject),
    receipt: (act, subject, deed) => claimReceipt(act, subject, deed.receipt),
    pause: (act, subject, deed) => pause(ids, act, subject, deed),
    tell: (act, subject, deed) => tell(stepper(), act, subject, deed),
  }
  return (act, subject, deed) =>
    (handlers[deed.kind] as (act: Act, subject: Subject, deed: Deed) => Promise<void>)(act, subject, deed)
}

/** A receipt that another payment has: nothing of this step may stand (one receipt, one payment). */
export class ReceiptTaken extends Error {
  override readonly name = 'ReceiptTaken'
}

async function planAttempt(ids: Ids, act: Act, { row }: Subject, fresh: boolean): Promise<void> {
  const { trx, setup, at } = act
  const tenantId = setup.tenant.id
  const connection = setup.connections.find(({ id }) => id === row.connection_id)
  if (connection === undefined) throw new Error(`transaction ${row.id} has no connection`)
  const last = await trx('attempts')
    .where({ tenant_id: tenantId, transaction_id: row.id })
    .orderBy('ordinal', 'desc')
    .first()
  const reference: string =
    fresh || last === undefined ? adapterOf(connection).newReference() : last.reference
  const id = ids.next()
  await trx('attempts').insert({
    tenant_id: tenantId,
    id,
    transaction_id: row.id,
    ordinal: (last?.ordinal ?? 0) + 1,
    connection_id: connection.id,
    reference,
    state: 'planned',
    planned_at: at,
  })
  await trx('attempt_references')
    .insert({
      tenant_id: tenantId,
      connection_id: connection.id,
      kind: 'ours',
      value: reference,
      attempt_id: id,
      transaction_id: row.id,
    })
    .onConflict()
    .ignore()
}

async function planBookingAttempt(
  ids: Ids,
  { trx, setup, at }: Act,
  { row }: Subject,
  fresh: boolean,
): Promise<void> {
  const tenantId = setup.tenant.id
  const last = await trx('booking_attempts')
    .where({ tenant_id: tenantId, booking_id: row.id })
    .orderBy('ordinal', 'desc')
    .first()
  await trx('booking_attempts').insert({
    tenant_id: tenantId,
    id: ids.next(),
    booking_id: row.id,
    ordinal: (last?.ordinal ?? 0) + 1,
    idempotency_key: fresh || last === undefined ? ids.next() : last.idempotency_key,
    state: 'planned',
    planned_at: at,
  })
}

async function transfer(
  ids: Ids,
  { trx, setup, at }: Act,
  subject: Subject,
  deed: Extract<Deed, { kind: 'transfer' }>,
): Promise<void> {
  const amount = fromText(deed.amount)
  await trx('transfers').insert({
    tenant_id: setup.tenant.id,
    id: ids.next(),
    event_id: subject.eventId,
    transaction_id: subject.kind === 'booking' ? subject.row.transaction_id : subject.row.id,
    debit: deed.debit,
    credit: deed.credit,
    amount_minor: amount.minor,
    currency: amount.currency,
    at,
  })
}

async function plan(
  { ids, stepper }: { ids: Ids; stepper: () => Stepper },
  act: Act,
  { row }: Subject,
  deed: Extract<Deed, { kind: 'plan' }>,
): Promise<void> {
  const payer = await wallet(act.trx, act.setup.tenant.id, deed.walletId)
  if (payer === undefined) throw new Error(`no wallet ${deed.walletId}`)
  await planTransaction(act, ids, stepper(), row, payer, fromText(deed.amount))
}

/** One allocation a payment, to the loan it was asked for; each allocation is a booking of its own. */
async function planBookings(
  ids: Ids,
  stepper: Stepper,
  { trx, setup, at }: Act,
  { row }: Subject,
): Promise<void> {
  const tenantId = setup.tenant.id
  const amount = { minor: row.amount_minor as bigint, currency: String(row.currency) }
  const [allocationId, bookingId] = [ids.next(), ids.next()]
  const paid = await trx('transactions')
    .where({ tenant_id: tenantId, id: row.id })
    .first('confirmed_at', 'value_date')
  const externalId = `hatua-${bookingId}`
  await trx('allocations').insert({
    tenant_id: tenantId,
    id: allocationId,
    transaction_id: row.id,
    ordinal: 1,
    target: 'loan',
    target_id: row.loan_id,
    amount_minor: amount.minor,
    currency: amount.currency,
  })
  await trx('bookings').insert({
    tenant_id: tenantId,
    id: bookingId,
    allocation_id: allocationId,
    transaction_id: row.id,
    loan_id: row.loan_id,
    amount_minor: amount.minor,
    currency: amount.currency,
    external_id: externalId,
    created_at: at,
    value_date: paid?.value_date ?? localDate(at, setup.tenant.zone),
    ...stepper.start('booking', { amount: toText(amount) }, at),
  })
  await trx('external_ids').insert({ tenant_id: tenantId, external_id: externalId, booking_id: bookingId })
}

/** Without a receipt the provider's own reference stands in, until the receipt is known. */
async function claimReceipt({ trx, setup }: Act, { row }: Subject, receipt: string | null): Promise<void> {
  const tenantId = setup.tenant.id
  if (receipt === null) return
  await trx('receipts')
    .insert({ tenant_id: tenantId, issuer: row.provider, receipt, transaction_id: row.id })
    .onConflict(['tenant_id', 'issuer', 'receipt'])
    .ignore()
  const owner = await trx('receipts')
    .where({ tenant_id: tenantId, issuer: row.provider, receipt })
    .first('transaction_id')
  if (owner?.transaction_id !== row.id)
    throw new ReceiptTaken(`receipt ${receipt} belongs to transaction ${owner?.transaction_id}`)
  await trx('transactions')
    .where({ tenant_id: tenantId, id: row.id })
    .whereNull('receipt')
    .update({ receipt })
}

/** The connection rests; its items stay planned, and one alarm tells the lender what to mend. */
async function pause(
  ids: Ids,
  act: Act,
  { row }: Subject,
  { fault }: Extract<Deed, { kind: 'pause' }>,
): Promise<void> {
  const { trx, setup, at } = act
  const rested = await trx('connections')
    .where({ tenant_id: setup.tenant.id, id: row.connection_id, state: 'active' })
    .update({ state: 'paused', paused_for: fault, paused_at: at })
  if (rested === 0) return // it rests already, and the alarm was given
  await openCase(ids, act, {
    about: 'our-fault',
    subject: 'connection',
    subjectId: String(row.connection_id),
    key: `our-fault:${row.connection_id}:${at.toISOString()}`,
    detail: { fault },
  })
}

async function tell(
  stepper: Stepper,
  act: Act,
  { kind, row }: Subject,
  deed: Extract<Deed, { kind: 'tell' }>,
): Promise<void> {
  const elder = kind === 'booking' ? row.transaction_id : row.request_id
  if (elder === null || elder === undefined) return
  if (deed.to === 'request')
    await stepper.step(act, 'request', String(elder), deed.event satisfies RequestTold)
  else await stepper.step(act, 'transaction', String(elder), deed.event satisfies TransactionTold)
}
