import type { Repayment } from '../../src/corebanking/core-banking.ts'
import { createFineract, parseFineractConfig } from '../../src/corebanking/fineract/index.ts'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Tools } from '../../src/domain/outside.ts'
import type { LocalDate } from '../../src/domain/time.ts'
import type { Scripted } from '../contract/scripted-server.ts'

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

export const repayment: Repayment = {
  loanId: '11',
  amount: { minor: 150_000n, currency: 'KES' },
  valueDate: on,
  externalId: 'gw-0198f3a0-0000-7000-8000-000000000001',
  idempotencyKey: '5b0f3c5e-7b1c-4f7e-9a55-0123456789ab',
  provider: 'mpesa-ke',
  receipt: 'TGH7XYZ12A',
  msisdn: phone,
  note: 'M-Pesa collection',
}

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

export const changes = {
  transactionDate: '2026-01-15',
  transactionAmount: '1500.00',
  locale: 'en',
  dateFormat: 'yyyy-MM-dd',
}
export const booked = {
  officeId: 1,
  clientId: 7,
  loanId: 11,
  resourceId: 345,
  resourceExternalId: repayment.externalId,
  changes,
}
export const row = {
  id: 345,
  officeId: 1,
  type: { id: 2, code: 'loanTransactionType.repayment', value: 'Repayment' },
  date: [2026, 1, 15],
  currency: { code: 'KES', decimalPlaces: 2 },
  amount: 1500.0,
  externalId: repayment.externalId,
  manuallyReversed: false,
  paymentDetailData: { id: 9, paymentType: { id: 4, name: 'M-Pesa' }, receiptNumber: 'TGH7XYZ12A' },
}
export const isBooked = {
  kind: 'booked',
  coreTransactionId: '345',
  amount: repayment.amount,
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
