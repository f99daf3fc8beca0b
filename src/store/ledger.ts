import { formatMoney } from '../domain/money.ts'
import type { Database, Trx } from './database.ts'

/** An equation of the double entry that does not hold: what the accounts say, and what the rows say. */
export type Imbalance = {
  readonly tenantId: string
  readonly currency: string
  readonly equation: string
  readonly accounts: string
  readonly rows: string
}

/**
 * What must hold at any moment, in debit less credit. `rows` sums the lives of the money, `account` the transfers; a
 * transfer is balanced by construction, so what remains to prove is that each state moved exactly its own money.
 */
const EQUATIONS: readonly { readonly equation: string; readonly account: string; readonly rows: string }[] = [
  {
    equation: 'clearing-in = -confirmed and unbooked + reversed and not yet undone',
    account: 'clearing-in',
    rows: `select currency, sum(case when state = 'confirmed' then -amount_minor else amount_minor end) as minor
             from transactions t
            where tenant_id = :tenantId
              and (state = 'confirmed' or (state = 'reversed' and exists (
                    select from bookings b where b.tenant_id = t.tenant_id and b.transaction_id = t.id and b.state = 'booked')))
            group by currency`,
  },
  {
    equation: 'core = -booked',
    account: 'core',
    rows: `select currency, -sum(amount_minor) as minor from bookings where tenant_id = :tenantId and state = 'booked' group by currency`,
  },
  {
    equation: 'clearing-out = payouts on their way',
    account: 'clearing-out',
    rows: `select currency, sum(amount_minor) as minor from transactions
            where tenant_id = :tenantId and kind <> 'collect' and state in ('sending', 'pending', 'unresolved', 'confirmed') group by currency`,
  },
]

/** Transfers of money that nobody confirmed, and suspense without an open case. */
const FORBIDDEN: readonly { readonly equation: string; readonly sql: string }[] = [
  {
    equation: 'no transfer for a collection that was never confirmed',
    sql: `select t.currency, count(*) as minor from transfers t join transactions x on x.tenant_id = t.tenant_id and x.id = t.transaction_id
           where t.tenant_id = :tenantId and x.kind = 'collect' and x.state in ('logged', 'sending', 'pending', 'unresolved', 'failed') group by t.currency`,
  },
  {
    equation: 'money in suspense has an open case',
    sql: `select s.currency, count(*) as minor from (
            select transaction_id, currency from transfers
             where tenant_id = :tenantId and (debit = 'suspense' or credit = 'suspense')
             group by transaction_id, currency
            having sum(case when debit = 'suspense' then amount_minor else -amount_minor end) <> 0) s
           where not exists (select from cases c where c.tenant_id = :tenantId and c.subject_id = s.transaction_id and c.state = 'open')
           group by s.currency`,
  },
]

type Sum = { readonly currency: string; readonly minor: string | bigint | null }

const sums = (rows: readonly Sum[]): Map<string, bigint> =>
  new Map(rows.map(row => [row.currency, BigInt(row.minor ?? 0)]))

async function check(trx: Trx, tenantId: string): Promise<Imbalance[]> {
  const found: Imbalance[] = []
  for (const { equation, account, rows } of EQUATIONS) {
    const balance = sums(
      (
        await trx.raw(
          `select currency, sum(case when debit = :account then amount_minor else -amount_minor end) as minor
           from transfers where tenant_id = :tenantId and :account in (debit, credit) group by currency`,
          { tenantId, account },
        )
      ).rows,
    )
    const expected = sums((await trx.raw(rows, { tenantId })).rows)
    for (const currency of new Set([...balance.keys(), ...expected.keys()])) {
      const [accounts, lives] = [balance.get(currency) ?? 0n, expected.get(currency) ?? 0n]
      if (accounts !== lives)
        found.push({
          tenantId,
          currency,
          equation,
          accounts: formatMoney({ minor: accounts, currency }),
          rows: formatMoney({ minor: lives, currency }),
        })
    }
  }
  for (const { equation, sql } of FORBIDDEN)
    for (const { currency, minor } of (await trx.raw(sql, { tenantId })).rows as Sum[])
      found.push({ tenantId, currency, equation, accounts: '0', rows: `${minor} of them` })
  return found
}

/** Proves the equations of the double entry for every tenant and currency; answers those that do not hold. */
export async function verifyLedger(
  db: Database,
  tenantIds: readonly string[],
): Promise<readonly Imbalance[]> {
  const found: Imbalance[] = []
  for (const tenantId of tenantIds) found.push(...(await db.asTenant(tenantId, trx => check(trx, tenantId))))
  return found
}
