import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { e164 } from '../kit/numbers.ts'
import { problem, truthRoutes } from '../kit/truth.ts'
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

/** One house, in which each aggregator has its own clients, rows and words. */
export const viewRoutes = (house: House, vendor: string): Route[] =>
  truthRoutes<Row>({
    name: vendor,
    transactions: () => house.db(TABLE).where({ vendor }),
    view,
    wallets: msisdn => wallets.list(house.db, msisdn),
    async accounts() {
      const rows: Account[] = await house.db(ACCOUNTS).where({ vendor }).orderBy('account')
      return rows.map(balanceOf)
    },
    topUp: body => topUp(house, vendor, body),
  })
