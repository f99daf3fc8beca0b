import type { Knex } from 'knex'
import { dateArray } from '../dates.ts'
import { OFFICE_ID, type Tenant } from '../house.ts'
import type { Json } from '../json.ts'
import { table } from '../schema.ts'
import { moneyOf } from './figures.ts'
import type { Loan, TransactionRow } from './rows.ts'
import { currencyJson, typeOf } from './words.ts'

type Detailed = Pick<
  TransactionRow,
  'payment_type_id' | 'account_number' | 'check_number' | 'routing_code' | 'receipt_number' | 'bank_number'
>

/** org.apache.fineract.portfolio.paymentdetail.data.PaymentDetailData: there only with a payment type. */
export function detailJson(id: string, row: Detailed, paymentTypes: ReadonlyMap<string, string>): Json {
  const type = row.payment_type_id
  if (type === null) return undefined
  return {
    id: Number(id),
    paymentType: { id: Number(type), name: paymentTypes.get(type) ?? '' },
    accountNumber: row.account_number ?? '',
    checkNumber: row.check_number ?? '',
    routingCode: row.routing_code ?? '',
    receiptNumber: row.receipt_number ?? '',
    bankNumber: row.bank_number ?? '',
  }
}

/** org.apache.fineract.portfolio.loanaccount.data.LoanTransactionData. */
export function transactionJson(
  row: TransactionRow,
  loan: Loan,
  paymentTypes: ReadonlyMap<string, string>,
  tenant: Tenant,
): Json {
  const money = moneyOf(tenant)
  const part = (text: string | null) => money(BigInt(text ?? 0))
  return {
    id: Number(row.id),
    officeId: OFFICE_ID,
    officeName: 'Head Office',
    type: typeOf(row.type),
    date: dateArray(row.on_date),
    currency: currencyJson(tenant.currency),
    paymentDetailData: detailJson(row.seq ?? row.id, row, paymentTypes),
    amount: money(BigInt(row.amount)),
    netDisbursalAmount: money(loan.terms.principal - loan.disbursementFee),
    principalPortion: part(row.principal),
    interestPortion: part(row.interest),
    feeChargesPortion: part(row.fees),
    penaltyChargesPortion: part(row.penalties),
    overpaymentPortion: part(row.overpayment),
    unrecognizedIncomePortion: part(null),
    outstandingLoanBalance: part(row.balance),
    submittedOnDate: dateArray(row.submitted_on),
    manuallyReversed: row.manually_reversed,
    externalId: row.external_id,
    reversalExternalId: row.reversal_external_id,
    reversedOnDate: dateArray(row.reversed_on),
    loanId: Number(loan.id),
    externalLoanId: loan.externalId,
    loanChargePaidByList: [],
    transactionRelations: [],
  }
}

export async function paymentTypeNames(db: Knex, tenant: string): Promise<ReadonlyMap<string, string>> {
  const rows: { id: string; name: string }[] = await db(table('payment_types')).where({ tenant })
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Rows that a replay reversed are hidden: shown is what lives, or was reversed by hand. */
export async function shownTransactions(db: Knex, tenant: string, loanId: string): Promise<TransactionRow[]> {
  return db(table('transactions'))
    .where({ tenant, loan_id: loanId })
    .andWhere(query => query.where({ reversed: false }).orWhere({ manually_reversed: true }))
    .orderBy(['on_date', 'seq', 'id'])
}
