import { fundSourceOf, SAVINGS_CONTROL } from '../books.ts'
import { type Session, todayOf } from '../house.ts'
import { table } from '../schema.ts'
import { SAVINGS_TYPE, type SavingsTransactionRow } from './rows.ts'

/** CashBasedAccountingProcessorForSavings: the fund source against what the lender owes its savers, id `S<id>`. */
export async function postSavings(
  session: Session,
  row: SavingsTransactionRow,
  reversal = false,
): Promise<void> {
  const comesIn = (row.type === SAVINGS_TYPE.deposit) !== reversal
  const line = (account: number, debit: boolean) => ({
    tenant: session.tenant.id,
    gl_account_id: account,
    debit,
    amount: row.amount,
    on_date: row.on_date,
    transaction_id: `S${row.id}`,
    manual: false,
    payment_type_id: row.payment_type_id,
    receipt_number: row.receipt_number,
    submitted_on: todayOf(session),
  })
  await session
    .trx(table('journal'))
    .insert([line(fundSourceOf(row.payment_type_id), comesIn), line(SAVINGS_CONTROL, !comesIn)])
}
