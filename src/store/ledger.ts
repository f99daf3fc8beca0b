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

type Equation = {
  readonly equation: string
  /** A pattern of account names. */
  readonly accounts: string
  readonly rows: string
}

/** The core has refused to undo the entry `b`, and is not asked again. */
const KEPT = `(select coalesce(bool_and(u.state = 'refused'), false) from bookings u
                where u.tenant_id = b.tenant_id and u.undoes = b.id)`

/**
 * What must hold at any moment, in debit less credit. `rows` sums the lives of the money, `accounts` the transfers; a
 * transfer is balanced by construction, so what remains to prove is that each state moved exactly its own money.
 */
const EQUATIONS: readonly Equation[] = [
  {
    equation: 'clearing-in = -confirmed and unbooked + reversed and not yet undone',
    accounts: 'clearing-in',
    rows: `
      select currency, -coalesce(confirmed_minor, amount_minor) as minor from transactions
       where tenant_id = :tenantId and kind = 'collect' and state = 'confirmed'
      union all
      select b.currency, b.amount_minor from bookings b
        join transactions t on t.tenant_id = b.tenant_id and t.id = b.transaction_id
       where b.tenant_id = :tenantId and t.kind = 'collect' and t.state in ('confirmed', 'reversed')
         and b.entry in ('repayment', 'deposit') and b.state = 'booked'
         and not (t.state = 'reversed' and ${KEPT})
      union all
      select i.currency, i.amount_minor from suspense_items i
        join transactions t on t.tenant_id = i.tenant_id and t.id = i.transaction_id
       where i.tenant_id = :tenantId and t.state = 'confirmed' and i.way is distinct from 'book'
         and i.reason not in ('other-amount', 'late-confirmation')`,
  },
  {
    equation: 'core = -booked + disbursed',
    accounts: 'core',
    rows: `select currency, case when entry in ('repayment', 'deposit') then -amount_minor else amount_minor end as minor
             from bookings
            where tenant_id = :tenantId and state = 'booked' and entry in ('repayment', 'deposit', 'disbursal', 'voucher')`,
  },
  {
    equation: 'clearing-out = payouts on their way or confirmed, less what the core has of them',
    accounts: 'clearing-out',
    rows: `
      select currency, amount_minor as minor from transactions
       where tenant_id = :tenantId and kind = 'disburse' and state in ('sending', 'pending', 'unresolved', 'confirmed', 'booked')
      union all
      select currency, amount_minor from transactions
       where tenant_id = :tenantId and kind = 'return' and state in ('sending', 'pending', 'unresolved', 'confirmed')
      union all
      -- given back, and come to us again by the provider: hers, until a person finds its way
      select currency, -amount_minor from transactions
       where tenant_id = :tenantId and kind = 'return' and state = 'reversed'
      union all
      select currency, -amount_minor from bookings
       where tenant_id = :tenantId and entry in ('disbursal', 'voucher') and state = 'booked'`,
  },
  {
    equation: 'suspense = -open items',
    accounts: 'suspense',
    rows: `select currency, -amount_minor as minor from suspense_items where tenant_id = :tenantId and state = 'open'`,
  },
  {
    equation: 'owed-back = what the core or the payer keeps of money that the provider took back',
    accounts: 'owed-back',
    rows: `
      select b.currency, b.amount_minor as minor from bookings b
        join transactions t on t.tenant_id = b.tenant_id and t.id = b.transaction_id
       where b.tenant_id = :tenantId and b.state = 'booked' and t.kind = 'collect' and t.state = 'reversed' and ${KEPT}
      union all
      select i.currency, i.amount_minor from suspense_items i
        join transactions t on t.tenant_id = i.tenant_id and t.id = i.transaction_id
       where i.tenant_id = :tenantId and i.way in ('return', 'write-off') and t.state = 'reversed'`,
  },
  {
    equation: 'write-off = -items that were written off',
    accounts: 'write-off',
    rows: `select currency, -amount_minor as minor from suspense_items where tenant_id = :tenantId and way = 'write-off'`,
  },
  {
    equation: 'fees = charges of the movements',
    accounts: 'fees:%',
    rows: `select currency, charge_minor as minor from transactions where tenant_id = :tenantId and charge_minor is not null`,
  },
  {
    equation: 'bank = treasury moves',
    accounts: 'bank:%',
    rows: `select currency, case when kind = 'top-up' then -amount_minor else amount_minor end as minor
             from treasury_moves where tenant_id = :tenantId`,
  },
]

/** What nobody may have written. */
const FORBIDDEN: readonly { readonly equation: string; readonly sql: string }[] = [
  {
    equation: 'no transfer for a collection that was never confirmed',
    sql: `select t.currency, count(*) as minor from transfers t join transactions x on x.tenant_id = t.tenant_id and x.id = t.transaction_id
           where t.tenant_id = :tenantId and x.kind = 'collect' and x.state in ('logged', 'sending', 'pending', 'unresolved', 'failed') group by t.currency`,
  },
]

type Sum = { readonly currency: string; readonly minor: string | bigint | null }

const sums = (rows: readonly Sum[]): Map<string, bigint> =>
  new Map(rows.map(row => [row.currency, BigInt(row.minor ?? 0)]))

async function check(trx: Trx, tenantId: string): Promise<Imbalance[]> {
  const found: Imbalance[] = []
  for (const { equation, accounts: account, rows } of EQUATIONS) {
    const balance = sums(
      (
        await trx.raw(
          `select currency, sum(minor) as minor from (
             select currency, amount_minor as minor from transfers where tenant_id = :tenantId and debit like :account
             union all
             select currency, -amount_minor from transfers where tenant_id = :tenantId and credit like :account) entries
            group by currency`,
          { tenantId, account },
        )
      ).rows,
    )
    const expected = sums(
      (
        await trx.raw(`select currency, sum(minor) as minor from (${rows}) lives group by currency`, {
          tenantId,
        })
      ).rows,
    )
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
