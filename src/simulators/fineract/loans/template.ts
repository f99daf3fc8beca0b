import type { Knex } from 'knex'
import { dateArray } from '../dates.ts'
import { OFFICE_ID, type Tenant } from '../house.ts'
import type { Json } from '../json.ts'
import { unknownCommand } from '../refusal.ts'
import { moneyOf, totals } from './figures.ts'
import { findInstalments, type Loan, TYPE } from './rows.ts'
import { paymentTypeNames } from './transactions.ts'
import { minus, type Parts, sum } from './waterfall.ts'
import { currencyJson, typeOf } from './words.ts'

/** LoanTransactionsApiResource.retrieveTransactionTemplate. */
export async function readTemplate(
  db: Knex,
  tenant: Tenant,
  loan: Loan,
  today: string,
  command: string | null,
): Promise<Json> {
  const money = moneyOf(tenant)
  const instalments = await findInstalments(db, tenant.id, loan.id)
  const names = await paymentTypeNames(db, tenant.id)
  const common = {
    officeId: OFFICE_ID,
    currency: currencyJson(tenant.currency),
    manuallyReversed: false,
    loanId: Number(loan.id),
    paymentTypeOptions: [...names].map(([id, name]) => ({ id: Number(id), name })),
  }
  const repayment = (open: Parts, date: string): Json => ({
    ...common,
    type: typeOf(TYPE.repayment),
    date: dateArray(date),
    amount: money(sum(open)),
    principalPortion: money(open.principal),
    interestPortion: money(open.interest),
    feeChargesPortion: money(open.fees),
    penaltyChargesPortion: money(open.penalties),
    outstandingLoanBalance: money(totals(instalments, today).open.principal),
  })
  if (command === 'disburse' || command === 'disburseToSavings')
    return {
      ...common,
      type: typeOf(TYPE.disbursement),
      date: dateArray(today),
      amount: money(loan.approvedPrincipal),
      netDisbursalAmount: money(loan.approvedPrincipal - loan.disbursementFee),
    }
  if (command === 'prepayLoan') return repayment(totals(instalments, today).open, today)
  if (command !== 'repayment') throw unknownCommand(command)
  const next = instalments.find(({ metOn }) => metOn === null)
  // Upstream's query finds no row then, and nobody maps that: a 500.
  if (next === undefined) throw new Error('Incorrect result size: expected 1, actual 0')
  return repayment(minus(next.due, next.paid), today)
}
