import type { Ids } from '../domain/ids.ts'
import type { Tariff } from '../domain/tariff.ts'
import type { LocalDate } from '../domain/time.ts'
import type { Row, Trx } from './database.ts'

/** A tenant's own terms, written as whole lists. What a new list leaves out ends today: nothing of the past is lost. */

type Commit = { readonly trx: Trx; readonly tenantId: string; readonly ids: Ids }
type Dated = { readonly from: string; readonly until: string | null }

/** Rows of effective-dated terms, as the API has them. */
export type RouteTerm = Dated & {
  readonly provider: string
  readonly currency: string
  readonly operation: string
  readonly priority: number
  readonly connectionId: string
}
export type LimitTerm = Dated & {
  readonly provider: string
  readonly tier: string
  readonly operation: string
  readonly window: string
  readonly measure: string
  readonly value: string
  readonly currency: string
  readonly source: string
}

const dates = ({ from, until }: Dated) => ({ valid_from: from, valid_until: until })

const TABLES = {
  routes: (row: RouteTerm) => ({
    provider: row.provider,
    currency: row.currency,
    operation: row.operation,
    priority: row.priority,
    connection_id: row.connectionId,
    ...dates(row),
  }),
  limits: (row: LimitTerm) => ({
    provider: row.provider,
    tier: row.tier,
    operation: row.operation,
    span: row.window,
    measure: row.measure,
    value: row.value,
    currency: row.currency,
    source: row.source,
    ...dates(row),
  }),
} as const

/** Rows that hold today, or will. */
export const termsFrom = (
  { trx, tenantId }: Omit<Commit, 'ids'>,
  table: 'routes' | 'limits',
  today: LocalDate,
): Promise<Row[]> =>
  trx(table)
    .where({ tenant_id: tenantId })
    .where(query => query.whereNull('valid_until').orWhere('valid_until', '>', today))
    .where(query => query.whereNull('valid_until').orWhereRaw('valid_until > valid_from'))
    .orderBy('valid_from')
    .orderBy('id')

/**
 * Takes a list as the whole of what holds from now on: a row that is there already stays as it is, one that is left out
 * ends today, and one that had not begun never begins.
 */
export async function replaceTerms<Table extends keyof typeof TABLES>(
  commit: Commit,
  table: Table,
  rows: readonly Parameters<(typeof TABLES)[Table]>[0][],
  today: LocalDate,
): Promise<void> {
  const { trx, tenantId, ids } = commit
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`${table}:${tenantId}`])
  const columns = TABLES[table] as (row: unknown) => Record<string, unknown>
  const names = rows[0] === undefined ? [] : Object.keys(columns(rows[0]))
  const wanted = new Map(rows.map(row => [JSON.stringify(columns(row)), columns(row)]))
  for (const known of await termsFrom(commit, table, today)) {
    const shape = JSON.stringify(Object.fromEntries(names.map(name => [name, known[name]])))
    if (wanted.delete(shape)) continue
    const until = String(known.valid_from) > today ? known.valid_from : today
    await trx(table).where({ tenant_id: tenantId, id: known.id }).update({ valid_until: until })
  }
  for (const row of wanted.values()) await trx(table).insert({ ...row, tenant_id: tenantId, id: ids.next() })
}

/** Price lists are a file of their own, past ones included: the new file takes the place of the old. */
export async function replaceTariffs(
  { trx, tenantId, ids }: Commit,
  tariffs: readonly Tariff[],
): Promise<void> {
  // two files that come at once would both stay: neither sees the other's rows
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`tariffs:${tenantId}`])
  await trx('tariffs').where({ tenant_id: tenantId }).delete()
  for (const row of tariffs)
    await trx('tariffs').insert({
      tenant_id: tenantId,
      id: ids.next(),
      connection: row.connection,
      operation: row.operation,
      currency: row.currency,
      band_min: row.min.minor,
      band_max: row.max?.minor ?? null,
      charge_minor: row.charge.fixed.minor,
      basis_points: row.charge.basisPoints,
      tax_minor: row.tax.fixed.minor,
      tax_basis_points: row.tax.basisPoints,
      bearer: row.bearer,
      valid_from: row.from,
      valid_until: row.until ?? null,
    })
}

export type Window = {
  readonly provider: string
  readonly from: Date
  readonly until: Date
  readonly note: string | null
}

export const windowsFrom = ({ trx, tenantId }: Omit<Commit, 'ids'>, at: Date): Promise<Row[]> =>
  trx('maintenance_windows').where({ tenant_id: tenantId }).where('ends_at', '>', at).orderBy('starts_at')

/** The whole of what is announced; a window that is left out is over, and one that had not begun is but a moment of the past. */
export async function replaceWindows(commit: Commit, windows: readonly Window[], at: Date): Promise<void> {
  const { trx, tenantId, ids } = commit
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`maintenance:${tenantId}`])
  const keyOf = (provider: unknown, from: unknown, until: unknown): string =>
    `${provider} ${(from as Date).toISOString()} ${(until as Date).toISOString()}`
  const wanted = new Map(windows.map(window => [keyOf(window.provider, window.from, window.until), window]))
  for (const known of await windowsFrom(commit, at)) {
    if (wanted.delete(keyOf(known.provider, known.starts_at, known.ends_at))) continue
    const moment = new Date(at.getTime() - 1)
    const starts = (known.starts_at as Date) < moment ? (known.starts_at as Date) : moment
    await trx('maintenance_windows')
      .where({ tenant_id: tenantId, id: known.id })
      .update({ starts_at: starts, ends_at: at })
  }
  for (const { provider, from, until, note } of wanted.values())
    await trx('maintenance_windows').insert({
      tenant_id: tenantId,
      id: ids.next(),
      provider,
      starts_at: from,
      ends_at: until,
      note,
    })
}
