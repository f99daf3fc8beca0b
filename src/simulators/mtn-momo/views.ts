import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { digitsOnly, e164 } from '../kit/numbers.ts'
import { page } from '../kit/views.ts'
import { fieldOf } from '../kit/wire.ts'
import { credit, formatBalance, listAccounts } from './accounts.ts'
import { type ApiUser, CURRENCIES, type House, type RequestRow, wallets } from './house.ts'

/** One transaction as it really is; `at` is the older name of `createdAt`. */
function view(row: RequestRow): object {
  const shown = {
    kind: row.kind,
    reference: row.reference,
    msisdn: e164(row.msisdn),
    amount: formatAmount(BigInt(row.amount_minor), row.currency),
    currency: row.currency,
    status: row.status,
    receipt: row.receipt,
    reason: row.reason,
    externalId: row.external_id,
    original: row.original,
    refundedBy: row.refunded_by,
    at: row.created_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    completedAt: row.completed_at?.toISOString() ?? null,
    reversedAt: row.reversed_at?.toISOString() ?? null,
  }
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== null))
}

const problem = (status: number, detail: string): SimReply => ({ status, body: { status, detail } })

/** The lender brings money to its account: `{apiUser, amount}`, the amount in major units. */
async function topUp({ db }: House, body: string): Promise<SimReply> {
  const apiUser = fieldOf(body, 'apiUser')
  const user: ApiUser | undefined =
    apiUser === undefined
      ? undefined
      : await db('sim_mtn_momo.api_users').where({ api_user: apiUser }).first()
  if (user === undefined) return problem(404, 'apiUser: one that was seeded')
  const currency = CURRENCIES[user.environment]
  const amount = parseAmount(fieldOf(body, 'amount') ?? '', currency)
  if (amount === undefined || amount === 0n) return problem(400, `amount: an amount of ${currency}`)
  const balance = await credit(db, { api_user: user.api_user, currency }, amount)
  return { status: 200, body: { apiUser, balance: formatBalance(balance, currency), currency } }
}

/** The truth, for tests and demo: what moved, who has how much, and a way to bring money in. */
export function viewRoutes(house: House): Route[] {
  const { db } = house
  return [
    {
      method: 'GET',
      path: '/providers/mtn-momo/transactions',
      handle: ({ query }) => page<RequestRow>(db('sim_mtn_momo.transactions'), query, view),
    },
    {
      method: 'GET',
      path: '/providers/mtn-momo/wallets',
      handle: async ({ query }) => {
        const data = await wallets.list(db, digitsOnly(query.get('msisdn') ?? ''))
        return { status: 200, body: { data, next: null } }
      },
    },
    {
      method: 'GET',
      path: '/providers/mtn-momo/accounts',
      handle: async () => ({ status: 200, body: { data: await listAccounts(db), next: null } }),
    },
    { method: 'POST', path: '/providers/mtn-momo/accounts', handle: ({ body }) => topUp(house, body) },
  ]
}
