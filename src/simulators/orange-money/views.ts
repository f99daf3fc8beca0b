import type { Route, SimReply } from '../kit/http.ts'
import { parseAmount } from '../kit/money.ts'
import { digitsOnly } from '../kit/numbers.ts'
import { page, transactionView } from '../kit/views.ts'
import { fieldOf } from '../kit/wire.ts'
import { CURRENCY, type House, type Payment, wallets } from './house.ts'
import { credit, formatBalance, listLines } from './lines.ts'

/** One payment as it really is; `reference` is the `orderId`, ours. */
const view = (row: Payment): object => ({
  ...transactionView(row),
  reference: row.order_id,
  payToken: row.pay_token,
  account: row.line,
  createdAt: row.created_at.toISOString(),
  ...(row.code === null ? {} : { reason: row.code }),
})

const problem = (status: number, detail: string): SimReply => ({ status, body: { status, detail } })

/** The lender brings money to its line: `{account, amount}`, the amount in major units. */
async function topUp({ db }: House, body: string): Promise<SimReply> {
  const account = fieldOf(body, 'account') ?? ''
  if ((await db('sim_orange_money.lines').where({ msisdn: account }).first('msisdn')) === undefined)
    return problem(404, 'account: a line that was seeded')
  const amount = parseAmount(fieldOf(body, 'amount') ?? '', CURRENCY)
  if (amount === undefined || amount === 0n) return problem(400, `amount: an amount of ${CURRENCY}`)
  const balance = await credit(db, account, amount)
  return { status: 200, body: { account, balance: formatBalance(balance), currency: CURRENCY } }
}

/** The truth, for tests and demo: what moved, who has how much, and a way to bring money in. */
export function viewRoutes(house: House): Route[] {
  const { db } = house
  return [
    {
      method: 'GET',
      path: '/providers/orange-money/transactions',
      handle: ({ query }) => page<Payment>(db('sim_orange_money.transactions'), query, view),
    },
    {
      method: 'GET',
      path: '/providers/orange-money/wallets',
      handle: async ({ query }) => {
        const data = await wallets.list(db, digitsOnly(query.get('msisdn') ?? ''))
        return { status: 200, body: { data, next: null } }
      },
    },
    {
      method: 'GET',
      path: '/providers/orange-money/accounts',
      handle: async () => ({ status: 200, body: { data: await listLines(db), next: null } }),
    },
    { method: 'POST', path: '/providers/orange-money/accounts', handle: ({ body }) => topUp(house, body) },
  ]
}
