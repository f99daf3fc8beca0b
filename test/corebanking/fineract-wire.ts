import { createFineract, parseFineractConfig } from '../../src/corebanking/fineract/index.ts'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Tools } from '../../src/domain/outside.ts'
import type { LocalDate } from '../../src/domain/time.ts'
import type { EntryCase } from '../contract/core-banking.ts'
import type { Received, Scripted } from '../contract/scripted-server.ts'

/** Answers of Apache Fineract as it writes them, for the tests of the adapter. */

export const phone = '+254700000001' as Msisdn
export const on = '2026-01-15' as LocalDate
export const rawConfig = (baseUrl: string, deadlineMs = 3_000) => ({
  baseUrl: `${baseUrl}/fineract-provider/api/`,
  tenantId: 'demo-ke',
  username: 'gateway',
  password: 'CORE-PASSWORD',
  zone: 'Africa/Nairobi',
  paymentTypes: { 'mpesa-ke': 4 },
  readMs: deadlineMs,
  writeMs: deadlineMs,
})
export const create = (baseUrl: string, deadlineMs: number, tools: Tools) =>
  createFineract(parseFineractConfig(rawConfig(baseUrl, deadlineMs)), tools)

/** What entries have in common. */
export const common = {
  amount: { minor: 150_000n, currency: 'KES' },
  valueDate: on,
  externalId: 'hatua-0198f3a0-0000-7000-8000-000000000001',
  idempotencyKey: '5b0f3c5e-7b1c-4f7e-9a55-0123456789ab',
  note: 'Hatua',
} as const
export const paid = { provider: 'mpesa-ke', receipt: 'TGH7XYZ12A', msisdn: phone } as const
/** The external id of the entry that another one undoes. */
export const ENTERED = 'hatua-0198f3a0-0000-7000-8000-00000000000e'

export const ok = (body: unknown, headers?: Record<string, string>): Scripted => ({
  status: 200,
  body,
  ...(headers && { headers }),
})
export const failure = (
  status: number,
  outer: string,
  inner?: string,
  more: object = {},
  headers?: Record<string, string>,
): Scripted => ({
  status,
  body: {
    developerMessage: 'words',
    httpStatusCode: String(status),
    userMessageGlobalisationCode: outer,
    ...(inner === undefined
      ? {}
      : {
          errors: [
            {
              userMessageGlobalisationCode: inner,
              developerMessage: 'words',
              parameterName: 'id',
              args: [],
              ...more,
            },
          ],
        }),
  },
  ...(headers && { headers }),
})
export const domain = (inner: string) => failure(403, 'validation.msg.domain.rule.violation', inner)
export const absent = failure(
  404,
  'error.msg.resource.not.found',
  'error.msg.loan.transaction.external.id.invalid',
)

export const row = {
  id: 345,
  officeId: 1,
  type: { id: 2, code: 'loanTransactionType.repayment', value: 'Repayment' },
  date: [2026, 1, 15],
  currency: { code: 'KES', decimalPlaces: 2 },
  amount: 1500.0,
  externalId: common.externalId,
  manuallyReversed: false,
  paymentDetailData: { id: 9, paymentType: { id: 4, name: 'M-Pesa' }, receiptNumber: 'TGH7XYZ12A' },
}
export const undone = { manuallyReversed: true, reversedOnDate: [2026, 1, 16] }
export const isBooked = {
  kind: 'booked',
  coreTransactionId: '345',
  amount: common.amount,
  valueDate: on,
} as const
export const refused = (retry: 'same-key' | 'new-key' | 'other-date' | 'never', code?: string) =>
  ({ kind: 'refused', retry, ...(code === undefined ? {} : { code }) }) as const
export const externalIdUsed = failure(
  400,
  'validation.msg.validation.errors.exist',
  'validation.msg.loan.transaction.externalId.value.must.be.unique',
  { parameterName: 'externalId' },
)

/** Parts of a written body, and the headers that every write has. */
export const writes = (request: Received, url: string, body: object): boolean => {
  const sent = JSON.parse(request.body)
  return (
    request.url === `/fineract-provider/api/v1/${url}` &&
    request.headers['fineract-platform-tenantid'] === 'demo-ke' &&
    request.headers['content-type'] === 'application/json' &&
    Object.entries({ ...body }).every(
      ([name, value]) => JSON.stringify(sent[name]) === JSON.stringify(value),
    ) &&
    Object.keys(sent).every(name => Object.hasOwn(body, name))
  )
}
export const WORDS = { locale: 'en', dateFormat: 'yyyy-MM-dd' }
export const DETAILS = { paymentTypeId: 4, receiptNumber: 'TGH7XYZ12A', accountNumber: '254700000001' }

