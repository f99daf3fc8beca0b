import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { digitsOnly, e164 } from '../kit/numbers.ts'
import { page } from '../kit/views.ts'
import { fieldOf } from '../kit/wire.ts'
import {
  ACCOUNTS,
  type Account,
  accountOf,
  type House,
  moveFloat,
  type Row,
  TABLE,
  wallets,
} from './house.ts'

/** One transaction as it really is, in the shape that all simulated providers share. */
function view(row: Row): object {
  const shown = {
    kind: row.kind,
    reference: row.reference,
    conversationId: row.provider_reference,
    msisdn: e164(row.msisdn),
    amount: formatAmount(BigInt(row.amount_minor), row.currency),
    currency: row.currency,
    status: row.status,
    receipt: row.receipt,
    reason: row.reason,
    provider: row.provider,
    account: row.account,
    original: row.original,
    refundedBy: row.refunded_by,
    createdAt: row.created_at.toISOString(),
    completedAt: row.completed_at?.toISOString() ?? null,
    reversedAt: row.reversed_at?.toISOString() ?? null,
  }
  // a reference that the aggregator does not take is told as none
  return Object.fromEntries(
    Object.entries(shown).filter(([name, value]) => value !== null || name === 'reference'),
  )
}

const problem = (status: number, detail: string): SimReply => ({ status, body: { status, detail } })

const balanceOf = ({ account, currency, balance_minor }: Account) => ({
  account,
  balance: formatAmount(BigInt(balance_minor), currency),
  currency,
})

/** The lender brings money: `{account, amount}`, the amount in major units. */
async function topUp({ db }: House, vendor: string, body: string): Promise<SimReply> {
  const account = await accountOf(db, vendor, fieldOf(body, 'account') ?? '')
  if (account === undefined) return problem(404, 'account: one that was seeded')
  const minor = parseAmount(fieldOf(body, 'amount') ?? '', account.currency)
  if (minor === undefined || minor === 0n) return problem(400, `amount: an amount of ${account.currency}`)
  await db.transaction(async trx => void (await moveFloat(trx, account, minor)))
  const now = await accountOf(db, vendor, account.account)
  return { status: 200, body: balanceOf(now ?? account) }
}

/** The truth about one aggregator. */
export function viewRoutes(house: House, vendor: string): Route[] {
  const { db } = house
  const path = `/providers/${vendor}`
  return [
    {
      method: 'GET',
      path: `${path}/transactions`,
      handle: ({ query }) => page<Row>(db(TABLE).where({ vendor }), query, view),
    },
    {
      method: 'GET',
      path: `${path}/wallets`,
      handle: async ({ query }) => {
        const data = await wallets.list(db, digitsOnly(query.get('msisdn') ?? ''))
        return { status: 200, body: { data, next: null } }
      },
    },
    {
      method: 'GET',
      path: `${path}/accounts`,
      handle: async () => {
        const rows: Account[] = await db(ACCOUNTS).where({ vendor }).orderBy('account')
        return { status: 200, body: { data: rows.map(balanceOf), next: null } }
      },
    },
    { method: 'POST', path: `${path}/accounts`, handle: ({ body }) => topUp(house, vendor, body) },
  ]
}
