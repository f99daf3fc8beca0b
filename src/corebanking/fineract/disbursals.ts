import { formatMoney } from '../../domain/money.ts'
import type { BookingOutcome, EntryOf } from '../core-banking.ts'
import type { Api } from './call.ts'
import { APPROVED, DISBURSEMENT, readLoan } from './loans.ts'
import { bookedRow, findRow, isUndone } from './transactions.ts'
import { readAmount } from './values.ts'
import type { Loan, Transaction } from './wire.ts'
import {
  detailsOf,
  isForeignTo,
  NO_PAYMENT_TYPE,
  NOT_FOUND,
  noteOf,
  refused,
  unknown,
  type Way,
  WORDS,
  write,
} from './writes.ts'

/** LoanTransactionType: what comes with a disbursement by itself, a repayment at disbursement and accruals. */
const BELONGS: ReadonlySet<string> = new Set(['5', '10', '32'])

const typeOf = ({ type }: Transaction): string => type?.id ?? ''
const pathOf = (loanId: string, command: string): string =>
  `loans/${encodeURIComponent(loanId)}?command=${command}`

/** The loan with its living rows; those that were undone moved nothing. */
async function readRows(
  api: Api,
  loanId: string,
): Promise<{ readonly kind: 'loan'; readonly loan: Loan; readonly rows: Transaction[] } | BookingOutcome> {
  const answer = await readLoan(api, loanId, 'transactions')
  if (answer.kind === 'no-answer') return unknown(answer.why)
  if (answer.value === undefined) return refused('error.msg.loan.id.invalid', 'never')
  const rows = (answer.value.transactions ?? []).filter(row => !isUndone(row))
  return { kind: 'loan', loan: answer.value, rows }
}

/** Submitted, approved, withdrawn or rejected. */
const UNDISBURSED: ReadonlySet<string> = new Set(['100', APPROVED, '400', '500'])

/** Our disbursement among the loan's rows; another's there means that somebody paid her by hand. */
async function find(api: Api, { loanId, externalId }: EntryOf<'disbursal'>): Promise<BookingOutcome> {
  const read = await readRows(api, loanId)
  if (read.kind !== 'loan') return read
  const disbursements = read.rows.filter(row => typeOf(row) === DISBURSEMENT)
  const ours = disbursements.find(row => row.externalId === externalId)
  if (ours !== undefined) return withNet(bookedRow(ours), read.loan)
  if (disbursements.length > 0) return refused('disbursed-otherwise', 'never')
  if (UNDISBURSED.has(read.loan.status.id)) return NOT_FOUND
  return unknown('a disbursed loan without a disbursement')
}

/** What she was paid: the approved amount less the charges due at disbursement. */
function withNet(row: BookingOutcome, loan: Loan): BookingOutcome {
  if (row.kind !== 'booked') return row
  const amount = readAmount(loan.netDisbursalAmount, loan.currency.code)
  return amount === undefined ? unknown('a net amount that cannot be read') : { ...row, amount }
}

/** LoansApiResource, command `disburse`: without an amount the whole approved one is disbursed. */
export const disbursal: Way<'disbursal'> = {
  lookUp: find,
  async enter(api, entry) {
    const details = detailsOf(api, entry)
    if (details === undefined) return NO_PAYMENT_TYPE
    return write(api, {
      path: pathOf(entry.loanId, 'disburse'),
      body: {
        actualDisbursementDate: entry.valueDate,
        externalId: entry.externalId,
        ...(entry.lower === true ? { transactionAmount: formatMoney(entry.amount) } : {}),
        note: noteOf(entry),
        ...details,
        ...WORDS,
      },
      idempotencyKey: entry.idempotencyKey,
      find: () => find(api, entry),
      isForeign: isForeignTo({ loanId: entry.loanId, subResourceExternalId: entry.externalId }),
    })
  },
}

/** Undoing a disbursal reverses the row and leaves our external id on it, for ever (Loan.reverseExistingTransactions). */
async function findUndone(api: Api, entry: EntryOf<'undo-disbursal'>): Promise<BookingOutcome> {
  const found = await findRow(api, entry.loanId, entry.entered)
  if (found.kind !== 'row') return found
  if (!isUndone(found.row)) return NOT_FOUND
  const { amount, valueDate } = entry
  return { kind: 'booked', coreTransactionId: found.row.id, amount, valueDate }
}

/** Fineract would reverse every transaction of the loan: only where none but our own stands there may it. */
async function whyNot(
  api: Api,
  { loanId, entered }: EntryOf<'undo-disbursal'>,
): Promise<BookingOutcome | undefined> {
  const read = await readRows(api, loanId)
  if (read.kind !== 'loan') return read
  if (read.rows.length === 0) return refused('nothing-to-undo', 'never')
  const isOurs = (row: Transaction) => typeOf(row) === DISBURSEMENT && row.externalId === entered
  const isAlone = read.rows.some(isOurs) && read.rows.every(row => isOurs(row) || BELONGS.has(typeOf(row)))
  return isAlone ? undefined : refused('more-on-the-loan', 'never')
}

/** LoansApiResource, command `undodisbursal`. */
export const undoDisbursal: Way<'undo-disbursal'> = {
  lookUp: findUndone,
  async enter(api, entry) {
    const undone = await findUndone(api, entry)
    if (undone.kind !== 'not-found') return undone
    const why = await whyNot(api, entry)
    if (why !== undefined) return why
    return write(api, {
      path: pathOf(entry.loanId, 'undodisbursal'),
      body: { note: noteOf(entry) },
      idempotencyKey: entry.idempotencyKey,
      find: () => findUndone(api, entry),
      isForeign: isForeignTo({ loanId: entry.loanId }),
    })
  },
}
