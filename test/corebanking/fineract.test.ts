import type { LocalDate } from '../../src/domain/time.ts'
import { coreBankingContract } from '../contract/core-banking.ts'
import {
  absent,
  booked,
  create,
  domain,
  externalIdUsed,
  failure,
  isBooked,
  kes,
  loanText,
  ok,
  on,
  refused,
  repayment,
  row,
} from './fineract-wire.ts'

coreBankingContract({
  name: 'fineract',
  create,
  secrets: ['CORE-PASSWORD', Buffer.from('gateway:CORE-PASSWORD').toString('base64')],
  on,
  loanId: '11',
  loan: { status: 200, body: loanText },
  expectedLoan: {
    id: '11',
    accountNo: '000000011',
    clientId: '7',
    product: 'Biashara',
    status: 'active',
    currency: 'KES',
    outstanding: kes(450_011n),
    due: kes(150_010n),
    nextDue: { number: 2, due: on, total: kes(150_000n), outstanding: kes(150_010n) },
    schedule: [
      { number: 1, due: '2025-12-15' as LocalDate, total: kes(150_011n), outstanding: kes(0n) },
      { number: 2, due: on, total: kes(150_000n), outstanding: kes(150_010n) },
      { number: 3, due: '2026-02-15' as LocalDate, total: kes(150_000n), outstanding: kes(150_000n) },
      { number: 4, due: '2026-03-15' as LocalDate, total: kes(150_001n), outstanding: kes(150_001n) },
    ],
  },
  absent,
  repayment,
  isWrite: ({ method }) => method === 'POST',
  carries: ({ url, headers, body }, order) => {
    const sent = JSON.parse(body)
    return (
      url === '/fineract-provider/api/v1/loans/11/transactions?command=repayment' &&
      headers['idempotency-key'] === order.idempotencyKey &&
      headers['fineract-platform-tenantid'] === 'demo-ke' &&
      headers['content-type'] === 'application/json' &&
      sent.externalId === order.externalId &&
      sent.transactionAmount === '1500.00' &&
      sent.transactionDate === '2026-01-15' &&
      sent.paymentTypeId === 4 &&
      sent.receiptNumber === 'TGH7XYZ12A' &&
      sent.accountNumber === '254700000001' &&
      sent.locale === 'en' &&
      sent.dateFormat === 'yyyy-MM-dd'
    )
  },
  booked: ok(booked),
  row: ok(row),
  bookings: [
    ['served from the store', ok(booked, { 'x-served-from-cache': 'true' }), ok(row), isBooked],
    [
      'rounded by the core',
      ok(booked),
      ok({ ...row, amount: 1499.5 }),
      { ...isBooked, amount: kes(149_950n) },
    ],
    ['believed only when it can be read back', ok(booked), absent, { kind: 'unknown' }],
    [
      'awaiting a checker',
      ok({ commandId: 77, rollbackTransaction: true, resourceExternalId: {} }),
      absent,
      { kind: 'awaiting-approval', commandId: '77' },
    ],
    [
      'awaiting a checker in 1.9.0',
      ok({ commandId: 77 }),
      absent,
      { kind: 'awaiting-approval', commandId: '77' },
    ],
    ['a command id, but booked', ok({ ...booked, commandId: 77 }), ok(row), isBooked],
    ['the answer of another loan under our key', ok({ ...booked, loanId: 12 }), absent, refused('new-key')],
    ['the key is being worked on', { status: 425, body: {} }, absent, refused('same-key')],
    ['the key was being worked on, and it is booked', { status: 425, body: {} }, ok(row), isBooked],
    [
      'locked by the close of business',
      failure(409, 'error.msg.loan.locked'),
      absent,
      refused('same-key', 'error.msg.loan.locked'),
    ],
    [
      'a lock conflict',
      failure(409, 'error.msg.platform.service.ObjectOptimisticLocking.conflict'),
      absent,
      refused('new-key'),
    ],
    [
      'a blocking job',
      failure(503, 'error.msg.platform.service.unavailable', 'error.msg.sheduler.job.currently.running'),
      absent,
      refused('same-key'),
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
    ['a proxy without a core', { status: 503, body: '<html/>' }, absent, { kind: 'unknown' }],
    ['the external id is used: booked before', externalIdUsed, ok(row), isBooked],
    [
      'the external id is used: undone since',
      externalIdUsed,
      ok({ ...row, manuallyReversed: true }),
      refused('never'),
    ],
    ['the external id is used: cannot be read', externalIdUsed, { status: 500 }, { kind: 'unknown' }],
    [
      'the external id is used, as a data fault',
      failure(403, 'error.msg.loan.transaction.unknown.data.integrity.issue'),
      ok(row),
      isBooked,
    ],
    ['refused credentials', { status: 401, body: '' }, absent, refused('same-key')],
    ['no permission', failure(403, 'error.msg.not.authorized'), absent, refused('same-key')],
    ['a read-only instance', failure(405, 'error.msg.invalid.instance.type'), absent, refused('same-key')],
    [
      'a holiday',
      domain('error.msg.loan.application.repayment.date.on.holiday'),
      absent,
      refused('other-date', 'error.msg.loan.application.repayment.date.on.holiday'),
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
    [
      'an error of the server',
      failure(500, 'error.msg.platform.server.side.error'),
      absent,
      { kind: 'unknown' },
    ],
  ],
  lookUps: [
    ['booked', ok(row), isBooked],
    ['booked, with an ISO day', ok({ ...row, date: '2026-01-15' }), isBooked],
    [
      'undone by a person',
      ok({ ...row, manuallyReversed: true, reversedOnDate: [2026, 1, 16] }),
      { kind: 'not-found' },
    ],
    ['not there', absent, { kind: 'not-found' }],
    [
      'on another loan',
      failure(404, 'error.msg.resource.not.found', 'error.msg.loan.transaction.id.invalid'),
      refused('never'),
    ],
    ['another row', ok({ ...row, externalId: 'else' }), { kind: 'unknown' }],
    ['an amount that is none', ok({ ...row, amount: -1 }), { kind: 'unknown' }],
    ['a day that is none', ok({ ...row, date: [2026, 13, 1] }), { kind: 'unknown' }],
  ],
})
