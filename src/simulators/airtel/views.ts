import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { problem, told, truthRoutes } from '../kit/truth.ts'
import { fieldOf } from '../kit/wire.ts'
import { AIRTEL, APPS, type App, credit, type House, type Row, TABLE, wallets } from './house.ts'

/** One movement as it really is; `reference` is the client's own id. */
function view(row: Row): object {
  const shown = {
    kind: row.kind,
    reference: row.reference,
    msisdn: `+${row.msisdn}`,
    amount: formatAmount(BigInt(row.amount_minor), row.currency),
    currency: row.currency,
    status: row.status,
    receipt: row.receipt,
    word: row.word,
    reason: row.status === 'failed' ? row.code : null,
    account: row.client_id,
    original: row.original,
    refundedBy: row.refunded_by,
    createdAt: row.created_at.toISOString(),
    completedAt: row.completed_at?.toISOString() ?? null,
    reversedAt: row.reversed_at?.toISOString() ?? null,
  }
  return told(shown)
}

const accountView = ({ client_id, business, balance_minor, currency }: App) => ({
  account: client_id,
  business,
  balance: formatAmount(BigInt(balance_minor), currency),
  currency,
})

/** The lender brings money to its wallet: `{account, amount}`, the amount in major units. */
async function topUp({ db }: House, body: string): Promise<SimReply> {
  const find = async (): Promise<App | undefined> =>
    db(APPS)
      .where({ client_id: fieldOf(body, 'account') ?? '' })
      .first()
  const app = await find()
  if (app === undefined) return problem(404, 'account: a client id that was seeded')
  const minor = parseAmount(fieldOf(body, 'amount') ?? '', app.currency)
  if (minor === undefined || minor === 0n) return problem(400, `amount: an amount of ${app.currency}`)
  await credit(db, app.client_id, minor)
  return { status: 200, body: accountView((await find()) ?? app) }
}

export const viewRoutes = (house: House): Route[] =>
  truthRoutes<Row>({
    name: AIRTEL,
    transactions: () => house.db(TABLE),
    view,
    wallets: msisdn => wallets.list(house.db, msisdn),
    accounts: async () => ((await house.db(APPS).orderBy('client_id')) as App[]).map(accountView),
    topUp: body => topUp(house, body),
  })
