import type { Knex } from 'knex'
import { formatAmount } from '../kit/money.ts'
import { CURRENCY, type Line } from './house.ts'

/** The lender's own money at Orange, by line: payments fill the merchant's, cash-ins empty the agent's. */

const TABLE = 'sim_orange_money.lines'

/** Adds, or takes with a minus whatever is there: the operator's own corrections ask nobody. The new balance. */
export async function credit(db: Knex, msisdn: string, minor: bigint): Promise<bigint> {
  const [row] = await db(TABLE)
    .where({ msisdn })
    .update({ balance_minor: db.raw('balance_minor + ?::bigint', [minor.toString()]) })
    .returning('balance_minor')
  return BigInt(row?.balance_minor ?? 0)
}

/** Takes the amount if all of it is there; false, and nothing taken, where it is not. */
export async function debit(trx: Knex.Transaction, msisdn: string, minor: bigint): Promise<boolean> {
  const taken = await trx(TABLE)
    .where({ msisdn })
    .andWhere('balance_minor', '>=', minor.toString())
    .update({ balance_minor: trx.raw('balance_minor - ?::bigint', [minor.toString()]) })
  return taken > 0
}

/** Major units as text; a correction may have left less than nothing. */
export const formatBalance = (minor: bigint): string =>
  minor < 0n ? `-${formatAmount(-minor, CURRENCY)}` : formatAmount(minor, CURRENCY)

export async function listLines(db: Knex): Promise<object[]> {
  const rows: Line[] = await db(TABLE).orderBy('msisdn').limit(1000)
  return rows.map(({ msisdn, product, balance_minor }) => ({
    account: msisdn,
    product,
    balance: formatBalance(BigInt(balance_minor)),
    currency: CURRENCY,
  }))
}
