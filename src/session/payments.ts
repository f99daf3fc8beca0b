import type { PaymentView } from '../../flows/dialogue.ts'
import { money, toText } from '../domain/money.ts'
import { localDate } from '../domain/time.ts'
import type { Act, Setup } from '../gateway/step.ts'
import type { Row } from '../store/database.ts'
import type { LifeRow } from '../store/lives.ts'
import { LINE_NAME_LENGTH, screenName } from './screen-name.ts'

/** What was paid on her loans, whoever paid it. */

const SHOWN = 5
/** Receipts of the operators are shorter; of a longer one its end tells it from others. */
const RECEIPT_LENGTH = 12
const BEING_CHECKED = new Set(['logged', 'sending', 'pending', 'unresolved', 'confirmed', 'suspense'])

/** The last ones, the newest first: hers, and those that others made for her. */
export async function paymentsOf(act: Act, customerId: string): Promise<readonly PaymentView[]> {
  const { trx, setup } = act
  const rows: LifeRow[] = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, customer_id: customerId, kind: 'collect' })
    .orderBy('id', 'desc')
    .limit(SHOWN)
  const all = [...rows.map(row => viewOf(row, setup)), ...(await byOthers(act, customerId))]
  return all.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, SHOWN)
}

const seenOf = (row: Row, { tenant }: Setup): Pick<PaymentView, 'id' | 'date' | 'receipt'> => ({
  id: String(row.id),
  date: localDate(row.created_at as Date, tenant.zone),
  receipt: String(row.receipt ?? '').slice(-RECEIPT_LENGTH),
})

/** Money on its way is told honestly: it is being checked until it is in the books. */
const viewOf = (row: LifeRow, setup: Setup): PaymentView => ({
  ...seenOf(row, setup),
  amount: toText(money(row.amount_minor as bigint, String(row.currency))),
  state: row.state === 'booked' ? 'booked' : BEING_CHECKED.has(row.state) ? 'being-checked' : 'failed',
})

/**
 * What others paid for her, as far as it is in the books: of what they only tried she hears nothing. Of a payment for
 * several borrowers it is what stands on her own loan; one for her alone is hers on whichever loan it was booked.
 */
async function byOthers({ trx, setup }: Act, customerId: string): Promise<PaymentView[]> {
  const { rows } = await trx.raw(
    `select t.id, t.created_at, t.receipt, t.currency, c.first_name, sum(b.amount_minor)::text as minor
       from request_lines l
       join transactions t on t.tenant_id = l.tenant_id and t.request_id = l.request_id
       join customers c on c.tenant_id = t.tenant_id and c.id = t.customer_id
       join bookings b on b.tenant_id = t.tenant_id and b.transaction_id = t.id
        and (b.loan_id = l.loan_id or (select count(*) from request_lines o
              where o.tenant_id = l.tenant_id and o.request_id = l.request_id) = 1)
      where l.tenant_id = :tenantId and l.customer_id = :customerId and t.customer_id <> l.customer_id
        and t.kind = 'collect' and b.state = 'booked'
      group by t.id, t.created_at, t.receipt, t.currency, c.first_name
      order by t.id desc limit :most`,
    { tenantId: setup.tenant.id, customerId, most: SHOWN },
  )
  return (rows as Row[]).map(row => ({
    ...seenOf(row, setup),
    amount: toText(money(BigInt(String(row.minor)), String(row.currency))),
    state: 'booked',
    by: screenName(String(row.first_name), LINE_NAME_LENGTH),
  }))
}
