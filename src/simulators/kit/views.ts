import type { Knex } from 'knex'
import type { SimReply, SimRequest } from './http.ts'
import { formatAmount } from './money.ts'
import { e164 } from './numbers.ts'

/** What every provider's truth has in common; each keeps it in a table `transactions` of its own schema. */
export type TransactionRow = {
  readonly id: string
  readonly kind: 'collect' | 'disburse'
  readonly msisdn: string
  readonly amount_minor: string
  readonly currency: string
  readonly status: 'pending' | 'succeeded' | 'failed' | 'reversed'
  readonly receipt: string | null
  readonly created_at: Date
  readonly completed_at: Date | null
  readonly reversed_at: Date | null
}

export const TRANSACTION_COLUMNS = `
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('collect', 'disburse')),
  msisdn text not null, amount_minor bigint not null check (amount_minor > 0), currency text not null,
  status text not null check (status in ('pending', 'succeeded', 'failed', 'reversed')),
  receipt text unique, created_at timestamptz not null, completed_at timestamptz, reversed_at timestamptz`

const PAGE = 100
const MAX_PAGE = 1000

export function transactionView(row: TransactionRow): Record<string, unknown> {
  return {
    kind: row.kind,
    msisdn: e164(row.msisdn),
    amount: formatAmount(BigInt(row.amount_minor), row.currency),
    currency: row.currency,
    status: row.status,
    ...(row.receipt === null ? {} : { receipt: row.receipt }),
    at: row.created_at.toISOString(),
    ...(row.completed_at === null ? {} : { completedAt: row.completed_at.toISOString() }),
    ...(row.reversed_at === null ? {} : { reversedAt: row.reversed_at.toISOString() }),
  }
}

/** One page of a table, oldest first: `?after=` a cursor, `?limit=`; `next` is null on the last page. */
export async function page<Row extends { readonly id: string }>(
  rows: Knex.QueryBuilder,
  query: SimRequest['query'],
  view: (row: Row) => object,
): Promise<SimReply> {
  const after = query.get('after') ?? '0'
  const limit = Number(query.get('limit') ?? PAGE)
  if (!/^\d{1,18}$/.test(after) || !Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE)
    return { status: 400, body: { status: 400, detail: `after: a cursor; limit: 1 to ${MAX_PAGE}` } }
  const found: Row[] = await rows
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit + 1)
  const shown = found.slice(0, limit)
  const next = found.length > limit ? (shown.at(-1)?.id ?? null) : null
  return { status: 200, body: { data: shown.map(view), next } }
}