/** What Fineract answers to any command, and what that means. */
export function anyCommand({ before, after, done, booked }: EntryCase): EntryCase['writes'] {
  const stored = { 'x-served-from-cache': 'true' }
  const body = typeof done === 'object' && typeof done.body === 'object' ? done.body : {}
  return [
    ['served from the store', ok(body, stored), after, booked],
    ['believed only when it can be read back', done, before, { kind: 'unknown' }],
    [
      'awaiting a checker',
      ok({ commandId: 77, resourceId: 11, rollbackTransaction: true, resourceExternalId: {} }),
      before,
      { kind: 'awaiting-approval', commandId: '77' },
    ],
    [
      'awaiting a checker in 1.9.0',
      ok({ commandId: 77 }),
      before,
      { kind: 'awaiting-approval', commandId: '77' },
    ],
    ['a command id, but booked', ok({ ...body, commandId: 77 }), after, booked],
    ['the key is being worked on', { status: 425, body: {} }, before, refused('same-key')],
    ['the key was being worked on, and it is booked', { status: 425, body: {} }, after, booked],
    ['locked by the close of business', failure(409, 'error.msg.loan.locked'), before, refused('same-key')],
    [
      'a lock conflict',
      failure(409, 'error.msg.platform.service.ObjectOptimisticLocking.conflict'),
      before,
      refused('new-key'),
    ],
    [
      'a blocking job',
      failure(503, 'error.msg.platform.service.unavailable', 'error.msg.sheduler.job.currently.running'),
      before,
      refused('same-key'),
    ],
    ['a proxy without a core', { status: 503, body: '<html/>' }, before, { kind: 'unknown' }],
    ['refused credentials', { status: 401, body: '' }, before, refused('same-key')],
    ['no permission', failure(403, 'error.msg.not.authorized'), before, refused('same-key')],
    [
      'a refusal out of the store',
      failure(403, 'error.msg.not.authorized', undefined, {}, stored),
      before,
      refused('new-key'),
    ],
    ['a read-only instance', failure(405, 'error.msg.invalid.instance.type'), before, refused('same-key')],
    [
      'closed books',
      domain('error.msg.glJournalEntry.invalid.accounting.closed'),
      before,
      refused('other-date'),
    ],
    ['an inactive client', domain('error.msg.client.not.active.exception'), before, refused('new-key')],
    [
      'an error of the server',
      failure(500, 'error.msg.platform.server.side.error'),
      before,
      { kind: 'unknown' },
    ],
  ]
}

/** Amounts as Gson writes BigDecimals: six decimals, and an exponent now and then. */
export const loanText = `{"id":11,"accountNo":"000000011","clientId":7,"loanProductName":"Biashara",
  "status":{"id":300,"code":"loanStatusType.active","value":"Active","active":true},
  "currency":{"code":"KES","decimalPlaces":2},
  "summary":{"totalOutstanding":4500.110000,"totalOverdue":0},
  "repaymentSchedule":{"periods":[
    {"dueDate":[2025,12,1],"principalDisbursed":6000},
    {"period":1,"dueDate":[2025,12,15],"complete":true,"totalDueForPeriod":1500.110000,"totalOutstandingForPeriod":0E-6},
    {"period":2,"dueDate":[2026,1,15],"complete":false,"totalDueForPeriod":1.5E+3,"totalOutstandingForPeriod":1500.100000},
    {"period":3,"dueDate":"2026-02-15","totalDueForPeriod":1500.0,"totalOutstandingForPeriod":1500},
    {"period":4,"dueDate":[2026,3,15],"totalDueForPeriod":1500.01,"totalOutstandingForPeriod":1500.010000}]},
  "transactions":[
    {"id":300,"type":{"id":1},"date":[2025,12,1],"amount":6000},
    {"id":310,"type":{"id":2},"date":[2025,12,15],"amount":1500.11,"externalId":"gw-1","paymentDetailData":{"receiptNumber":"TGF1"}},
    {"id":320,"type":{"id":2},"date":[2026,1,2],"amount":20.000000,"manuallyReversed":true},
    {"id":330,"type":{"id":10},"date":[2026,1,3],"amount":3.333333}]}`
export const kes = (minor: bigint) => ({ minor, currency: 'KES' })
