import type { Session } from './house.ts'
import type { TransactionRow } from './loans/rows.ts'
import { TYPE } from './loans/rows.ts'
import { table } from './schema.ts'

/**
 * Journal entries that a loan's transactions make by themselves, on a cash basis.
 * Upstream: org.apache.fineract.accounting.journalentry.service.CashBasedAccountingProcessorForLoan and
 * AccountingProcessorHelper (transaction id `L<id>`; a reversal posts the same with the sides turned).
 */

export const ACCOUNTS = [
  { id: 1, gl_code: '1000', name: 'Cash', type: 1 },
  { id: 2, gl_code: '1100', name: 'Loan portfolio', type: 1 },
  { id: 3, gl_code: '4000', name: 'Interest income', type: 4 },
  { id: 4, gl_code: '4100', name: 'Fee income', type: 4 },
  { id: 5, gl_code: '4200', name: 'Penalty income', type: 4 },
  { id: 6, gl_code: '2000', name: 'Overpayments', type: 2 },
  { id: 7, gl_code: '2100', name: 'MM suspense', type: 2 },
  { id: 8, gl_code: '1010', name: 'Bank', type: 1 },
  { id: 9, gl_code: '5000', name: 'Write-offs', type: 5 },
  { id: 10, gl_code: '5100', name: 'Provider charges', type: 5 },
  { id: 11, gl_code: '2200', name: 'Programme funds', type: 2 },
  { id: 12, gl_code: '2300', name: 'Savings', type: 2 },
] as const

const GL = { cash: 1, portfolio: 2, interest: 3, fees: 4, penalties: 5, overpayments: 6 } as const

/** What the lender owes its savers. */
export const SAVINGS_CONTROL = 12

/** The fund source of a payment type: the account-mapping-for-payment-type of the product. */
export const fundSourceOf = (paymentTypeId: string | number | null): number =>
  paymentTypeId === null ? GL.cash : 100 + Number(paymentTypeId)

type Line = { readonly account: number; readonly debit: boolean; readonly amount: bigint }

function linesOf(row: TransactionRow): Line[] {
  const amount = BigInt(row.amount)
  const fund = fundSourceOf(row.payment_type_id)
  if (row.type === TYPE.disbursement)
    return [
      { account: GL.portfolio, debit: true, amount },
      { account: fund, debit: false, amount },
    ]
  return [
    { account: fund, debit: true, amount },
    { account: GL.portfolio, debit: false, amount: BigInt(row.principal ?? 0) },
    { account: GL.interest, debit: false, amount: BigInt(row.interest ?? 0) },
    { account: GL.fees, debit: false, amount: BigInt(row.fees ?? 0) },
    { account: GL.penalties, debit: false, amount: BigInt(row.penalties ?? 0) },
    { account: GL.overpayments, debit: false, amount: BigInt(row.overpayment ?? 0) },
  ]
}

export async function post(
  session: Session,
  row: TransactionRow,
  today: string,
  reversal = false,
): Promise<void> {
  const lines = linesOf(row).filter(({ amount }) => amount > 0n)
  if (lines.length === 0) return
  await session.trx(table('journal')).insert(
    lines.map(({ account, debit, amount }) => ({
      tenant: session.tenant.id,
      gl_account_id: account,
      debit: debit !== reversal,
      amount: String(amount),
      on_date: row.on_date,
      transaction_id: `L${row.id}`,
      manual: false,
      loan_id: row.loan_id,
      loan_transaction_id: row.id,
      payment_type_id: row.payment_type_id,
      receipt_number: row.receipt_number,
      submitted_on: today,
    })),
  )
}
