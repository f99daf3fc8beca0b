import type { Knex } from 'knex'
import type { Command } from '../commands.ts'
import { fieldsOf } from '../fields.ts'
import { OFFICE_ID } from '../house.ts'
import { toMinor } from '../money.ts'
import { domainRule, notFound, unavailable } from '../refusal.ts'
import { table } from '../schema.ts'
import {
  changesOf,
  MAX_EXTERNAL_ID,
  paymentDetail,
  requireActiveClient,
  requireNoHoliday,
  requireNotFuture,
  requireOpenBooks,
} from './checks.ts'
import { bookRepayment, replay, reverseByHand } from './life.ts'
import { FUTURE, PAYMENT_KEYS, readPayment } from './repay.ts'
import { findLoan, isId, LOAN, type TransactionRow, TYPE } from './rows.ts'

/** LoanWritePlatformServiceJpaRepositoryImpl.adjustLoanTransaction: nought undoes, more replaces. */

const noSuch = (id: string) =>
  notFound('error.msg.loan.transaction.id.invalid', `Transaction with identifier ${id} does not exist`, id)

/**
 * By id or by externalId. The two 404s differ: an externalId nobody has is `external.id.invalid`, one that sits on
 * another loan is `id.invalid` (LoanTransactionsApiResource.getResolvedLoanTransactionId).
 */
export async function findTransaction(
  db: Knex,
  tenant: string,
  { id: loanId = '', txId, ext }: Readonly<Record<string, string>>,
): Promise<TransactionRow> {
  if (ext !== undefined) {
    const row: TransactionRow | undefined = await db(table('transactions'))
      .where({ tenant, external_id: ext })
      .first()
    if (row === undefined)
      throw notFound(
        'error.msg.loan.transaction.external.id.invalid',
        `Loan transaction with external identifier ${ext} does not exist`,
        ext,
      )
    if (row.loan_id !== loanId) throw noSuch(row.id)
    return row
  }
  const id = txId ?? ''
  if (!isId(id) || !isId(loanId)) throw noSuch(id)
  const row = await db(table('transactions')).where({ tenant, id, loan_id: loanId }).first()
  if (row === undefined) throw noSuch(id)
  return row
}

export const ADJUST: Command = {
  name: 'loan.adjust',
  action: 'ADJUST',
  entity: () => 'LOAN',
  async run(session, { params, body }) {
    const fields = fieldsOf(body, [...PAYMENT_KEYS, 'reversalExternalId'], 'loan.transaction')
    const payment = readPayment(fields, 'not-negative')
    const reversalExternalId = fields.text('reversalExternalId', MAX_EXTERNAL_ID)
    fields.check()
    const loan = await findLoan(session.trx, session.tenant.id, params.id ?? '', true)
    const row = await findTransaction(session.trx, session.tenant.id, params)
    await requireActiveClient(session, loan)
    if (loan.status === LOAN.writtenOff)
      throw unavailable('error.msg.loan.written.off.update.not.allowed', 'The loan is written off.')
    const detail = await paymentDetail(session, payment.detail)
    requireNoHoliday(session, payment.date, 'repayment')
    if (row.type !== TYPE.repayment)
      throw domainRule(
        'error.msg.loan.transaction.adjustment.is.only.allowed.to.repayment.or.waiver.or.creditbalancerefund.transactions',
        'Only (non-reversed) transactions of type repayment, waiver, accrual, credit balance refund can be adjusted.',
      )
    requireNotFuture(session, payment.date, FUTURE)
    requireOpenBooks(session, row.on_date)
    const amount = toMinor(payment.amount, session.tenant.currency.digits, loan.inMultiplesOf)
    await reverseByHand(session, row, reversalExternalId)
    const replacement =
      amount > 0n
        ? await bookRepayment(session, loan, {
            on_date: payment.date,
            amount,
            external_id: payment.externalId,
            note: payment.note,
            ...detail,
          })
        : undefined
    if (replacement === undefined) await replay(session, loan)
    return {
      officeId: OFFICE_ID,
      clientId: Number(loan.clientId),
      loanId: Number(loan.id),
      resourceId: Number((replacement ?? row).id),
      resourceExternalId: (replacement ?? row).external_id,
      changes: changesOf(fields.raw, PAYMENT_KEYS, detail.payment_type_id !== null),
    }
  },
}
