import { dateArray } from '../dates.ts'
import { OFFICE_ID, type Tenant } from '../house.ts'
import { amountOf, type Json } from '../json.ts'
import { detailJson } from '../loans/transactions.ts'
import { currencyJson } from '../loans/words.ts'
import {
  balanceOf,
  SAVINGS,
  SAVINGS_TYPE,
  type SavingsRow,
  type SavingsTransactionRow,
  signed,
} from './rows.ts'

/** SavingsAccountData, SavingsAccountTransactionData and SavingsAccountSummaryData as they are printed. */

const STATUSES: Readonly<Record<number, readonly [code: string, value: string]>> = {
  [SAVINGS.submitted]: ['submitted.and.pending.approval', 'Submitted and pending approval'],
  [SAVINGS.active]: ['active', 'Active'],
  [SAVINGS.closed]: ['closed', 'Closed'],
}

function statusOf(id: number): Json {
  const [code = 'invalid', value = 'Invalid'] = STATUSES[id] ?? []
  return {
    id,
    code: `savingsAccountStatusType.${code}`,
    value,
    submittedAndPendingApproval: id === SAVINGS.submitted,
    active: id === SAVINGS.active,
    closed: id === SAVINGS.closed,
  }
}

/** What a client's accounts and the account itself tell alike. */
export function savingsJson(
  row: SavingsRow,
  rows: readonly SavingsTransactionRow[],
  tenant: Tenant,
): Record<string, Json> {
  return {
    id: Number(row.id),
    accountNo: row.account_no,
    externalId: row.external_id,
    status: statusOf(row.status),
    currency: currencyJson(tenant.currency),
    depositType: { id: 100, code: 'depositAccountType.savingsDeposit', value: 'Savings' },
    timeline: {
      submittedOnDate: dateArray(row.activated_on),
      activatedOnDate: row.status === SAVINGS.submitted ? undefined : dateArray(row.activated_on),
    },
    accountBalance: amountOf(balanceOf(rows).now, tenant.currency.digits),
  }
}

export function accountJson(
  row: SavingsRow,
  rows: readonly SavingsTransactionRow[],
  tenant: Tenant,
): Record<string, Json> {
  const { accountBalance, ...common } = savingsJson(row, rows, tenant)
  return {
    ...common,
    clientId: Number(row.client_id),
    savingsProductId: 1,
    savingsProductName: row.product,
    summary: { currency: currencyJson(tenant.currency), accountBalance, availableBalance: accountBalance },
  }
}

export function transactionJson(
  row: SavingsTransactionRow,
  rows: readonly SavingsTransactionRow[],
  paymentTypes: ReadonlyMap<string, string>,
  tenant: Tenant,
): Json {
  const money = (minor: bigint) => amountOf(minor, tenant.currency.digits)
  const isDeposit = row.type === SAVINGS_TYPE.deposit
  const until = rows.slice(0, rows.indexOf(row) + 1).filter(({ reversed }) => !reversed)
  return {
    id: Number(row.id),
    transactionType: {
      id: row.type,
      code: `savingsAccountTransactionType.${isDeposit ? 'deposit' : 'withdrawal'}`,
      value: isDeposit ? 'Deposit' : 'Withdrawal',
      deposit: isDeposit,
      withdrawal: !isDeposit,
      interestPosting: false,
      feeDeduction: false,
    },
    accountId: Number(row.savings_id),
    officeId: OFFICE_ID,
    date: dateArray(row.on_date),
    currency: currencyJson(tenant.currency),
    paymentDetailData: detailJson(row.id, row, paymentTypes),
    amount: money(BigInt(row.amount)),
    runningBalance: money(until.reduce((sum, one) => sum + signed(one), 0n)),
    reversed: row.reversed,
    isReversal: false,
    submittedOnDate: dateArray(row.submitted_on),
    note: row.note,
  }
}
