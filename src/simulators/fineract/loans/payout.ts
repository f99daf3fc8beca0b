import { post } from '../books.ts'
import { type Session, todayOf } from '../house.ts'
import { table } from '../schema.ts'
import { columnsOf, insertTransaction, type NewTransaction } from './life.ts'
import { LOAN, type Loan, type TransactionRow, TYPE } from './rows.ts'
import { amortise, dueOf, type Terms } from './schedule.ts'

/** Disbursing and its undoing: the schedule, the row, the books, the status. */

async function writeSchedule(session: Session, loan: Loan, terms: Terms, from: string): Promise<void> {
  const { trx, tenant } = session
  await trx(table('instalments')).where({ tenant: tenant.id, loan_id: loan.id }).delete()
  await trx(table('instalments')).insert(
    amortise(terms, from).map(({ number, fromDate, dueDate, principal, interest }) => ({
      tenant: tenant.id,
      loan_id: loan.id,
      number,
      from_date: fromDate,
      due_date: dueDate,
      principal: String(principal),
      interest: String(interest),
    })),
  )
}

/** The schedule of a loan that waits for its money, as its approval leaves it. */
export async function planSchedule(session: Session, loan: Loan): Promise<void> {
  const terms = { ...loan.terms, principal: loan.approvedPrincipal }
  await writeSchedule(session, loan, terms, dueOf(terms, 0))
}

/** Writes the schedule and pays the loan out; the first due date stays unless the money comes after it. */
export async function bookDisbursement(
  session: Session,
  loan: Loan,
  made: Omit<NewTransaction, 'type'>,
): Promise<TransactionRow> {
  const { trx, tenant } = session
  const on = made.on_date
  const anchor = dueOf(loan.terms, 1) > on ? loan.terms.anchor : { number: 0, date: on }
  await writeSchedule(session, loan, { ...loan.terms, anchor, principal: made.amount }, on)
  await trx(table('loans'))
    .where({ tenant: tenant.id, id: loan.id })
    .update({
      status: LOAN.active,
      disbursed_on: on,
      anchor_number: anchor.number,
      anchor_due: anchor.date,
      principal: String(made.amount),
    })
  const row = await insertTransaction(session, loan, { ...made, type: TYPE.disbursement })
  await trx(table('transactions'))
    .where({ tenant: tenant.id, id: row.id })
    .update({ balance: String(made.amount) })
  const today = todayOf(session)
  await post(session, row, today)
  if (loan.disbursementFee > 0n) await withholdFee(session, loan, made, today)
  return row
}

/** Charges due at disbursement are kept back: `netDisbursalAmount` is what the borrower receives. */
async function withholdFee(
  session: Session,
  loan: Loan,
  made: Omit<NewTransaction, 'type'>,
  today: string,
): Promise<void> {
  const { trx, tenant } = session
  const { external_id: _, ...rest } = made
  const row = await insertTransaction(session, loan, {
    ...rest,
    amount: loan.disbursementFee,
    type: TYPE.repaymentAtDisbursement,
  })
  const columns = columnsOf(
    { penalties: 0n, fees: loan.disbursementFee, interest: 0n, principal: 0n, overpayment: 0n },
    made.amount,
  )
  await trx(table('transactions')).where({ tenant: tenant.id, id: row.id }).update(columns)
  await post(session, { ...row, ...columns }, today)
}

/** Loan.reverseExistingTransactions: not "manually" reversed, and each row keeps its externalId. */
export async function undoDisbursement(session: Session, loan: Loan): Promise<void> {
  const { trx, tenant } = session
  const today = todayOf(session)
  const rows: TransactionRow[] = await trx(table('transactions')).where({
    tenant: tenant.id,
    loan_id: loan.id,
    reversed: false,
  })
  for (const row of rows) {
    await trx(table('transactions'))
      .where({ tenant: tenant.id, id: row.id })
      .update({ reversed: true, reversed_on: today })
    await post(session, row, today, true)
  }
  await planSchedule(session, loan)
  await trx(table('loans'))
    .where({ tenant: tenant.id, id: loan.id })
    .update({
      principal: String(loan.approvedPrincipal),
      status: LOAN.approved,
      disbursed_on: null,
      closed_on: null,
      overpaid: '0',
    })
}
