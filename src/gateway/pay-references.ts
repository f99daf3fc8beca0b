import { createHash } from 'node:crypto'
import type { Loan } from '../corebanking/core-banking.ts'
import {
  FIRST_PAY_REFERENCE,
  PAY_REFERENCES,
  payReference,
  readPayReference,
} from '../domain/pay-reference.ts'
import type { Act } from './step.ts'

/** The number by which anybody can pay a loan, given with its first request, or when she looks at it, and never changed. */

export type Payable = {
  readonly loanId: string
  readonly loanAccount: string
  readonly customerId: string
  readonly currency: string
}

/** A loan of hers as the core knows it. */
export const payable = ({ id, accountNo, currency }: Loan, customerId: string): Payable => ({
  ...{ loanId: id, loanAccount: accountNo, customerId, currency },
})

/** Two loans of a lender may be drawn to the same number, or one to a number with a nought in front: then the next is tried. */
const MAX_TRIES = 50

/** Spread over all numbers, so that a neighbour's is no guess from one's own. */
const drawn = (tenantId: string, loanId: string, round: number): number =>
  createHash('sha256').update(`${tenantId}\n${loanId}\n${round}`).digest().readUIntBE(0, 6) % PAY_REFERENCES

export async function givePayReference(act: Act, loan: Payable): Promise<void> {
  const { trx, setup, at } = act
  const tenantId = setup.tenant.id
  for (let round = 0; round < MAX_TRIES; round++) {
    const number = drawn(tenantId, loan.loanId, round)
    if (number < FIRST_PAY_REFERENCE) continue
    if ((await numberOf(act, loan.loanId)) !== undefined) return
    const given = await trx('pay_references')
      .insert({
        tenant_id: tenantId,
        value: payReference(number),
        loan_id: loan.loanId,
        loan_account: loan.loanAccount,
        customer_id: loan.customerId,
        currency: loan.currency,
        created_at: at,
      })
      .onConflict()
      .ignore()
      .returning('value')
    if (given.length > 0) return
  }
  throw new Error('no pay-reference is left')
}

/** What a payer is told to type for a loan; its account, where it was never asked for. */
export const shownFor = async (act: Act, loanId: unknown, account: string): Promise<string> =>
  loanId == null ? account : ((await numberOf(act, String(loanId))) ?? account)

async function numberOf({ trx, setup }: Act, loanId: string): Promise<string | undefined> {
  const known = await trx('pay_references')
    .where({ tenant_id: setup.tenant.id, loan_id: loanId })
    .first('value')
  return known?.value
}

/** The numbers by which these loans of hers are paid, by loan; who has none yet is given one. */
export async function payNumbersOf(
  act: Act,
  loans: readonly Payable[],
): Promise<ReadonlyMap<string, string>> {
  const numbers = new Map<string, string>()
  for (const loan of loans) {
    const known = await numberOf(act, loan.loanId)
    if (known === undefined) await givePayReference(act, loan)
    const number = known ?? (await numberOf(act, loan.loanId))
    if (number !== undefined) numbers.set(loan.loanId, number)
  }
  return numbers
}

/** The loan of a pay-reference, exactly; undefined for what is none. */
export async function byPayReference({ trx, setup }: Act, typed: string): Promise<Payable | undefined> {
  const value = readPayReference(typed)
  if (value === undefined) return undefined
  const row = await trx('pay_references').where({ tenant_id: setup.tenant.id, value }).first()
  return (
    row && {
      loanId: row.loan_id,
      loanAccount: row.loan_account,
      customerId: row.customer_id,
      currency: row.currency,
    }
  )
}
