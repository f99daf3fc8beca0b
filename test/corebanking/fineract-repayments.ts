import type { CoreEntry } from '../../src/corebanking/core-banking.ts'
import type { EntryCase } from '../contract/core-banking.ts'
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
  undone,
  WORDS,
  writes,
} from './fineract-wire.ts'

export const repayment = { ...common, ...paid, kind: 'repayment', loanId: '11' } satisfies CoreEntry

const booked = {
  officeId: 1,
  clientId: 7,
  loanId: 11,
  resourceId: 345,
  resourceExternalId: repayment.externalId,
  changes: { transactionDate: '2026-01-15', transactionAmount: '1500.00', ...WORDS },
}
const elsewhere = failure(404, 'error.msg.resource.not.found', 'error.msg.loan.transaction.id.invalid')

const repaid: EntryCase = {
  entry: repayment,
  carries: request =>
    writes(request, 'loans/11/transactions?command=repayment', {
      transactionDate: '2026-01-15',
      transactionAmount: '1500.00',
      externalId: repayment.externalId,
      note: 'Hatua',
      ...DETAILS,
      ...WORDS,
    }),
  before: absent,
  after: ok(row),
  readsFirst: false,
  done: ok(booked),
  booked: isBooked,
  writes: [
    [
      'rounded by the core',
      ok(booked),
      ok({ ...row, amount: 1499.5 }),
      { ...isBooked, amount: kes(149_950n) },
    ],
    ['the answer of another loan under our key', ok({ ...booked, loanId: 12 }), absent, refused('new-key')],
    [
      'the answer of another payment under our key',
      ok({ ...booked, resourceExternalId: 'another' }),
      absent,
      refused('new-key', 'idempotency-key-used-elsewhere'),
    ],
    [
      'a transfer that may not be touched',
      failure(
        503,
        'error.msg.platform.service.unavailable',
        'error.msg.loan.transfer.transaction.update.not.allowed',
      ),
      absent,
      refused('never'),
    ],
    ['the external id is used: booked before', externalIdUsed, ok(row), isBooked],
    ['the external id is used: undone since', externalIdUsed, ok({ ...row, ...undone }), refused('never')],
    ['the external id is used: cannot be read', externalIdUsed, { status: 500 }, { kind: 'unknown' }],
    [
      'the external id is used, as a data fault',
      failure(403, 'error.msg.loan.transaction.unknown.data.integrity.issue'),
      ok(row),
      isBooked,
    ],
    [
      'a holiday',
      domain('error.msg.loan.application.repayment.date.on.holiday'),
      absent,
      refused('other-date', 'error.msg.loan.application.repayment.date.on.holiday'),
    ],
    [
      'a day off',
      domain('error.msg.loan.application.repayment.date.on.non.working.day'),
      absent,
      refused('other-date'),
    ],
    [
      'a future day',
      domain('error.msg.loan.transaction.cannot.be.a.future.date'),
      absent,
      refused('new-key'),
    ],
    [
      'an unknown loan',
      failure(404, 'error.msg.resource.not.found', 'error.msg.loan.id.invalid'),
      absent,
      refused('never', 'error.msg.loan.id.invalid'),
    ],
    [
      'an unknown payment type',
      failure(404, 'error.msg.resource.not.found', 'error.msg.payment.type.invalid'),
      absent,
      refused('new-key'),
    ],
    [
      'a loan that takes nothing',
      failure(
        400,
        'validation.msg.validation.errors.exist',
        'error.msg.loan.must.be.active.fully.paid.or.overpaid',
      ),
      absent,
      refused('never'),
    ],
  ],
  lookUps: [
    ['with an ISO day', ok({ ...row, date: '2026-01-15' }), isBooked],
    ['undone by a person', ok({ ...row, ...undone }), { kind: 'not-found' }],
    ['on another loan', elsewhere, refused('never')],
    ['another row', ok({ ...row, externalId: 'else' }), { kind: 'unknown' }],
    ['an amount that is none', ok({ ...row, amount: -1 }), { kind: 'unknown' }],
    ['a day that is none', ok({ ...row, date: [2026, 13, 1] }), { kind: 'unknown' }],
  ],
  unfit: [
    { ...repayment, provider: 'nobody' },
    { ...repayment, externalId: 'x'.repeat(101) },
  ],
}

const ours = { ...row, externalId: ENTERED }
const undo: EntryCase = {
  entry: { ...common, kind: 'undo-repayment', loanId: '11', entered: ENTERED },
  carries: request =>
    writes(request, `loans/11/transactions/external-id/${ENTERED}`, {
      transactionDate: '2026-01-15',
      transactionAmount: '0',
      reversalExternalId: common.externalId,
      note: 'Hatua',
      ...WORDS,
    }),
  before: ok(ours),
  after: ok({ ...ours, ...undone }),
  readsFirst: true,
  done: ok({
    officeId: 1,
    clientId: 7,
    loanId: 11,
    resourceId: 345,
    resourceExternalId: ENTERED,
    changes: {},
  }),
  booked: isBooked,
  writes: [
    [
      'a holiday',
      domain('error.msg.loan.application.repayment.date.on.holiday'),
      ok(ours),
      refused('other-date'),
    ],
    [
      'a written-off loan',
      failure(503, 'error.msg.platform.service.unavailable', 'error.msg.loan.written.off.update.not.allowed'),
      ok(ours),
      refused('never'),
    ],
    [
      'a row that is no repayment',
      domain('error.msg.loan.transaction.adjustment.is.only.allowed.to.repayment.transactions'),
      ok(ours),
      refused('never'),
    ],
  ],
  unwritten: [
    ['undone before: Fineract would undo it twice', ok({ ...ours, ...undone }), isBooked],
    ['gone with its whole disbursal', ok({ ...ours, reversedOnDate: [2026, 1, 16] }), isBooked],
    ['nothing to undo', absent, refused('never', 'nothing-to-undo')],
    ['on another loan', elsewhere, refused('never')],
  ],
  lookUps: [
    ['never entered', absent, { kind: 'not-found' }],
    ['an amount that is none', ok({ ...ours, ...undone, amount: -1 }), { kind: 'unknown' }],
  ],
  unfit: [],
}

export const REPAYMENTS = [repaid, undo].map(one => ({ ...one, writes: [...anyCommand(one), ...one.writes] }))
