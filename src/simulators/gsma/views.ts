import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { digitsOnly } from '../kit/numbers.ts'
import { page, transactionView } from '../kit/views.ts'
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
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== null))
}

const accountView = ({ client, balance_minor, currency }: Client) => ({
  account: client,
  balance: formatAmount(BigInt(balance_minor), currency),
  currency,
})

const problem = (status: number, detail: string): SimReply => ({ status, body: { status, detail } })

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

/** The truth, for tests and demo: what moved, who has how much, and a way to bring money in. */
export function viewRoutes(house: House): Route[] {
  const { db } = house
  const path = `/providers/${GSMA}`
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
      handle: async () => list(((await db(CLIENTS).orderBy('client')) as Client[]).map(accountView)),
    },
    { method: 'POST', path: `${path}/accounts`, handle: ({ body }) => topUp(house, body) },
  ]
}
