import type { EntryKind } from '../../flows/booking.ts'
import type { Allocation, Way } from '../../flows/deeds.ts'
import type { Ids } from '../domain/ids.ts'
import { fromText, type Money, toText } from '../domain/money.ts'
import { type LocalDate, localDate } from '../domain/time.ts'
import type { Act, Stepper, Subject } from './step.ts'

/** Entries in the core's books, planned in the commit that makes them due; `book.ts` makes them. */

type Deps = { readonly ids: Ids; readonly stepper: Stepper }

type NewEntry = {
  readonly entry: EntryKind
  /** Entries of one slot are made one after the other: a loan's, a savings account's, an office's journal. */
  readonly slot: string
  readonly amount: Money
  readonly valueDate: LocalDate
  readonly transactionId?: string
  readonly allocationId?: string
  readonly disbursementId?: string
  readonly itemId?: string
  readonly loanId?: string | null
  readonly savingsId?: string
  readonly undoes?: string
  readonly debitAccount?: string
  readonly creditAccount?: string
}

/** Each has an external id of its own for ever: after an undoing the core keeps the old one on the undone row. */
async function planEntry({ ids, stepper }: Deps, { trx, setup, at }: Act, entry: NewEntry): Promise<void> {
  const tenantId = setup.tenant.id
  const id = ids.next()
  const externalId = `hatua-${id}`
  await trx('bookings').insert({
    tenant_id: tenantId,
    id,
    entry: entry.entry,
    slot: entry.slot,
    allocation_id: entry.allocationId ?? null,
    transaction_id: entry.transactionId ?? null,
    disbursement_id: entry.disbursementId ?? null,
    item_id: entry.itemId ?? null,
    loan_id: entry.loanId ?? null,
    savings_id: entry.savingsId ?? null,
    undoes: entry.undoes ?? null,
    debit_account: entry.debitAccount ?? null,
    credit_account: entry.creditAccount ?? null,
    amount_minor: entry.amount.minor,
    currency: entry.amount.currency,
    external_id: externalId,
    created_at: at,
    value_date: entry.valueDate,
    ...stepper.start('booking', { amount: toText(entry.amount) }, at, entry.entry),
  })
  await trx('external_ids').insert({ tenant_id: tenantId, external_id: externalId, booking_id: id })
}

const slotOf = ({ target, targetId }: Pick<Allocation, 'target' | 'targetId'>): string =>
  `${target}:${targetId}`

/** The day the money came, as the provider tells it: what a booking counts from. */
async function valueDate({ trx, setup, at }: Act, transactionId: string): Promise<LocalDate> {
  const row = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, id: transactionId })
    .first('value_date')
  return row?.value_date ?? localDate(at, setup.tenant.zone)
}

/** One booking for each allocation of a confirmed payment. */
export async function planBookings(
  deps: Deps,
  act: Act,
  { row }: Subject,
  allocations: readonly Allocation[],
): Promise<void> {
  const { trx, setup } = act
  const tenantId = setup.tenant.id
  const on = await valueDate(act, row.id)
  const before = await trx('allocations')
    .where({ tenant_id: tenantId, transaction_id: row.id })
    .max({ last: 'ordinal' })
    .first()
  for (const [at, allocation] of allocations.entries()) {
    const allocationId = deps.ids.next()
    const amount = fromText(allocation.amount)
    await trx('allocations').insert({
      tenant_id: tenantId,
      id: allocationId,
      transaction_id: row.id,
      ordinal: Number(before?.last ?? 0) + at + 1,
      target: allocation.target,
      target_id: allocation.targetId,
      amount_minor: amount.minor,
      currency: amount.currency,
    })
    await planEntry(deps, act, {
      entry: allocation.target === 'loan' ? 'repayment' : 'deposit',
      slot: slotOf(allocation),
      amount,
      valueDate: on,
      transactionId: row.id,
      allocationId,
      ...(allocation.target === 'loan'
        ? { loanId: allocation.targetId }
        : { savingsId: allocation.targetId }),
    })
  }
}

/**
 * The one entry of a disbursement, on the day on which the last of its money arrived: the whole loan, or a voucher's
 * journal entry.
 */
