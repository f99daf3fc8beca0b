import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { problem, told, truthRoutes } from '../kit/truth.ts'
import { fieldOf } from '../kit/wire.ts'
import { BUSINESSES, type Business, type House, type Row, TABLE, WAVE, wallets } from './house.ts'

/** One movement as it really is; a session that nobody has opened yet may have no number. */
function view(row: Row): object {
  const shown = {
    kind: row.kind,
    reference: row.reference,
    conversationId: row.provider_reference,
    msisdn: row.msisdn === '' ? null : `+${row.msisdn}`,
    amount: formatAmount(BigInt(row.amount_minor), row.currency),
    fee: formatAmount(BigInt(row.fee_minor), row.currency),
    currency: row.currency,
    status: row.status,
    receipt: row.receipt,
    reason: row.reason,
    account: row.business,
    original: row.original,
    refundedBy: row.refunded_by,
    createdAt: row.created_at.toISOString(),
    completedAt: row.completed_at?.toISOString() ?? null,
    reversedAt: row.reversed_at?.toISOString() ?? null,
  }
  return told(shown)
}

const accountView = ({ business, balance_minor, currency }: Business) => ({
  account: business,
  balance: formatAmount(BigInt(balance_minor), currency),
  currency,
})

/** The lender brings money to its wallet: `{account, amount}`, the amount in major units. */
async function topUp({ db }: House, body: string): Promise<SimReply> {
  const business = fieldOf(body, 'account') ?? ''
  const account: Business | undefined = await db(BUSINESSES).where({ business }).first()
  if (account === undefined) return problem(404, 'account: one that was seeded')
  const minor = parseAmount(fieldOf(body, 'amount') ?? '', account.currency)
  if (minor === undefined || minor === 0n) return problem(400, `amount: an amount of ${account.currency}`)
  const [now]: Business[] = await db(BUSINESSES)
    .where({ business })
    .update({ balance_minor: db.raw('balance_minor + ?::bigint', [minor.toString()]) })
    .returning('*')
  return { status: 200, body: accountView(now ?? account) }
}

export const viewRoutes = (house: House): Route[] =>
  truthRoutes<Row>({
    name: WAVE,
    transactions: () => house.db(TABLE),
    view,
    wallets: msisdn => wallets.list(house.db, msisdn),
    accounts: async () => ((await house.db(BUSINESSES).orderBy('business')) as Business[]).map(accountView),
    topUp: body => topUp(house, body),
  })
