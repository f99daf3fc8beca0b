import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { digitsOnly } from '../kit/numbers.ts'
import { page } from '../kit/views.ts'
import { fieldOf } from '../kit/wire.ts'
import { BUSINESSES, type Business, type House, type Row, TABLE, WAVE, wallets } from './house.ts'

/** One movement as it really is; a session that nobody has opened yet may have no number. */
function view(row: Row): object {
  const shown = {
    kind: row.kind,
    reference: row.reference,
    conversationId: row.provider_reference,
    msisdn: row.msisdn === '' ? null : `+${row.msisdn}`,
    amount: formatAmount(BigInt(row.amount_minor), row.currency),
    fee: formatAmount(BigInt(row.fee_minor), row.currency),
    currency: row.currency,
    status: row.status,
    receipt: row.receipt,
    reason: row.reason,
    account: row.business,
    original: row.original,
    refundedBy: row.refunded_by,
    createdAt: row.created_at.toISOString(),
    completedAt: row.completed_at?.toISOString() ?? null,
    reversedAt: row.reversed_at?.toISOString() ?? null,
  }
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== null))
}

const accountView = ({ business, balance_minor, currency }: Business) => ({
  account: business,
  balance: formatAmount(BigInt(balance_minor), currency),
  currency,
})

const problem = (status: number, detail: string): SimReply => ({ status, body: { status, detail } })

/** The lender brings money to its wallet: `{account, amount}`, the amount in major units. */
async function topUp({ db }: House, body: string): Promise<SimReply> {
  const business = fieldOf(body, 'account') ?? ''
  const account: Business | undefined = await db(BUSINESSES).where({ business }).first()
  if (account === undefined) return problem(404, 'account: one that was seeded')
  const minor = parseAmount(fieldOf(body, 'amount') ?? '', account.currency)
  if (minor === undefined || minor === 0n) return problem(400, `amount: an amount of ${account.currency}`)
  const [now]: Business[] = await db(BUSINESSES)
    .where({ business })
    .update({ balance_minor: db.raw('balance_minor + ?::bigint', [minor.toString()]) })
    .returning('*')
  return { status: 200, body: accountView(now ?? account) }
}

/** The truth, for tests and demo: what moved, who has how much, and a way to bring money in. */
export function viewRoutes(house: House): Route[] {
  const { db } = house
  const path = `/providers/${WAVE}`
  const list = (data: readonly object[]): SimReply => ({ status: 200, body: { data, next: null } })
  return [
    { method: 'GET', path: `${path}/transactions`, handle: ({ query }) => page<Row>(db(TABLE), query, view) },
    {
      method: 'GET',
      path: `${path}/wallets`,
      handle: async ({ query }) => list(await wallets.list(db, digitsOnly(query.get('msisdn') ?? ''))),
    },
    {
      method: 'GET',
      path: `${path}/accounts`,
      handle: async () => list(((await db(BUSINESSES).orderBy('business')) as Business[]).map(accountView)),
    },
    { method: 'POST', path: `${path}/accounts`, handle: ({ body }) => topUp(house, body) },
  ]
}
