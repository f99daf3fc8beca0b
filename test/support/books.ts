import { expect } from '@jest/globals'
import { parseMoney } from '../../src/domain/money.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import type { Playable } from './stage.ts'

/** What the double entry and the rows beside it say, in minor units; accounts as debits less credits. */
export type Books = {
  readonly float: bigint
  readonly clearingIn: bigint
  readonly core: bigint
  readonly suspense: bigint
  readonly confirmed: bigint
  readonly booked: bigint
  readonly held: bigint
  readonly toBeUndone: bigint
}

const EQUATIONS = `
  with account as (
    select a.name, sum(a.amount)::bigint as balance from (
      select debit as name, amount_minor as amount from transfers
      union all select credit, -amount_minor from transfers) a group by a.name),
  paid as (select state, sum(amount_minor)::bigint as amount from transactions where kind = 'collect' group by state)
  select coalesce((select sum(balance) from account where name like 'float:%'), 0)::bigint as float,
    coalesce((select balance from account where name = 'clearing-in'), 0)::bigint as "clearingIn",
    coalesce((select balance from account where name = 'core'), 0)::bigint as core,
    coalesce((select balance from account where name = 'suspense'), 0)::bigint as suspense,
    coalesce((select amount from paid where state = 'confirmed'), 0)::bigint as confirmed,
    coalesce((select sum(amount_minor) from bookings where state = 'booked' and entry in ('repayment', 'deposit')), 0)::bigint as booked,
    coalesce((select sum(amount_minor) from suspense_items where state = 'open'), 0)::bigint as held,
    coalesce((select amount from paid where state = 'reversed'), 0)::bigint as "toBeUndone"`

/** A tenant's books, read as the server reads: by the app role, under row-level security. */
export async function booksOf(stage: Playable, tenant: string): Promise<Books> {
  const { rows } = await stage.house.db.asTenant(tenant, trx => trx.raw(EQUATIONS))
  return rows[0]
}

/** Whoever collects for the tenant, by the simulator's name. */
const PROVIDERS = {
  'demo-ke': ['mpesa'],
  'demo-cm': ['mtn-momo', 'orange-money', 'furthermarket'],
} as const

/**
 * The equations that hold at any moment, and, as every payment of these stories is either ours to the last unit or
 * unknown to us, the providers' truth and the core's books beside them. `unheard`: succeeded there, not known here.
 */
export async function expectBooksToAgree(
  stage: Playable,
  tenant: 'demo-ke' | 'demo-cm',
  unheard = '0',
): Promise<Books> {
  expect(await verifyLedger(stage.house.db, [tenant])).toEqual([])
  const books = await booksOf(stage, tenant)
  const currency = tenant === 'demo-ke' ? 'KES' : 'XAF'
  const minor = (amount: unknown): bigint => parseMoney(String(amount), currency)?.minor ?? -1n
  expect({ 'clearing-in': books.clearingIn, suspense: books.suspense, core: books.core }).toEqual({
    'clearing-in': -books.confirmed + books.toBeUndone,
    suspense: -books.held,
    core: -books.booked,
  })
  const sum = (rows: readonly Record<string, unknown>[]): bigint =>
    rows.reduce((total, row) => total + minor(row.amount), 0n)
  const views = await Promise.all(
    PROVIDERS[tenant].map(name => stage.get(`/sim/providers/${name}/transactions`)),
  )
  const truth = views.flatMap(({ data }) => data)
  expect(books.float + minor(unheard)).toBe(sum(truth.filter(({ status }) => status === 'succeeded')))
  const core = (await stage.get(`/sim/fineract/${tenant}/transactions`)).data
  const ours = await stage.house.db.asTenant(tenant, trx =>
    trx('bookings')
      .where({ tenant_id: tenant, state: 'booked' })
      .whereIn('entry', ['repayment', 'deposit'])
      .select('core_transaction_id as id'),
  )
  const known = new Set(ours.map(({ id }) => String(id)))
  expect(known.size).toBe(ours.length)
  const inCore = core.filter(
    row => !row.reversed && (known.has(String(row.id)) || String(row.externalId).startsWith('hatua-')),
  )
  expect(sum(inCore)).toBe(books.booked)
  return books
}
