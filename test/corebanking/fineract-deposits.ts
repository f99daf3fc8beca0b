import type { CoreEntry } from '../../src/corebanking/core-banking.ts'
import type { EntryCase } from '../contract/core-banking.ts'
import {
  anyCommand,
  common,
  DETAILS,
  ENTERED,
  failure,
  isBooked,
  ok,
  paid,
  refused,
  WORDS,
  writes,
} from './fineract-wire.ts'

const entry = { ...common, ...paid, kind: 'deposit', savingsId: '21' } satisfies CoreEntry

const deposit = (checkNumber: string, more: object = {}) => ({
  id: 345,
  transactionType: { id: 1, code: 'savingsAccountTransactionType.deposit', deposit: true },
  accountId: 21,
  date: [2026, 1, 15],
  currency: { code: 'KES', decimalPlaces: 2 },
  amount: 1500.0,
  reversed: false,
  paymentDetailData: { id: 9, paymentType: { id: 4 }, receiptNumber: 'TGH7XYZ12A', checkNumber },
  ...more,
})
const page = (...content: object[]) => ok({ content, total: content.length, pageable: {} })
/** Others of that week, one of them with our mark on a withdrawal. */
const others = [
  deposit('', { id: 300 }),
  deposit('', { id: 301, paymentDetailData: undefined }),
  deposit(entry.externalId, { id: 302, transactionType: { id: 2 } }),
]
const ours = deposit(entry.externalId)
const result = { officeId: 1, clientId: 7, savingsId: 21, resourceId: 345, changes: {} }
const invalid = (code: string) => failure(400, 'validation.msg.validation.errors.exist', code)

const deposited: EntryCase = {
  entry,
  carries: request =>
    writes(request, 'savingsaccounts/21/transactions?command=deposit', {
      transactionDate: '2026-01-15',
      transactionAmount: '1500.00',
      checkNumber: entry.externalId,
      note: 'Hatua',
      ...DETAILS,
      ...WORDS,
    }),
  before: page(...others),
  after: page(...others, ours),
  readsFirst: false,
  done: ok(result),
  booked: isBooked,
  writes: [
    ['the answer of another account', ok({ ...result, savingsId: 22 }), page(), refused('new-key')],
    [
      'an account that is not open',
      invalid('error.msg.savingsaccount.transaction.account.is.not.active'),
      page(),
      refused('never'),
    ],
    [
      'a future day',
      invalid('error.msg.savingsaccount.transaction.in.the.future'),
      page(),
      refused('new-key'),
    ],
    [
      'two at once',
      failure(403, 'error.msg.savings.concurrent.operations', 'error.msg.savings.concurrent.operations'),
      page(),
      refused('new-key'),
    ],
  ],
  lookUps: [
    ['in a page that counts otherwise', ok({ content: [ours], totalElements: 1 }), isBooked],
    ['twice', page(ours, { ...ours, id: 346 }), { kind: 'unknown' }],
    [
      'undone by a person, who will not see it again',
      page({ ...ours, reversed: true }),
      refused('never', 'undone-since'),
    ],
    ['undone by a person and typed anew', page({ ...ours, id: 340, reversed: true }, ours), isBooked],
    ['not among those read, of more', ok({ content: others, total: 900 }), { kind: 'unknown' }],
    ['among those read, of more', ok({ content: [...others, ours], total: 900 }), isBooked],
    ['an amount that is none', page({ ...ours, amount: -1 }), { kind: 'unknown' }],
    ['a day that is none', page({ ...ours, date: [2026, 13, 1] }), { kind: 'unknown' }],
  ],
  unfit: [
    { ...entry, provider: 'nobody' },
    { ...entry, externalId: 'x'.repeat(51) },
  ],
}

const entered = deposit(ENTERED)
const undone = { ...entered, reversed: true }
const undo: EntryCase = {
  entry: { ...common, kind: 'undo-deposit', savingsId: '21', entered: ENTERED },
  carries: request => writes(request, 'savingsaccounts/21/transactions/345?command=undo', {}),
  before: page(...others, entered),
  after: page(...others, undone),
  readsFirst: true,
  // The answer names the account, not the row.
  done: ok({ officeId: 1, clientId: 7, savingsId: 21, resourceId: 21 }),
  booked: isBooked,
  writes: [
    [
      'she took it out meanwhile',
      invalid('validation.msg.savingsaccount.undotransaction.results.in.balance.going.negative'),
      page(entered),
      refused('never'),
    ],
    [
      'the answer of another account',
      ok({ savingsId: 22, resourceId: 22 }),
      page(entered),
      refused('new-key'),
    ],
  ],
  unwritten: [
    ['undone before', page(undone), isBooked],
    ['nothing to undo', page(...others), refused('never', 'nothing-to-undo')],
    ['entered twice', page(entered, { ...entered, id: 346 }), { kind: 'unknown' }],
  ],
  lookUps: [
    ['never entered', page(...others), { kind: 'not-found' }],
    ['one undone of two', page(undone, { ...entered, id: 346 }), { kind: 'not-found' }],
  ],
  unfit: [],
}

export const DEPOSITS = [deposited, undo].map(one => ({
  ...one,
  writes: [...anyCommand(one), ...one.writes],
}))
