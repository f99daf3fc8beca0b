import { dateArray, daysBetween } from '../dates.ts'
import type { Tenant } from '../house.ts'
import { amountOf, type Json } from '../json.ts'
import type { Loan, StoredInstalment } from './rows.ts'
import { dueOf } from './schedule.ts'
import { minus, NO_PARTS, type Parts, plus, sum } from './waterfall.ts'
import { currencyJson } from './words.ts'

/** LoanSummaryData and LoanScheduleData, worked out from the instalments. */

export type Money = (minor: bigint) => Json

export const moneyOf =
  ({ currency }: Tenant): Money =>
  minor =>
    amountOf(minor, currency.digits)

/** Sums over the instalments: what was due, is paid, is open, and of the open what is overdue. */
export function totals(instalments: readonly StoredInstalment[], today: string) {
  let [due, paid, overdue] = [NO_PARTS, NO_PARTS, NO_PARTS]
  let overdueSince: string | undefined
  for (const instalment of instalments) {
    due = plus(due, instalment.due)
    paid = plus(paid, instalment.paid)
    const open = minus(instalment.due, instalment.paid)
    if (instalment.dueDate >= today || sum(open) === 0n) continue
    overdue = plus(overdue, open)
    overdueSince ??= instalment.dueDate
  }
  return { due, paid, open: minus(due, paid), overdue, overdueSince }
}

export function summaryOf(
  loan: Loan,
  instalments: readonly StoredInstalment[],
  today: string,
  tenant: Tenant,
): Json {
  const money = moneyOf(tenant)
  const { due, paid, open, overdue, overdueSince } = totals(instalments, today)
  const group = (name: string, charged: string, part: keyof Parts) => ({
    [`${name}${charged}`]: money(due[part]),
    [`${name}Paid`]: money(paid[part]),
    [`${name}Waived`]: money(0n),
    [`${name}WrittenOff`]: money(0n),
    [`${name}Outstanding`]: money(open[part]),
    [`${name}Overdue`]: money(overdue[part]),
  })
  return {
    currency: currencyJson(tenant.currency),
    principalDisbursed: money(loan.terms.principal),
    principalPaid: money(paid.principal),
    principalWrittenOff: money(0n),
    principalOutstanding: money(open.principal),
    principalOverdue: money(overdue.principal),
    ...group('interest', 'Charged', 'interest'),
    feeChargesDueAtDisbursementCharged: money(loan.disbursementFee),
    ...group('feeCharges', 'Charged', 'fees'),
    ...group('penaltyCharges', 'Charged', 'penalties'),
    totalExpectedRepayment: money(sum(due)),
    totalRepayment: money(sum(paid)),
    totalWaived: money(0n),
    totalWrittenOff: money(0n),
    totalOutstanding: money(sum(open)),
    totalOverdue: money(sum(overdue)),
    totalRecovered: money(0n),
    overdueSinceDate: dateArray(overdueSince),
  }
}

function periodOf(instalment: StoredInstalment, today: string, money: Money): Json {
  const { number, fromDate, dueDate, due, paid, paidInAdvance, paidLate, metOn } = instalment
  const open = minus(due, paid)
  const group = (name: string, part: keyof Parts) => ({
    [`${name}Due`]: money(due[part]),
    [`${name}Paid`]: money(paid[part]),
    [`${name}Waived`]: money(0n),
    [`${name}WrittenOff`]: money(0n),
    [`${name}Outstanding`]: money(open[part]),
  })
  return {
    period: number,
    fromDate: dateArray(fromDate),
    dueDate: dateArray(dueDate),
    obligationsMetOnDate: dateArray(metOn),
    complete: metOn !== null,
    daysInPeriod: daysBetween(fromDate, dueDate),
    ...group('principal', 'principal'),
    ...group('interest', 'interest'),
    ...group('feeCharges', 'fees'),
    ...group('penaltyCharges', 'penalties'),
    totalDueForPeriod: money(sum(due)),
    totalPaidForPeriod: money(sum(paid)),
    totalPaidInAdvanceForPeriod: money(paidInAdvance),
    totalPaidLateForPeriod: money(paidLate),
    totalOutstandingForPeriod: money(sum(open)),
    totalOverdue: money(dueDate < today ? sum(open) : 0n),
    totalInstallmentAmountForPeriod: money(due.principal + due.interest),
    downPaymentPeriod: false,
  }
}

export function scheduleOf(
  loan: Loan,
  instalments: readonly StoredInstalment[],
  today: string,
  tenant: Tenant,
): Json {
  const money = moneyOf(tenant)
  const { due, paid, open } = totals(instalments, today)
  const from = loan.disbursedOn ?? expectedDisbursement(loan)
  const disbursement: Json = {
    dueDate: dateArray(from),
    principalDisbursed: money(loan.terms.principal),
    principalLoanBalanceOutstanding: money(loan.terms.principal),
    feeChargesDue: money(loan.disbursementFee),
    feeChargesPaid: money(loan.disbursedOn === null ? 0n : loan.disbursementFee),
    downPaymentPeriod: false,
  }
  return {
    currency: currencyJson(tenant.currency),
    loanTermInDays: daysBetween(from, instalments.at(-1)?.dueDate ?? from),
    totalPrincipalDisbursed: money(loan.terms.principal),
    totalPrincipalExpected: money(due.principal),
    totalInterestCharged: money(due.interest),
    totalFeeChargesCharged: money(due.fees),
    totalPenaltyChargesCharged: money(due.penalties),
    totalRepaymentExpected: money(sum(due)),
    totalRepayment: money(sum(paid)),
    totalOutstanding: money(sum(open)),
    periods: [disbursement, ...instalments.map(instalment => periodOf(instalment, today, money))],
  }
}

export const expectedDisbursement = ({ terms }: Loan): string => dueOf(terms, 0)
