import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { problem, told, truthRoutes } from '../kit/truth.ts'
import { transactionView } from '../kit/views.ts'
import { fieldOf } from '../kit/wire.ts'
import { CLIENTS, type Client, GSMA, type House, type Row, TABLE, wallets } from './house.ts'

/** One movement as it really is; `reference` is the lender's own, `conversationId` the operator's name for it. */
function view({ kind, ...row }: Row): object {
  const shown = {
    ...transactionView({ ...row, kind: 'collect' }),
    kind,
    reference: row.reference ?? row.correlation,
    conversationId: row.name,
    correlationId: row.correlation,
    account: row.client,
    reason: row.error?.code ?? null,
    original: row.original,
    refundedBy: row.refunded_by,
    batch: row.batch,
    createdAt: row.created_at.toISOString(),
  }
  return told(shown)
}

const accountView = ({ client, balance_minor, currency }: Client) => ({
  account: client,
  balance: formatAmount(BigInt(balance_minor), currency),
  currency,
})

/** The lender brings money to its account: `{account, amount}`, the amount in major units. */
async function topUp({ db }: House, body: string): Promise<SimReply> {
  const client = fieldOf(body, 'account') ?? ''
  const account: Client | undefined = await db(CLIENTS).where({ client }).first()
  if (account === undefined) return problem(404, 'account: one that was seeded')
  const minor = parseAmount(fieldOf(body, 'amount') ?? '', account.currency)
  if (minor === undefined || minor === 0n) return problem(400, `amount: an amount of ${account.currency}`)
  const [now]: Client[] = await db(CLIENTS)
    .where({ client })
    .update({ balance_minor: db.raw('balance_minor + ?::bigint', [minor.toString()]) })
    .returning('*')
  return { status: 200, body: accountView(now ?? account) }
}

export const viewRoutes = (house: House): Route[] =>
  truthRoutes<Row>({
    name: GSMA,
    transactions: () => house.db(TABLE),
    view,
    wallets: msisdn => wallets.list(house.db, msisdn),
    accounts: async () => ((await house.db(CLIENTS).orderBy('client')) as Client[]).map(accountView),
    topUp: body => topUp(house, body),
  })
