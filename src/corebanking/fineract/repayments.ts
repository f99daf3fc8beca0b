import { formatMoney } from '../../domain/money.ts'
import type { EntryOf } from '../core-banking.ts'
import type { Api } from './call.ts'
import { bookedRow, externalIdPath, findRow, isUndone } from './transactions.ts'
import {
  detailsOf,
  isForeignTo,
  NO_PAYMENT_TYPE,
  NOT_FOUND,
  noteOf,
  refused,
  type Way,
  WORDS,
  write,
} from './writes.ts'

const find = async (api: Api, { loanId, externalId }: EntryOf<'repayment'>) => {
  const found = await findRow(api, loanId, externalId)
  if (found.kind !== 'row') return found
  return isUndone(found.row) ? NOT_FOUND : bookedRow(found.row)
}

/** LoanTransactionsApiResource, command `repayment`: the external id keeps a second row out for ever. */
export const repayment: Way<'repayment'> = {
  lookUp: find,
  async enter(api, entry) {
    const details = detailsOf(api, entry)
    if (details === undefined) return NO_PAYMENT_TYPE
    return write(api, {
      path: `loans/${encodeURIComponent(entry.loanId)}/transactions?command=repayment`,
      body: {
        transactionDate: entry.valueDate,
        transactionAmount: formatMoney(entry.amount),
        externalId: entry.externalId,
        note: noteOf(entry),
        ...details,
        ...WORDS,
      },
      idempotencyKey: entry.idempotencyKey,
      find: () => find(api, entry),
      isForeign: isForeignTo({ loanId: entry.loanId, resourceExternalId: entry.externalId }),
    })
  },
}

/** Our row, undone: by us, by a person, or with its whole disbursal. */
const findUndone = async (api: Api, { loanId, entered, valueDate }: EntryOf<'undo-repayment'>) => {
  const found = await findRow(api, loanId, entered)
  if (found.kind !== 'row') return found
  if (!isUndone(found.row)) return NOT_FOUND
  const row = bookedRow(found.row)
  return row.kind === 'booked' ? { ...row, valueDate } : row
}

/**
 * An adjustment to nought (LoanWritePlatformServiceJpaRepositoryImpl.adjustLoanTransaction). Nothing there keeps a row
 * from being undone twice, so it is read first.
 */
export const undoRepayment: Way<'undo-repayment'> = {
  lookUp: findUndone,
  async enter(api, entry) {
    const found = await findRow(api, entry.loanId, entry.entered)
    if (found.kind === 'not-found') return refused('nothing-to-undo', 'never')
    if (found.kind !== 'row') return found
    if (isUndone(found.row)) return findUndone(api, entry)
    return write(api, {
      path: externalIdPath(entry.loanId, entry.entered),
      body: {
        transactionDate: entry.valueDate,
        transactionAmount: '0',
        reversalExternalId: entry.externalId,
        note: noteOf(entry),
        ...WORDS,
      },
      idempotencyKey: entry.idempotencyKey,
      find: () => findUndone(api, entry),
      isForeign: isForeignTo({ loanId: entry.loanId, resourceExternalId: entry.entered }),
    })
  },
}
