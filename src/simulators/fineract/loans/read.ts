import type { Knex } from 'knex'
import { dateArray, daysBetween } from '../dates.ts'
import { OFFICE_ID, type Tenant } from '../house.ts'
import type { Json } from '../json.ts'
import { table } from '../schema.ts'
import { expectedDisbursement, type Money, moneyOf, scheduleOf, summaryOf, totals } from './figures.ts'
import { findInstalments, LOAN, type Loan, type StoredInstalment, type TransactionRow, TYPE } from './rows.ts'
import { paymentTypeNames, shownTransactions, transactionJson } from './transactions.ts'
import { sum } from './waterfall.ts'
import { currencyJson, statusOf } from './words.ts'

/** LoansApiResource.retrieveLoan: the schedule and the transactions only where `associations` asks for them. */

export type ClientRow = {
  readonly id: string
  readonly account_no: string
  readonly external_id: string | null
  readonly display_name: string
}

/** What the list of loans shows too. */
export function loanJson(
  loan: Loan,
  client: ClientRow,
  instalments: readonly StoredInstalment[],
  today: string,
  tenant: Tenant,
): Json {
  const money = moneyOf(tenant)
  const disbursed = loan.disbursedOn !== null
  return {
    id: Number(loan.id),
    accountNo: loan.accountNo,
    externalId: loan.externalId,
    status: statusOf(loan.status),
    clientId: Number(client.id),
    clientAccountNo: client.account_no,
    clientName: client.display_name,
    clientExternalId: client.external_id,
    clientOfficeId: OFFICE_ID,
    loanProductId: 1,
    loanProductName: loan.product,
    loanType: { id: 1, code: 'accountType.individual', value: 'Individual' },
    currency: currencyJson(tenant.currency),
    principal: money(loan.terms.principal),
    approvedPrincipal: money(loan.approvedPrincipal),
    proposedPrincipal: money(loan.approvedPrincipal),
    netDisbursalAmount: money(loan.terms.principal - loan.disbursementFee),
    numberOfRepayments: loan.terms.instalments,
    timeline: {
      submittedOnDate: dateArray(loan.submittedOn),
      approvedOnDate: dateArray(loan.approvedOn),
      expectedDisbursementDate: dateArray(loan.disbursedOn ?? expectedDisbursement(loan)),
      actualDisbursementDate: dateArray(loan.disbursedOn),
      expectedMaturityDate: dateArray(instalments.at(-1)?.dueDate),
      closedOnDate: dateArray(loan.closedOn),
    },
    summary: disbursed ? summaryOf(loan, instalments, today, tenant) : undefined,
    totalOverpaid: loan.overpaid > 0n ? money(loan.overpaid) : undefined,
    inArrears: totals(instalments, today).overdueSince !== undefined,
    isNPA: false,
    chargedOff: false,
    canDisburse: loan.status === LOAN.approved,
    multiDisburseLoan: false,
  }
}

/** CollectionData: always there when one loan is read. */
function delinquentOf(
  instalments: readonly StoredInstalment[],
  rows: readonly TransactionRow[],
  today: string,
  money: Money,
): Json {
  const { overdue, overdueSince } = totals(instalments, today)
  const next = instalments.find(({ metOn, dueDate }) => metOn === null && dueDate >= today)
  const last = rows.filter(({ type, reversed }) => type === TYPE.repayment && !reversed).at(-1)
  const days = overdueSince === undefined ? 0 : daysBetween(overdueSince, today)
  return {
    availableDisbursementAmount: money(0n),
    pastDueDays: days,
    nextPaymentDueDate: dateArray(next?.dueDate),
    delinquentDays: days,
    delinquentAmount: money(sum(overdue)),
    lastPaymentDate: dateArray(last?.on_date),
    lastPaymentAmount: last && money(BigInt(last.amount)),
    lastRepaymentDate: dateArray(last?.on_date),
    lastRepaymentAmount: last && money(BigInt(last.amount)),
  }
}

/** One loan, with what `associations` names. */
export async function readLoan(
  db: Knex,
  tenant: Tenant,
  loan: Loan,
  today: string,
  associations: readonly string[],
): Promise<Json> {
  const client: ClientRow = await db(table('clients')).where({ tenant: tenant.id, id: loan.clientId }).first()
  const instalments = await findInstalments(db, tenant.id, loan.id)
  const rows = await shownTransactions(db, tenant.id, loan.id)
  const wants = (name: string) => associations.includes(name) || associations.includes('all')
  const names = wants('transactions') ? await paymentTypeNames(db, tenant.id) : new Map<string, string>()
  return {
    ...(loanJson(loan, client, instalments, today, tenant) as Record<string, Json>),
    delinquent: delinquentOf(instalments, rows, today, moneyOf(tenant)),
    repaymentSchedule: wants('repaymentSchedule') ? scheduleOf(loan, instalments, today, tenant) : undefined,
    transactions: wants('transactions')
      ? rows.map(row => transactionJson(row, loan, names, tenant))
      : undefined,
  }
}
