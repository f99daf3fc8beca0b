import { formatMoney } from '../../domain/money.ts'
import { addDays, type LocalDate } from '../../domain/time.ts'
import type { BookingOutcome, EntryOf } from '../core-banking.ts'
import type { Api } from './call.ts'
import { around, DAYS_AROUND, living, scan } from './scan.ts'
import { readAmount, readDate } from './values.ts'
import { type SavingsTransaction, SavingsTransactions } from './wire.ts'
import {
  detailsOf,
  isForeignTo,
  MAX_DETAIL,
  NO_PAYMENT_TYPE,
  NOT_FOUND,
  noteOf,
  refused,
  unknown,
  type Way,
  WORDS,
  write,
} from './writes.ts'

/**
 * Savings accounts take no external id (SavingsAccountTransactionDataValidator). The receipt is the tellers' to search
 * by, so our external id stands in the cheque number: what names one instrument of payment, where the routing and bank
 * numbers name a bank that many share.
 */
const DEPOSIT = '1'
/** An undoing may come long after: a year back the account is searched for what is to be undone. */
const DAYS_BACK = 366

const pathOf = (savingsId: string, rest = ''): string =>
  `savingsaccounts/${encodeURIComponent(savingsId)}/transactions${rest}`

/** The latest rows of one account come first; a page of them is weeks, if not years. */
const marked = (api: Api, savingsId: string, mark: string, days: readonly [LocalDate, LocalDate]) =>
  scan(api, {
    path: pathOf(savingsId, '/search'),
    query: {},
    days,
    shape: SavingsTransactions,
    isOurs: row => row.transactionType?.id === DEPOSIT && row.paymentDetailData?.checkNumber === mark,
    maxPages: 1,
  })

function bookedRow({ id, date, amount, currency }: SavingsTransaction): BookingOutcome {
  const valueDate = readDate(date)
  const booked = currency === undefined ? undefined : readAmount(amount, currency.code)
  if (valueDate === undefined || booked === undefined) return unknown('a transaction that cannot be read')
  return { kind: 'booked', coreTransactionId: id, amount: booked, valueDate }
}

async function find(
  api: Api,
  { savingsId, externalId, valueDate }: EntryOf<'deposit'>,
): Promise<BookingOutcome> {
  const found = await marked(api, savingsId, externalId, around(valueDate))
  if (found.kind !== 'rows') return found
  const one = living(found.rows)
  return one.kind === 'row' ? bookedRow(one.row) : one
}

/** SavingsAccountTransactionsApiResource, command `deposit`: the key is its only guard. */
export const deposit: Way<'deposit'> = {
  lookUp: find,
  async enter(api, entry) {
    const details = detailsOf(api, entry)
    if (details === undefined) return NO_PAYMENT_TYPE
    if (entry.externalId.length > MAX_DETAIL) return refused('external-id-too-long', 'never')
    return write(api, {
      path: pathOf(entry.savingsId, '?command=deposit'),
      body: {
        transactionDate: entry.valueDate,
        transactionAmount: formatMoney(entry.amount),
        checkNumber: entry.externalId,
        note: noteOf(entry),
        ...details,
        ...WORDS,
      },
      idempotencyKey: entry.idempotencyKey,
      find: () => find(api, entry),
      isForeign: isForeignTo({ savingsId: entry.savingsId }),
    })
  },
}

type Undo = EntryOf<'undo-deposit'>

const findRows = (api: Api, { savingsId, entered, valueDate }: Undo) =>
  marked(api, savingsId, entered, [addDays(valueDate, -DAYS_BACK), addDays(valueDate, DAYS_AROUND)])

/** All rows under the mark are undone; what is left to undo is not found. */
async function findUndone(api: Api, entry: Undo): Promise<BookingOutcome> {
  const found = await findRows(api, entry)
  if (found.kind !== 'rows') return found
  const [row] = found.rows
  if (row === undefined || found.rows.some(({ reversed }) => reversed !== true)) return NOT_FOUND
  const undone = bookedRow(row)
  return undone.kind === 'booked' ? { ...undone, valueDate: entry.valueDate } : undone
}

/** SavingsAccountTransactionsApiResource, command `undo`, which goes by the row's own id. */
export const undoDeposit: Way<'undo-deposit'> = {
  lookUp: findUndone,
  async enter(api, entry) {
    const found = await findRows(api, entry)
    if (found.kind !== 'rows') return found
    const one = living(found.rows)
    if (one.kind === 'not-found') return refused('nothing-to-undo', 'never')
    if (one.kind === 'refused') return findUndone(api, entry)
    if (one.kind !== 'row') return one
    return write(api, {
      path: pathOf(entry.savingsId, `/${encodeURIComponent(one.row.id)}?command=undo`),
      body: {},
      idempotencyKey: entry.idempotencyKey,
      find: () => findUndone(api, entry),
      isForeign: isForeignTo({ savingsId: entry.savingsId }),
    })
  },
}
