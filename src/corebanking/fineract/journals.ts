import { formatMoney } from '../../domain/money.ts'
import type { BookingOutcome, EntryOf } from '../core-banking.ts'
import type { Api } from './call.ts'
import { around, living, scan } from './scan.ts'
import { readAmount, readDate } from './values.ts'
import { JournalEntries, type JournalEntry } from './wire.ts'
import { refused, unknown, type Way, WORDS, write } from './writes.ts'

/** JournalEntryType; and the widest comment of an entry. */
const DEBIT = '2'
const MAX_COMMENTS = 500

/** A day of payouts of a programme is thousands of entries of one account. */
const MAX_PAGES = 20

type Posted = EntryOf<'journal'>

/** Our debit line: a reversal carries our reference too, with its sides turned. */
const isOurs =
  ({ externalId }: Posted) =>
  ({ referenceNumber, entryType }: JournalEntry): boolean =>
    referenceNumber === externalId && entryType.id === DEBIT

function bookedLine(rows: readonly JournalEntry[], entry: Posted): BookingOutcome {
  const one = living(rows)
  if (one.kind !== 'row') return one
  const { transactionId, transactionDate, amount, currency } = one.row
  const valueDate = readDate(transactionDate)
  const booked = readAmount(amount, currency?.code ?? entry.amount.currency)
  if (valueDate === undefined || booked === undefined) return unknown('an entry that cannot be read')
  return { kind: 'booked', coreTransactionId: transactionId, amount: booked, valueDate }
}

/** There is no filter for a reference number: the account's manual entries around the day are looked through. */
async function find(api: Api, entry: Posted): Promise<BookingOutcome> {
  const found = await scan(api, {
    path: 'journalentries',
    query: { glAccountId: entry.debitAccount, officeId: entry.officeId, manualEntriesOnly: 'true' },
    days: around(entry.valueDate),
    shape: JournalEntries,
    isOurs: isOurs(entry),
    maxPages: MAX_PAGES,
  })
  return found.kind === 'rows' ? bookedLine(found.rows, entry) : found
}

/** The lines that an answer names; none of them ours: it is the answer to another entry, out of the store. */
async function findNamed(api: Api, entry: Posted, transactionId: string): Promise<BookingOutcome> {
  const answer = await api.get('journalentries', { transactionId }, JournalEntries)
  if (answer.kind === 'no-answer') return unknown(answer.why)
  const rows = answer.value?.rows ?? []
  const found = bookedLine(rows.filter(isOurs(entry)), entry)
  if (found.kind !== 'not-found' || rows.length === 0) return found
  return refused('idempotency-key-used-elsewhere', 'new-key')
}

/**
 * JournalEntriesApiResource: one debit and one credit; the key is its only guard. The receipt stands in the comments,
 * for a receipt number without a payment type would be dropped, and no provider's fund is named here.
 */
export const journal: Way<'journal'> = {
  lookUp: find,
  enter(api, entry) {
    const amount = formatMoney(entry.amount)
    const line = (account: string) => [{ glAccountId: Number(account), amount }]
    return write(api, {
      path: 'journalentries',
      body: {
        officeId: Number(entry.officeId),
        transactionDate: entry.valueDate,
        currencyCode: entry.amount.currency,
        referenceNumber: entry.externalId,
        comments: `${entry.receipt} ${entry.note}`.trim().slice(0, MAX_COMMENTS),
        debits: line(entry.debitAccount),
        credits: line(entry.creditAccount),
        ...WORDS,
      },
      idempotencyKey: entry.idempotencyKey,
      find: result =>
        result?.transactionId === undefined ? find(api, entry) : findNamed(api, entry, result.transactionId),
      isForeign: () => false,
    })
  },
}