export async function planDisbursal(deps: Deps, act: Act, { row }: Subject): Promise<void> {
  const { trx, setup, at } = act
  const paid = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, disbursement_id: row.id })
    .whereNotNull('value_date')
    .max({ last: 'value_date' })
    .first()
  const entry = {
    amount: { minor: row.amount_minor as bigint, currency: String(row.currency) },
    valueDate: (paid?.last as LocalDate | null | undefined) ?? localDate(at, setup.tenant.zone),
    disbursementId: row.id,
  }
  const { books } = setup.tenant.settings
  if (row.loan_id !== null)
    return planEntry(deps, act, {
      ...entry,
      entry: 'disbursal',
      slot: slotOf({ target: 'loan', targetId: String(row.loan_id) }),
      loanId: String(row.loan_id),
    })
  const float = books?.floats[String(row.provider)]
  if (books === undefined || float === undefined)
    throw new Error(`voucher ${row.id} has no accounts in the core`)
  return planEntry(deps, act, {
    ...entry,
    entry: 'voucher',
    slot: `office:${books.officeId}`,
    debitAccount: String(row.programme),
    creditAccount: float,
  })
}

const UNDO: Partial<Record<EntryKind, EntryKind>> = {
  repayment: 'undo-repayment',
  deposit: 'undo-deposit',
  disbursal: 'undo-disbursal',
  voucher: 'undo-voucher',
}

/**
 * A voucher's journal entry is taken back by one with its sides turned, of the day on which the money was with us again;
 * all else is undone as of its own day.
 */
const countered = ({ setup, at }: Act, made: Record<string, unknown>): Partial<NewEntry> =>
  made.entry === 'voucher'
    ? {
        valueDate: localDate(at, setup.tenant.zone),
        debitAccount: String(made.credit_account),
        creditAccount: String(made.debit_account),
      }
    : {}

/** Takes out of the core what this row has entered there; `again`: also what the core has refused to undo before. */
export async function planUndoing(
  deps: Deps,
  act: Act,
  { kind, row }: Subject,
  again: boolean,
): Promise<void> {
  const { trx, setup } = act
  const column = kind === 'disbursement' ? 'disbursement_id' : 'transaction_id'
  const made: Record<string, unknown>[] = await trx('bookings as b')
    .where({ 'b.tenant_id': setup.tenant.id, [`b.${column}`]: row.id, 'b.state': 'booked' })
    .whereIn('b.entry', Object.keys(UNDO))
    .whereNotExists(function () {
      void this.from('bookings as u').whereRaw(
        `u.tenant_id = b.tenant_id and u.undoes = b.id ${again ? "and u.state <> 'refused'" : ''}`,
      )
    })
    .select('b.*')
  for (const entry of made)
    await planEntry(deps, act, {
      entry: UNDO[entry.entry as EntryKind] as EntryKind,
      slot: String(entry.slot),
      amount: { minor: entry.amount_minor as bigint, currency: String(entry.currency) },
      valueDate: entry.value_date as LocalDate,
      undoes: String(entry.id),
      [kind === 'disbursement' ? 'disbursementId' : 'transactionId']: row.id,
      ...(entry.loan_id === null ? {} : { loanId: String(entry.loan_id) }),
      ...(entry.savings_id === null ? {} : { savingsId: String(entry.savings_id) }),
      ...countered(act, entry),
    })
}

/**
 * The core's general ledger shows what lies in suspense, too: money on the provider's account that is nobody's yet. It is
 * taken back when the item has found its way; a repayment debits the provider's account by itself.
 */
export async function planMirror(
  deps: Deps,
  act: Act,
  transactionId: string,
  provider: string,
  item: { readonly id: string; readonly amount: Money },
  way: Way | 'in',
): Promise<void> {
  const { books } = act.setup.tenant.settings
  const float = books?.floats[provider]
  if (books === undefined || float === undefined) return
  const other = way === 'write-off' ? books.writeOff : float
  await planEntry(deps, act, {
    entry: 'journal',
    slot: `office:${books.officeId}`,
    amount: item.amount,
    valueDate: await valueDate(act, transactionId),
    transactionId,
    itemId: item.id,
    debitAccount: way === 'in' ? float : books.suspense,
    creditAccount: way === 'in' ? books.suspense : other,
  })
}
