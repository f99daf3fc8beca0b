import type { LocalDate } from '../../src/domain/time.ts'
import { coreBankingContract } from '../contract/core-banking.ts'
import { DEPOSITS } from './fineract-deposits.ts'
import { DISBURSALS } from './fineract-disbursals.ts'
import { JOURNALS } from './fineract-journals.ts'
import { REPAYMENTS } from './fineract-repayments.ts'
import { absent, create, kes, loanText, on, phone } from './fineract-wire.ts'

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
    arrears: kes(0n),
    nextDue: { number: 2, due: on, total: kes(150_000n), outstanding: kes(150_010n) },
    schedule: [
      { number: 1, due: '2025-12-15' as LocalDate, total: kes(150_011n), outstanding: kes(0n) },
      { number: 2, due: on, total: kes(150_000n), outstanding: kes(150_010n) },
      { number: 3, due: '2026-02-15' as LocalDate, total: kes(150_000n), outstanding: kes(150_000n) },
      { number: 4, due: '2026-03-15' as LocalDate, total: kes(150_001n), outstanding: kes(150_001n) },
    ],
    disbursal: undefined,
    disbursed: undefined,
  },
  payOff: [
    {
      status: 200,
      body: '{"type":{"id":2},"currency":{"code":"KES","decimalPlaces":2},"amount":4350.070000,"date":[2026,1,15]}',
    },
    kes(435_007n),
  ],
  absent,
  phone,
  isWrite: ({ method }) => method === 'POST',
  entries: [...REPAYMENTS, ...DISBURSALS, ...DEPOSITS, ...JOURNALS],
})
