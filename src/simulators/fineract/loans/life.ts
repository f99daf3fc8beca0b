import { post } from '../books.ts'
import { type Session, todayOf } from '../house.ts'
import { invalid } from '../refusal.ts'
import { table } from '../schema.ts'
import { duesOf, findInstalments, LOAN, type Loan, portionsOf, type TransactionRow, TYPE } from './rows.ts'
import { type Instalment, type Played, type Portions, play, sum } from './waterfall.ts'

/** What a booking does to a loan: new rows, the replay of all repayments, the status that follows. */

export type PaymentDetail = {
  readonly payment_type_id: number | null
  readonly account_number?: string | null
  readonly check_number?: string | null
  readonly routing_code?: string | null
  readonly receipt_number?: string | null
  readonly bank_number?: string | null
}

export type NewTransaction = PaymentDetail & {
  readonly type: number
  readonly on_date: string
  readonly amount: bigint
  readonly external_id?: string | null
  readonly note?: string | null
}

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23505'

/** The externalId is unique for ever, over all loans of the tenant and over reversed rows too. */
export async function insertTransaction(
  session: Session,
  loan: Loan,
  made: NewTransaction,
): Promise<TransactionRow> {
  const { trx, tenant } = session
  try {
    const row = { ...made, tenant: tenant.id, loan_id: loan.id, amount: String(made.amount) }
    const [stored]: TransactionRow[] = await trx(table('transactions'))
      .insert({ ...row, submitted_on: todayOf(session) })
      .returning('*')
    if (stored === undefined) throw new Error('no row came back')
    // The order of making, which a copy made by a replay keeps.
    await trx(table('transactions')).where({ tenant: tenant.id, id: stored.id }).update({ seq: stored.id })
    return { ...stored, seq: stored.id }
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw invalid(
      'validation.msg.loan.transaction.externalId.value.must.be.unique',
      'The parameter externalId must be unique.',
      'externalId',
    )
  }
}

const same = (a: Portions, b: Portions): boolean =>
  sum(a) === sum(b) &&
  a.principal === b.principal &&
  a.interest === b.interest &&
  a.fees === b.fees &&
  a.overpayment === b.overpayment

export const columnsOf = (portions: Portions, balance: bigint) => ({
  principal: String(portions.principal),
  interest: String(portions.interest),
  fees: String(portions.fees),
  penalties: String(portions.penalties),
  overpayment: String(portions.overpayment),
  balance: String(balance),
})

/**
 * A repayment whose portions changed is reversed by the replay and made anew under another id; its externalId moves
 * to the new row (AbstractLoanRepaymentScheduleTransactionProcessor.createNewTransaction).
 */
async function renumber(
  session: Session,
  row: TransactionRow,
  columns: ReturnType<typeof columnsOf>,
  today: string,
) {
  const { trx, tenant } = session
  await trx(table('transactions'))
    .where({ tenant: tenant.id, id: row.id })
    .update({ reversed: true, reversed_on: today, external_id: null })
  await post(session, row, today, true)
  const { id: _, ...copy } = row
  const [made]: TransactionRow[] = await trx(table('transactions'))
    .insert({ ...copy, ...columns, tenant: tenant.id })
    .returning('*')
  if (made !== undefined) await post(session, made, today)
}

async function saveInstalments(
  session: Session,
  loan: Loan,
  instalments: readonly Instalment[],
): Promise<void> {
  for (const { number, paid, paidInAdvance, paidLate, metOn } of instalments)
    await session
      .trx(table('instalments'))
      .where({ tenant: session.tenant.id, loan_id: loan.id, number })
      .update({
        principal_paid: String(paid.principal),
        interest_paid: String(paid.interest),
        fees_paid: String(paid.fees),
        penalties_paid: String(paid.penalties),
        paid_in_advance: String(paidInAdvance),
        paid_late: String(paidLate),
        met_on: metOn,
      })
}

/** LoanStatus after a booking: overpaid, closed as its obligations are met, or active (again). */
async function saveStatus(
  session: Session,
  loan: Loan,
  { instalments, portions }: Played,
  lastDate: string | undefined,
) {
  const overpaid = portions.reduce((total, { overpayment }) => total + overpayment, 0n)
  const open = instalments.some(({ due, paid }) => sum(due) > sum(paid))
  const status = open ? LOAN.active : overpaid > 0n ? LOAN.overpaid : LOAN.closed
  await session
    .trx(table('loans'))
    .where({ tenant: session.tenant.id, id: loan.id })
    .update({
      status,
      overpaid: String(overpaid),
      closed_on: status === LOAN.closed ? (lastDate ?? null) : null,
    })
}

/** Plays all living repayments again from the first. */
export async function replay(session: Session, loan: Loan): Promise<void> {
  const { trx, tenant } = session
  const today = todayOf(session)
  const stored = await findInstalments(trx, tenant.id, loan.id)
  const rows: TransactionRow[] = await trx(table('transactions'))
    .where({ tenant: tenant.id, loan_id: loan.id, type: TYPE.repayment, reversed: false })
    .orderBy(['on_date', 'seq'])
  const played = play(
    duesOf(stored),
    rows.map(row => ({ date: row.on_date, amount: BigInt(row.amount) })),
  )
  let balance = loan.terms.principal
  for (const [at, row] of rows.entries()) {
    const portions = played.portions[at]
    if (portions === undefined) continue
    balance -= portions.principal
    const columns = columnsOf(portions, balance)
    const before = portionsOf(row)
    if (before !== undefined && !same(before, portions)) await renumber(session, row, columns, today)
    else await trx(table('transactions')).where({ tenant: tenant.id, id: row.id }).update(columns)
    if (before === undefined) await post(session, { ...row, ...columns }, today)
  }
  await saveInstalments(session, loan, played.instalments)
  await saveStatus(session, loan, played, rows.at(-1)?.on_date)
}

export async function bookRepayment(
  session: Session,
  loan: Loan,
  made: Omit<NewTransaction, 'type'>,
): Promise<TransactionRow> {
  const row = await insertTransaction(session, loan, { ...made, type: TYPE.repayment })
  await replay(session, loan)
  return row
}

export async function reverseByHand(
  session: Session,
  row: TransactionRow,
  reversalExternalId?: string,
): Promise<void> {
  const today = todayOf(session)
  if (row.reversed) return
  await session
    .trx(table('transactions'))
    .where({ tenant: session.tenant.id, id: row.id })
    .update({
      reversed: true,
      manually_reversed: true,
      reversed_on: today,
      reversal_external_id: reversalExternalId ?? null,
    })
  await post(session, row, today, true)
}
