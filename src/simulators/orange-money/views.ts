import type { Route, SimReply } from '../kit/http.ts'
import { parseAmount } from '../kit/money.ts'
import { problem, truthRoutes } from '../kit/truth.ts'
import { transactionView } from '../kit/views.ts'
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

export const viewRoutes = (house: House): Route[] =>
  truthRoutes<Payment>({
    name: 'orange-money',
    transactions: () => house.db('sim_orange_money.transactions'),
    view,
    wallets: msisdn => wallets.list(house.db, msisdn),
    accounts: () => listLines(house.db),
    topUp: body => topUp(house, body),
  })
