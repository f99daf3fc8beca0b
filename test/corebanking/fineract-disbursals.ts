import type { CoreEntry } from '../../src/corebanking/core-banking.ts'
import type { EntryCase } from '../contract/core-banking.ts'
import type { Script } from '../contract/scripted-server.ts'
import {
  absent,
  anyCommand,
  common,
  DETAILS,
  domain,
  ENTERED,
  externalIdUsed,
  failure,
  isBooked,
  kes,
  ok,
  paid,
  refused,
  row,
  WORDS,
  writes,
} from './fineract-wire.ts'

/** Approved are 1500; charges of 50 are kept back, so she was paid 1450. */
const entry = {
  ...common,
  ...paid,
  kind: 'disbursal',
  loanId: '11',
  amount: kes(145_000n),
} satisfies CoreEntry
const booked = { ...isBooked, amount: entry.amount }
const disbursement = { ...row, type: { id: 1 }, netDisbursalAmount: 1450 }
const charges = { ...row, id: 346, type: { id: 5 }, amount: 50, externalId: undefined }

const loan = (status: number, transactions: object[], more: object = {}) =>
  ok({
    id: 11,
    accountNo: '000000011',
    clientId: 7,
    status: { id: status },
    currency: { code: 'KES' },
    netDisbursalAmount: 1450.0,
    timeline: { approvedOnDate: [2026, 1, 10] },
    transactions,
    ...more,
  })
const waiting = loan(200, [])
const paidOut = loan(300, [disbursement, charges])
const byHand = loan(300, [{ ...disbursement, externalId: 'teller-1' }])
const result = {
  officeId: 1,
  clientId: 7,
  loanId: 11,
  resourceId: 11,
  subResourceId: 345,
  resourceExternalId: 'the-loan-s-own',
  subResourceExternalId: entry.externalId,
  changes: { status: { id: 300 } },
}
const notWaiting = failure(
  400,
  'validation.msg.validation.errors.exist',
  'error.msg.loan.disbursal.account.is.not.approve.not.disbursed.state',
)
const unknownLoan = failure(404, 'error.msg.resource.not.found', 'error.msg.loan.id.invalid')

const disbursed: EntryCase = {
  entry,
  carries: request =>
    writes(request, 'loans/11?command=disburse', {
      actualDisbursementDate: '2026-01-15',
      externalId: entry.externalId,
      note: 'Hatua',
      ...DETAILS,
      ...WORDS,
    }),
  before: waiting,
  after: paidOut,
  readsFirst: false,
  done: ok(result),
  booked,
  writes: [
    ['disbursed before, by us', notWaiting, paidOut, booked],
    ['disbursed before, by a teller', notWaiting, byHand, refused('never', 'disbursed-otherwise')],
    ['rejected meanwhile', notWaiting, loan(500, []), refused('never')],
    ['disbursed before, but the loan cannot be read', notWaiting, { status: 500 }, { kind: 'unknown' }],
    ['the external id is used: undone since', externalIdUsed, waiting, refused('never')],
    ['the external id is used: booked before', externalIdUsed, paidOut, booked],
    [
      'another net amount than was paid',
      ok(result),
      loan(300, [disbursement], { netDisbursalAmount: 1400 }),
      {
        ...booked,
        amount: kes(140_000n),
      },
    ],
    ['the answer of another loan under our key', ok({ ...result, loanId: 12 }), waiting, refused('new-key')],
    [
      'a holiday',
      domain('error.msg.loan.application.disbursement.date.on.holiday'),
      waiting,
      refused('other-date'),
    ],
    [
      'a day off',
      domain('error.msg.loan.application.disbursement.date.on.non.working.day'),
      waiting,
      refused('other-date'),
    ],
    [
      'before its approval',
      domain('error.msg.loan.disbursal.cannot.be.before.approval.date'),
      waiting,
      refused('never'),
    ],
    ['a future day', domain('error.msg.loan.disbursal.cannot.be.a.future.date'), waiting, refused('new-key')],
    ['an unknown loan', unknownLoan, unknownLoan, refused('never', 'error.msg.loan.id.invalid')],
  ],
  lookUps: [
    ['by a teller', byHand, refused('never', 'disbursed-otherwise')],
    [
      'by a teller, after ours was undone',
      loan(300, [
        { ...disbursement, reversedOnDate: [2026, 1, 16] },
        { ...disbursement, id: 400, externalId: undefined },
      ]),
      refused('never', 'disbursed-otherwise'),
    ],
    ['not approved yet', loan(100, []), { kind: 'not-found' }],
    ['active without a disbursement', loan(300, [charges]), { kind: 'unknown' }],
    ['a net amount that is none', loan(300, [disbursement], { netDisbursalAmount: -1 }), { kind: 'unknown' }],
    ['a day that is none', loan(300, [{ ...disbursement, date: [2026, 13, 1] }]), { kind: 'unknown' }],
    ['an unknown loan', unknownLoan, refused('never')],
  ],
  unfit: [
    { ...entry, provider: 'nobody' },
    { ...entry, externalId: 'x'.repeat(101) },
  ],
}

