import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { e164 } from '../kit/numbers.ts'
import { problem, told, truthRoutes } from '../kit/truth.ts'
import { fieldOf } from '../kit/wire.ts'
import { ACCOUNTS, type House, moveAccount, type Row, TABLE, wallets } from './house.ts'

/** One transaction as it really is, in the shape that all simulated providers share. */
function view(row: Row): object {
  const shown = {
    kind: row.kind,
    reference: row.reference,
    msisdn: e164(row.msisdn),
    amount: formatAmount(BigInt(row.amount_minor), row.currency),
    currency: row.currency,
    status: row.status,
    receipt: row.receipt,
    reason: row.reason,
    edition: row.edition,
    merchantCode: row.merchant_code,
    refundedBy: row.refunded_by,
    createdAt: row.created_at.toISOString(),
    completedAt: row.completed_at?.toISOString() ?? null,
  }
  return told(shown)
}

type Account = { readonly merchant_code: string; readonly currency: string; readonly balance_minor: string }

const shownAccount = ({ merchant_code, currency, balance_minor }: Account) => ({
  merchantCode: merchant_code,
  balance: formatAmount(BigInt(balance_minor), currency),
  currency,
})

/** The lender brings money: `{merchantCode, currency, amount}`, the amount in major units. */
async function topUp({ db }: House, body: string): Promise<SimReply> {
  const [merchant_code = '', currency = ''] = [fieldOf(body, 'merchantCode'), fieldOf(body, 'currency')]
  const minor = parseAmount(fieldOf(body, 'amount') ?? '', currency)
  if (minor === undefined || minor === 0n) return problem(400, 'amount: an amount of the currency')
  if (!(await moveAccount(db, { merchant_code, currency }, minor)))
    return problem(404, 'merchantCode and currency: of an account that was seeded')
  const account: Account = await db(ACCOUNTS).where({ merchant_code, currency }).first()
  return { status: 200, body: shownAccount(account) }
}

/** The PINs and keys are in none of it. */
export const viewRoutes = (house: House): Route[] =>
  truthRoutes<Row>({
    name: 'ecocash',
    transactions: () => house.db(TABLE),
    view,
    wallets: msisdn => wallets.list(house.db, msisdn),
    async accounts() {
      const rows: Account[] = await house.db(ACCOUNTS).orderBy(['merchant_code', 'currency']).limit(1000)
      return rows.map(shownAccount)
    },
    topUp: body => topUp(house, body),
  })
