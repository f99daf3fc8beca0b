import type { Command } from '../commands.ts'
import { type Fields, fieldsOf } from '../fields.ts'
import { OFFICE_ID } from '../house.ts'
import { toMinor } from '../money.ts'
import { invalid } from '../refusal.ts'
import {
  changesOf,
  DETAIL_KEYS,
  MAX_EXTERNAL_ID,
  MAX_NOTE,
  paymentDetail,
  readDetail,
  requireActiveClient,
  requireNoHoliday,
  requireNotFuture,
  requireOpenBooks,
} from './checks.ts'
import { bookRepayment } from './life.ts'
import { findLoan, LOAN } from './rows.ts'

/** LoanTransactionValidator.validatePaymentTransaction, Loan.makeRepayment, LoanAccountDomainServiceJpa. */

export const PAYMENT_KEYS = [
  'transactionDate',
  'transactionAmount',
  'externalId',
  'note',
  'locale',
  'dateFormat',
  ...DETAIL_KEYS,
]

const REPAYABLE: readonly number[] = [LOAN.active, LOAN.closed, LOAN.overpaid]
export const FUTURE = 'error.msg.loan.transaction.cannot.be.a.future.date'

export function readPayment(fields: Fields, rule: 'positive' | 'not-negative') {
  const read = {
    date: fields.date('transactionDate'),
    amount: fields.amount('transactionAmount', rule),
    externalId: fields.text('externalId', MAX_EXTERNAL_ID) ?? null,
    note: fields.text('note', MAX_NOTE) ?? null,
    detail: readDetail(fields),
  }
  return read
}

export const REPAYMENT: Command = {
  name: 'loan.repayment',
  action: 'REPAYMENT',
  entity: () => 'LOAN',
  async run(session, { params, body }) {
    const fields = fieldsOf(body, [...PAYMENT_KEYS, 'loanId'], 'loan.transaction')
    const payment = readPayment(fields, 'positive')
    fields.check()
    const loan = await findLoan(session.trx, session.tenant.id, params.id ?? '', true)
    const detail = await paymentDetail(session, payment.detail)
    await requireActiveClient(session, loan)
    if (!REPAYABLE.includes(loan.status))
      throw invalid(
        'error.msg.loan.must.be.active.fully.paid.or.overpaid',
        'Loan must be Active, Fully Paid or Overpaid',
      )
    requireNoHoliday(session, payment.date, 'repayment')
    requireNotFuture(session, payment.date, FUTURE)
    requireOpenBooks(session, payment.date)
    const row = await bookRepayment(session, loan, {
      on_date: payment.date,
      amount: toMinor(payment.amount, session.tenant.currency.digits, loan.inMultiplesOf),
      external_id: payment.externalId,
      note: payment.note,
      ...detail,
    })
    return {
      officeId: OFFICE_ID,
      clientId: Number(loan.clientId),
      loanId: Number(loan.id),
      resourceId: Number(row.id),
      resourceExternalId: payment.externalId,
      changes: changesOf(fields.raw, PAYMENT_KEYS, detail.payment_type_id !== null),
    }
  },
}
