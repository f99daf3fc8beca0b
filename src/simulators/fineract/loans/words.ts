import type { Json } from '../json.ts'
import type { Currency } from '../money.ts'
import { LOAN, TYPE } from './rows.ts'

/** Enumerations as Fineract prints them (LoanStatusEnumData, LoanTransactionEnumData, CurrencyData). */

const STATUSES: Readonly<Record<number, readonly [code: string, value: string]>> = {
  [LOAN.submitted]: ['loanStatusType.submitted.and.pending.approval', 'Submitted and pending approval'],
  [LOAN.approved]: ['loanStatusType.approved', 'Approved'],
  [LOAN.active]: ['loanStatusType.active', 'Active'],
  [LOAN.closed]: ['loanStatusType.closed.obligations.met', 'Closed (obligations met)'],
  [LOAN.writtenOff]: ['loanStatusType.closed.written.off', 'Closed (written off)'],
  [LOAN.overpaid]: ['loanStatusType.overpaid', 'Overpaid'],
}

export function statusOf(id: number): Json {
  const [code = 'loanStatusType.invalid', value = 'Invalid'] = STATUSES[id] ?? []
  return {
    id,
    code,
    value,
    pendingApproval: id === LOAN.submitted,
    waitingForDisbursal: id === LOAN.approved,
    active: id === LOAN.active,
    closedObligationsMet: id === LOAN.closed,
    closedWrittenOff: id === LOAN.writtenOff,
    closedRescheduled: false,
    closed: id === LOAN.closed || id === LOAN.writtenOff,
    overpaid: id === LOAN.overpaid,
  }
}

const TYPES: Readonly<Record<number, readonly [code: string, value: string]>> = {
  [TYPE.disbursement]: ['disbursement', 'Disbursement'],
  [TYPE.repayment]: ['repayment', 'Repayment'],
  [TYPE.repaymentAtDisbursement]: ['repaymentAtDisbursement', 'Repayment (at time of disbursement)'],
}

export const typeName = (id: number): string => TYPES[id]?.[0] ?? 'invalid'

export function typeOf(id: number): Json {
  const [name = 'invalid', value = 'Invalid'] = TYPES[id] ?? []
  return {
    id,
    code: `loanTransactionType.${name}`,
    value,
    disbursement: id === TYPE.disbursement,
    repaymentAtDisbursement: id === TYPE.repaymentAtDisbursement,
    repayment: id === TYPE.repayment,
    contra: false,
    waiveInterest: false,
    waiveCharges: false,
    accrual: false,
    writeOff: false,
    recoveryRepayment: false,
    chargePayment: false,
    refund: false,
  }
}

export function currencyJson({ code, name, symbol, digits }: Currency): Json {
  return {
    code,
    name,
    decimalPlaces: digits,
    inMultiplesOf: digits === 0 ? 1 : 0,
    displaySymbol: symbol,
    nameCode: `currency.${code}`,
    displayLabel: `${name} (${symbol})`,
  }
}
