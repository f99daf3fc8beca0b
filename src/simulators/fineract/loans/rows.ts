import type { Knex } from 'knex'
import { notFound } from '../refusal.ts'
import { table } from '../schema.ts'
import type { Rhythm, Terms } from './schedule.ts'
import type { Due, Instalment, Portions } from './waterfall.ts'

/** Rows of loans, instalments and transactions, and their reading; bigints come out of `pg` as text. */

/** org.apache.fineract.portfolio.loanaccount.domain.LoanStatus. */
export const LOAN = {
  submitted: 100,
  approved: 200,
  active: 300,
  closed: 600,
  writtenOff: 601,
  overpaid: 700,
} as const

/** org.apache.fineract.portfolio.loanaccount.domain.LoanTransactionType. */
export const TYPE = { disbursement: 1, repayment: 2, repaymentAtDisbursement: 5 } as const

export type Loan = {
  readonly id: string
  readonly accountNo: string
  readonly externalId: string | null
  readonly clientId: string
  readonly product: string
  readonly terms: Terms
  readonly inMultiplesOf: number
  readonly approvedPrincipal: bigint
  readonly disbursementFee: bigint
  readonly status: number
  readonly submittedOn: string
  readonly approvedOn: string
  readonly disbursedOn: string | null
  readonly closedOn: string | null
  readonly overpaid: bigint
}

type Row = Readonly<Record<string, string | null>>

function loanOf(
  row: Row & {
    every_days: number | null
    anchor_number: number
    instalments: number
    status: number
    in_multiples_of: number
  },
): Loan {
  const rhythm: Rhythm = row.every_days === null ? { monthly: true } : { everyDays: row.every_days }
  return {
    id: row.id ?? '',
    accountNo: row.account_no ?? '',
    externalId: row.external_id ?? null,
    clientId: row.client_id ?? '',
    product: row.product ?? '',
    terms: {
      principal: BigInt(row.principal ?? 0),
      interestPerPeriod: BigInt(row.interest ?? 0),
      instalments: row.instalments,
      anchor: { number: row.anchor_number, date: row.anchor_due ?? '' },
      rhythm,
    },
    inMultiplesOf: row.in_multiples_of,
    approvedPrincipal: BigInt(row.approved_principal ?? 0),
    disbursementFee: BigInt(row.disbursement_fee ?? 0),
    status: row.status,
    submittedOn: row.submitted_on ?? '',
    approvedOn: row.approved_on ?? '',
    disbursedOn: row.disbursed_on ?? null,
    closedOn: row.closed_on ?? null,
    overpaid: BigInt(row.overpaid ?? 0),
  }
}

export const isId = (text: string): boolean => /^\d{1,18}$/.test(text)

export const loanNotFound = (id: string) =>
  notFound('error.msg.loan.id.invalid', `Loan with identifier ${id} does not exist`, id)

/** `locking`: a command holds the loan's row to its end, so two of them are one after another. */
export async function findLoan(db: Knex, tenant: string, id: string, locking = false): Promise<Loan> {
  if (!isId(id)) throw loanNotFound(id)
  const query = db(table('loans')).where({ tenant, id }).first()
  const row = await (locking ? query.forUpdate() : query)
  if (row === undefined) throw loanNotFound(id)
  return loanOf(row)
}

export async function listLoans(
  db: Knex,
  narrow: (query: Knex.QueryBuilder) => Knex.QueryBuilder,
): Promise<Loan[]> {
  const rows = await narrow(db(table('loans')))
  return rows.map(loanOf)
}

const partsOf = (row: Row, suffix: string) => ({
  penalties: BigInt(row[`penalties${suffix}`] ?? 0),
  fees: BigInt(row[`fees${suffix}`] ?? 0),
  interest: BigInt(row[`interest${suffix}`] ?? 0),
  principal: BigInt(row[`principal${suffix}`] ?? 0),
})

export type StoredInstalment = Instalment & { readonly fromDate: string }

export async function findInstalments(db: Knex, tenant: string, loanId: string): Promise<StoredInstalment[]> {
  const rows: (Row & { number: number })[] = await db(table('instalments'))
    .where({ tenant, loan_id: loanId })
    .orderBy('number')
  return rows.map(row => ({
    number: row.number,
    fromDate: row.from_date ?? '',
    dueDate: row.due_date ?? '',
    due: partsOf(row, ''),
    paid: partsOf(row, '_paid'),
    paidInAdvance: BigInt(row.paid_in_advance ?? 0),
    paidLate: BigInt(row.paid_late ?? 0),
    metOn: row.met_on ?? null,
  }))
}

export type TransactionRow = {
  readonly id: string
  readonly loan_id: string
  readonly type: number
  readonly seq: string | null
  readonly on_date: string
  readonly amount: string
  readonly principal: string | null
  readonly interest: string | null
  readonly fees: string | null
  readonly penalties: string | null
  readonly overpayment: string | null
  readonly balance: string | null
  readonly external_id: string | null
  readonly reversal_external_id: string | null
  readonly reversed: boolean
  readonly manually_reversed: boolean
  readonly reversed_on: string | null
  readonly submitted_on: string
  readonly payment_type_id: string | null
  readonly account_number: string | null
  readonly check_number: string | null
  readonly routing_code: string | null
  readonly receipt_number: string | null
  readonly bank_number: string | null
  readonly note: string | null
}

/** Undefined for a row whose portions were never worked out: it was made in this very command. */
export function portionsOf(row: TransactionRow): Portions | undefined {
  if (row.principal === null) return undefined
  return { ...partsOf(row as unknown as Row, ''), overpayment: BigInt(row.overpayment ?? 0) }
}

export const duesOf = (instalments: readonly Due[]): Due[] =>
  instalments.map(({ number, dueDate, due }) => ({ number, dueDate, due }))
