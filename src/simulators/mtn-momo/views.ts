import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { e164 } from '../kit/numbers.ts'
import { problem, told, truthRoutes } from '../kit/truth.ts'
import { fieldOf } from '../kit/wire.ts'
import { credit, formatBalance, listAccounts } from './accounts.ts'
import { type ApiUser, CURRENCIES, type House, type PaybillRow, type RequestRow, wallets } from './house.ts'

/** One transaction as it really is; `at` is the older name of `createdAt`. */
export function view(row: RequestRow | PaybillRow): object {
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
    ...(row.kind === 'c2b' && {
      serviceProvider: row.service_provider,
      payeeReference: row.payee_reference,
      sendings: row.sendings,
    }),
    original: row.original,
    refundedBy: row.refunded_by,
    at: row.created_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    completedAt: row.completed_at?.toISOString() ?? null,
    reversedAt: row.reversed_at?.toISOString() ?? null,
  }
  return told(shown)
}

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

export const viewRoutes = (house: House): Route[] =>
  truthRoutes<RequestRow | PaybillRow>({
    name: 'mtn-momo',
    transactions: () => house.db('sim_mtn_momo.transactions'),
    view,
    wallets: msisdn => wallets.list(house.db, msisdn),
    accounts: () => listAccounts(house.db),
    topUp: body => topUp(house, body),
  })
