import type { Command } from '../commands.ts'
import { fieldsOf } from '../fields.ts'
import { OFFICE_ID } from '../house.ts'
import { toMinor } from '../money.ts'
import { domainRule, invalid } from '../refusal.ts'
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
import { bookDisbursement, undoDisbursement } from './payout.ts'
import { findLoan, LOAN } from './rows.ts'
import { statusOf } from './words.ts'

/** LoanTransactionValidator.getDisbursementParameters and LoanWritePlatformServiceJpaRepositoryImpl.disburseLoan. */
const KEYS = [
  'actualDisbursementDate',
  'externalId',
  'note',
  'locale',
  'dateFormat',
  ...DETAIL_KEYS,
  'adjustRepaymentDate',
  'transactionAmount',
  'fixedEmiAmount',
  'netDisbursalAmount',
  'postDatedChecks',
]

export const DISBURSE: Command = {
  name: 'loan.disburse',
  action: 'DISBURSE',
  entity: () => 'LOAN',
  async run(session, { params, body }) {
    const fields = fieldsOf(body, KEYS, 'loan')
    const date = fields.date('actualDisbursementDate')
    const externalId = fields.text('externalId', MAX_EXTERNAL_ID) ?? null
    const note = fields.text('note', MAX_NOTE) ?? null
    const read = readDetail(fields)
    const given = fields.optionalAmount('transactionAmount')
    fields.check()
    const loan = await findLoan(session.trx, session.tenant.id, params.id ?? '', true)
    const detail = await paymentDetail(session, read)
    await requireActiveClient(session, loan)
    if (loan.status !== LOAN.approved)
      throw invalid(
        'error.msg.loan.disbursal.account.is.not.approve.not.disbursed.state',
        'Loan Disbursal is not allowed. Loan Account is not in approved and not disbursed state.',
      )
    if (date < loan.approvedOn)
      throw domainRule(
        'error.msg.loan.disbursal.cannot.be.before.approval.date',
        'The date on which a loan is disbursed cannot be before its approval date.',
        date,
      )
    requireNoHoliday(session, date, 'disbursement')
    requireNotFuture(session, date, 'error.msg.loan.disbursal.cannot.be.a.future.date')
    requireOpenBooks(session, date)
    const amount =
      given === undefined
        ? loan.approvedPrincipal
        : toMinor(given, session.tenant.currency.digits, loan.inMultiplesOf)
    if (amount > loan.approvedPrincipal || amount <= 0n)
      throw domainRule(
        'error.msg.loan.disbursal.amount.cannot.be.greater.than.approved',
        'Loan disbursal amount cannot be greater than the approved amount.',
      )
    const row = await bookDisbursement(session, loan, {
      on_date: date,
      amount,
      external_id: externalId,
      note,
      ...detail,
    })
    return {
      officeId: OFFICE_ID,
      clientId: Number(loan.clientId),
      loanId: Number(loan.id),
      resourceId: Number(loan.id),
      subResourceId: Number(row.id),
      resourceExternalId: loan.externalId,
      subResourceExternalId: externalId,
      changes: {
        status: statusOf(LOAN.active),
        ...(changesOf(fields.raw, KEYS, detail.payment_type_id !== null) as Record<string, string>),
      },
    }
  },
}

export const UNDO_DISBURSAL: Command = {
  name: 'loan.undodisbursal',
  action: 'DISBURSALUNDO',
  entity: () => 'LOAN',
  async run(session, { params, body }) {
    const fields = fieldsOf(body, ['note', 'locale', 'dateFormat'], 'loan')
    fields.text('note', MAX_NOTE)
    fields.check()
    const loan = await findLoan(session.trx, session.tenant.id, params.id ?? '', true)
    await requireActiveClient(session, loan)
    if (loan.status !== LOAN.active)
      throw invalid('error.msg.loan.undo.disbursal.account.is.not.active', 'Loan is not disbursed.')
    await undoDisbursement(session, loan)
    return {
      officeId: OFFICE_ID,
      clientId: Number(loan.clientId),
      loanId: Number(loan.id),
      resourceId: Number(loan.id),
      resourceExternalId: loan.externalId,
      changes: { status: statusOf(LOAN.approved), actualDisbursementDate: '' },
    }
  },
}
