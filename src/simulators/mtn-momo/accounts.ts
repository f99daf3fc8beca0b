import type { Knex } from 'knex'
import { formatAmount } from '../kit/money.ts'

/** The lender's own money at MTN: one account for each API user and currency. Collections fill it, payouts empty it. */

type Owner = { readonly api_user: string; readonly currency: string }
type Row = Owner & { readonly balance_minor: string }

const TABLE = 'sim_mtn_momo.accounts'

/** Opens an account with a balance; one that is open keeps what it has. */
export async function openAccount(db: Knex, { api_user, currency }: Owner, minor: bigint): Promise<void> {
  await db(TABLE)
    .insert({ api_user, currency, balance_minor: minor.toString() })
    .onConflict(['api_user', 'currency'])
    .ignore()
}

/** Adds, or takes with a minus whatever is there: the operator's own corrections ask nobody. The new balance. */
export async function credit(db: Knex, { api_user, currency }: Owner, minor: bigint): Promise<bigint> {
  const { rows } = await db.raw(
    `insert into ${TABLE} as account (api_user, currency, balance_minor) values (?, ?, ?)
     on conflict (api_user, currency) do update set balance_minor = account.balance_minor + excluded.balance_minor
     returning balance_minor`,
    [api_user, currency, minor.toString()],
  )
  return BigInt(rows[0].balance_minor)
}

/** Takes the amount if all of it is there; false, and nothing taken, where it is not. */
export async function debit(trx: Knex.Transaction, owner: Owner, minor: bigint): Promise<boolean> {
  const { api_user, currency } = owner
  const taken = await trx(TABLE)
    .where({ api_user, currency })
    .andWhere('balance_minor', '>=', minor.toString())
    .update({ balance_minor: trx.raw('balance_minor - ?::bigint', [minor.toString()]) })
  return taken > 0
}

export async function balanceOf(db: Knex, { api_user, currency }: Owner): Promise<bigint> {
  const row: Row | undefined = await db(TABLE).where({ api_user, currency }).first()
  return BigInt(row?.balance_minor ?? 0)
}

/** Major units as text; a correction may have left less than nothing. */
export const formatBalance = (minor: bigint, currency: string): string =>
  minor < 0n ? `-${formatAmount(-minor, currency)}` : formatAmount(minor, currency)

/** Every account, as the truth view shows it. */
export async function listAccounts(db: Knex): Promise<object[]> {
  const rows: (Row & { product: string })[] = await db(TABLE)
    .join('sim_mtn_momo.api_users', 'api_users.api_user', 'accounts.api_user')
    .select('accounts.*', 'api_users.product')
    .orderBy(['accounts.api_user', 'accounts.currency'])
    .limit(1000)
  return rows.map(({ api_user, product, currency, balance_minor }) => ({
    apiUser: api_user,
    product,
    balance: formatBalance(BigInt(balance_minor), currency),
    currency,
  }))
}