const undoEntry = {
  ...common,
  kind: 'undo-disbursal',
  loanId: '11',
  entered: ENTERED,
  amount: kes(145_000n),
} satisfies CoreEntry
const ours = { ...disbursement, externalId: ENTERED }
const reversed = { ...ours, reversedOnDate: [2026, 1, 16] }
/** The row by its external id, and the loan with its rows. */
const reads =
  (byId: object, ...rows: object[]): Script =>
  ({ url }) =>
    url.includes('/external-id/') ? ok(byId) : loan(rows.length === 0 ? 200 : 300, rows)
const isUndone = {
  kind: 'booked',
  coreTransactionId: '345',
  amount: undoEntry.amount,
  valueDate: common.valueDate,
} as const
const accrual = { ...charges, id: 347, type: { id: 10 } }
const repaid = { ...row, id: 348, externalId: undefined }
const moreOnIt = refused('never', 'more-on-the-loan')

const undo: EntryCase = {
  entry: undoEntry,
  carries: request => writes(request, 'loans/11?command=undodisbursal', { note: 'Hatua' }),
  before: reads(ours, ours, charges, accrual),
  after: reads(reversed),
  readsFirst: true,
  done: ok({ officeId: 1, clientId: 7, loanId: 11, resourceId: 11, changes: { status: { id: 200 } } }),
  booked: isUndone,
  writes: [
    [
      'undone meanwhile',
      failure(
        400,
        'validation.msg.validation.errors.exist',
        'error.msg.loan.undo.disbursal.account.is.not.active',
      ),
      reads(reversed),
      isUndone,
    ],
    ['charged off', domain('error.msg.loan.is.charged.off'), reads(ours, ours), refused('never')],
    ['the answer of another loan', ok({ loanId: 12, resourceId: 12 }), reads(ours, ours), refused('new-key')],
  ],
  unwritten: [
    ['undone before', reads(reversed), isUndone],
    ['a repayment on the loan', reads(ours, ours, charges, repaid), moreOnIt],
    ['a repayment at the counter, closing it', reads(ours, ours, { ...repaid, type: { id: 8 } }), moreOnIt],
    ['a second disbursement', reads(ours, ours, { ...ours, id: 349, externalId: 'teller-2' }), moreOnIt],
    ['disbursed by somebody else', reads({ ...ours }, { ...ours, externalId: 'teller-1' }), moreOnIt],
    ['nothing on the loan', reads(ours), refused('never', 'nothing-to-undo')],
  ],
  lookUps: [['never entered', absent, { kind: 'not-found' }]],
  unfit: [],
}

export const DISBURSALS = [disbursed, undo].map(one => ({
  ...one,
  writes: [...anyCommand(one), ...one.writes],
}))
