import { z } from 'zod'
import { toText } from '../domain/money.ts'
import { parseMsisdn } from '../domain/msisdn.ts'
import { leftOf } from '../gateway/requests.ts'
import type { Act } from '../gateway/step.ts'
import type { LifeRow } from '../store/lives.ts'
import { customersOfPhone } from '../store/people.ts'

/** A customer by our id, or by a phone, also with its `+` lost to the query string; undefined where it is neither. */
export async function customerIds({ trx, setup }: Act, text: string): Promise<string[] | undefined> {
  if (z.uuid().safeParse(text).success) return [text]
  const phone = parseMsisdn(text)
  return phone && (await customersOfPhone(trx, setup.tenant.id, phone)).map(({ id }) => id)
}

export async function requestById(act: Act, id: string): Promise<object | undefined> {
  const row: LifeRow | undefined = await act
    .trx('collection_requests')
    .where({ tenant_id: act.setup.tenant.id, id })
    .first()
  return row && (await viewsOf(act, [row]))[0]
}

type Movement = Readonly<
  Record<'id' | 'request_id' | 'state' | 'receipt' | 'provider' | 'currency', string>
> & {
  readonly amount_minor: bigint
}

/** Collection requests as the API shows them: amounts as text beside their currency, and each movement of money. */
export async function viewsOf({ trx, setup }: Act, rows: readonly LifeRow[]): Promise<object[]> {
  const movements: Movement[] = await trx('transactions')
    .where({ tenant_id: setup.tenant.id })
    .whereIn(
      'request_id',
      rows.map(({ id }) => id),
    )
    .orderBy('id')
    .select('id', 'request_id', 'state', 'receipt', 'provider', 'amount_minor', 'currency')
  const byRequest = Map.groupBy(movements, movement => movement.request_id)
  return rows.map(row => view(row, byRequest.get(row.id) ?? []))
}

const view = (row: LifeRow, movements: readonly Movement[]): object => ({
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
  transactions: movements.map(({ id, state, receipt, provider, amount_minor, currency }) => ({
    id,
    state,
    receipt,
    provider,
    ...toText({ minor: amount_minor, currency }),
  })),
})
