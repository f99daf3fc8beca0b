import { z } from 'zod'
import { toText } from '../domain/money.ts'
import { parseMsisdn } from '../domain/msisdn.ts'
import { leftOf } from '../gateway/requests.ts'
import type { Act } from '../gateway/step.ts'
import type { LifeRow } from '../store/lives.ts'
import { customersOfPhone } from '../store/people.ts'

/** A customer by our id, or by a phone, also with its `+` lost to the query string. */
export async function customerIds({ trx, setup }: Act, text: string): Promise<string[]> {
  if (z.uuid().safeParse(text).success) return [text]
  const phone = parseMsisdn(text)
  return phone === undefined ? [] : (await customersOfPhone(trx, setup.tenant.id, phone)).map(({ id }) => id)
}

export async function requestById(act: Act, id: string): Promise<object | undefined> {
  const row: LifeRow | undefined = await act
    .trx('collection_requests')
    .where({ tenant_id: act.setup.tenant.id, id })
    .first()
  return row && viewOf(act, row)
}

/** A collection request as the API shows it: amounts as text beside their currency, and each movement of money. */
export async function viewOf({ trx, setup }: Act, row: LifeRow): Promise<object> {
  const transactions = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, request_id: row.id })
    .orderBy('id')
    .select('id', 'state', 'receipt', 'provider', 'amount_minor', 'currency')
  return {
    id: row.id,
    state: row.state,
    ...toText({ minor: row.amount_minor as bigint, currency: String(row.currency) }),
    left: toText(leftOf(row)).amount,
    loanId: row.loan_id,
    customerId: row.customer_id,
    walletId: row.wallet_id,
    mode: row.mode,
    dueOn: row.due_on,
    createdAt: row.created_at,
    transactions: transactions.map(({ id, state, receipt, provider, amount_minor, currency }) => ({
      id,
      state,
      receipt,
      provider,
      ...toText({ minor: amount_minor, currency }),
    })),
  }
}
