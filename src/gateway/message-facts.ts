import type { TransactionEvent } from '../../flows/transaction.ts'
import type { Account } from '../../flows/words/words.ts'
import { fromText, type MoneyText } from '../domain/money.ts'
import type { Row } from '../store/database.ts'
import type { Act, Subject } from './step.ts'

/** What a message must know beside its deed, read in the commit that it is queued in. */

const BOOKINGS = ['repayment', 'deposit']

/** What of a payment stands in the core, or has been undone there, the newest order first. */
export const standing = (
  { trx, setup }: Act,
  transactionId: string,
  state: 'booked' | 'undone' = 'booked',
): Promise<Row[]> =>
  trx('bookings as b')
    .join('allocations as a', on => on.on('a.tenant_id', 'b.tenant_id').andOn('a.id', 'b.allocation_id'))
    .where({ 'b.tenant_id': setup.tenant.id, 'b.transaction_id': transactionId, 'b.state': state })
    .whereIn('b.entry', BOOKINGS)
    .orderBy('a.ordinal', 'desc')
    .select('b.loan_id', 'b.amount_minor')

/**
 * Where this much of a payment was booked last. Orders follow one another, and she hears of each when all of it is
 * answered: what is untold are the newest bookings that sum to the amount.
 */
export async function bookedLast(act: Act, subject: Subject, amount: MoneyText): Promise<Account[]> {
  const last = await newestBookings(act, subject, amount)
  return Promise.all(last.map(booking => accountOf(act, subject.row, booking)))
}

/** The newest bookings of a payment that sum to the amount, the oldest of them first. */
export async function newestBookings(act: Act, { row }: Subject, amount: MoneyText): Promise<Row[]> {
  let untold = fromText(amount).minor
  const last: Row[] = []
  for (const booking of await standing(act, row.id)) {
    if (untold <= 0n) break
    untold -= booking.amount_minor as bigint
    last.unshift(booking)
  }
  return last
}

/** The loan on which all of this is; undefined where it is on several, or not on a loan. */
export function onlyLoan(bookings: readonly Row[]): string | undefined {
  const loans = new Set(bookings.map(({ loan_id: loan }) => loan as string | null))
  const [only] = loans
  return loans.size === 1 ? (only ?? undefined) : undefined
}

/** The loans that a payment is missing on once it went back: those it stood on, else the one that it was meant for. */
export async function missingOn(act: Act, { row }: Subject): Promise<Account[]> {
  const stood = await standing(act, row.id)
  const loans = stood.filter(({ loan_id }) => loan_id !== null).reverse()
  if (stood.length === 0 && row.loan_id !== null) return [await accountOf(act, row, row)]
  return Promise.all(loans.map(booking => accountOf(act, row, booking)))
}

/**
 * The number by which she knows a loan: the payment's own, or that of another loan of hers that we have asked about or
 * paid out. Of one that we have never met, and of anybody else's, she is told no number.
 */
async function accountOf({ trx, setup }: Act, row: Row, booking: Row): Promise<Account> {
  const { loan_id: loanId } = booking
  if (loanId === null) return { kind: 'savings', number: null }
  if (loanId === row.loan_id) return { kind: 'loan', number: String(row.loan_account) }
  const hers = { tenant_id: setup.tenant.id, customer_id: row.customer_id, loan_id: loanId }
  const known =
    (await trx('collection_requests').where(hers).first('loan_account')) ??
    (await trx('disbursements').where(hers).first('loan_account'))
  return { kind: 'loan', number: known?.loan_account ?? null }
}

/** By which event the money failed: of a payment the one that is told, of a payout its part's that failed last. */
export async function failedBy(
  { trx, setup }: Act,
  { kind, row, eventId }: Subject,
): Promise<TransactionEvent['type'] | undefined> {
  const events = trx('events').where({ tenant_id: setup.tenant.id })
  const found: Row | undefined =
    kind === 'transaction'
      ? await events.where({ id: eventId }).first('event')
      : await events
          .where({ subject: 'transaction', state_to: 'failed' })
          .whereNot({ state_from: 'failed' })
          .whereIn(
            'subject_id',
            trx('transactions').where({ tenant_id: setup.tenant.id, disbursement_id: row.id }).select('id'),
          )
          .orderBy('id', 'desc')
          .first('event')
  return (found?.event as TransactionEvent | undefined)?.type
}
