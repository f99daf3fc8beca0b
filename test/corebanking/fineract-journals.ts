import type { CoreEntry } from '../../src/corebanking/core-banking.ts'
import type { EntryCase } from '../contract/core-banking.ts'
import type { Script } from '../contract/scripted-server.ts'
import { anyCommand, common, domain, isBooked, ok, refused, WORDS, writes } from './fineract-wire.ts'

const entry = {
  ...common,
  kind: 'journal',
  officeId: '1',
  debitAccount: '104',
  creditAccount: '7',
  receipt: 'TGH7XYZ12A',
} satisfies CoreEntry

const line = (
  referenceNumber: string | undefined,
  more: Partial<{ transactionId: string; [name: string]: unknown }> = {},
) => ({
  id: 900,
  officeId: 1,
  glAccountId: 104,
  transactionDate: [2026, 1, 15],
  entryType: { id: 2, code: 'journalEntryType.debit', value: 'DEBIT' },
  amount: 1500.0,
  currency: { code: 'KES' },
  transactionId: '4e1f',
  manualEntry: true,
  reversed: false,
  referenceNumber,
  ...more,
})
/** These lines, or those of the transaction that is asked for. */
const page =
  (...lines: ReturnType<typeof line>[]): Script =>
  ({ url }) => {
    const id = new URL(url, 'http://x').searchParams.get('transactionId')
    const pageItems = lines.filter(({ transactionId }) => id === null || transactionId === id)
    return ok({ totalFilteredRecords: pageItems.length, pageItems })
  }
/** So many entries of that fortnight, ours at that place. */
const paged =
  (total: number, at: number): Script =>
  ({ url }) => {
    const { searchParams } = new URL(url, 'http://x')
    const from = Number(searchParams.get('offset'))
    const size = Math.min(Number(searchParams.get('limit')), total - from)
    const pageItems = Array.from({ length: size }, (_, row) => (from + row === at ? ours : line('x')))
    return ok({ totalFilteredRecords: total, pageItems })
  }
const CREDIT = { id: 1, code: 'journalEntryType.credit', value: 'CREDIT' }
const others = [
  line(undefined, { transactionId: '4e1d' }),
  line('another', { transactionId: '4e1e' }),
  // The reversal of one that had our reference.
  line(entry.externalId, { entryType: CREDIT, transactionId: '4e1c' }),
]
const ours = line(entry.externalId)
const booked = { ...isBooked, coreTransactionId: '4e1f' }
const why = (code: string) => domain(`error.msg.glJournalEntry.invalid.${code}`)

const posted: EntryCase = {
  entry,
  carries: request =>
    writes(request, 'journalentries', {
      officeId: 1,
      transactionDate: '2026-01-15',
      currencyCode: 'KES',
      referenceNumber: entry.externalId,
      comments: 'TGH7XYZ12A Hatua',
      debits: [{ glAccountId: 104, amount: '1500.00' }],
      credits: [{ glAccountId: 7, amount: '1500.00' }],
      ...WORDS,
    }),
  before: page(...others),
  after: page(...others, ours),
  readsFirst: false,
  done: ok({ officeId: 1, transactionId: '4e1f' }),
  booked,
  writes: [
    [
      'the answer to another entry under our key',
      ok({ officeId: 1, transactionId: '4e20' }),
      page(line('another', { transactionId: '4e20' })),
      refused('new-key', 'idempotency-key-used-elsewhere'),
    ],
    [
      'an id that is shown to nobody',
      ok({ officeId: 1, transactionId: '4e20' }),
      page(),
      { kind: 'unknown' },
    ],
    ['a future day', why('future.date'), page(), refused('new-key')],
    ['a disabled account', why('account.disabled'), page(), refused('new-key')],
    ['an account for no hands', why('account.manual.adjustments.not.permitted'), page(), refused('new-key')],
    ['no such balance', why('mismatch.debits.credits'), page(), refused('never')],
  ],
  lookUps: [
    ['reversed by a person', page({ ...ours, reversed: true }), refused('never', 'undone-since')],
    ['twice', page(ours, { ...ours, id: 902, transactionId: '4e20' }), { kind: 'unknown' }],
    ['on a later page', paged(1_200, 1_150), booked],
    ['on the last page of all that is read', paged(10_000, 9_999), booked],
    ['not among those read, of more', paged(10_001, 10_000), { kind: 'unknown' }],
    ['an amount that is none', page({ ...ours, amount: -1 }), { kind: 'unknown' }],
    ['a day that is none', page({ ...ours, transactionDate: [2026, 13, 1] }), { kind: 'unknown' }],
  ],
  unfit: [{ ...entry, externalId: 'x'.repeat(101) }],
}

export const JOURNALS = [{ ...posted, writes: [...anyCommand(posted), ...posted.writes] }]
