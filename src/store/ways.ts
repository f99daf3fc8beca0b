import type { Limit } from '../domain/limits.ts'
import { type Currency, money, parseMoney } from '../domain/money.ts'
import type { AggregatorCode, Route } from '../domain/route.ts'
import type { Tariff } from '../domain/tariff.ts'
import type { LocalDate } from '../domain/time.ts'
import type { Row, Trx } from './database.ts'

/** Operators shut their systems down at announced times: nothing starts shortly before or inside. */
export type Maintenance = { readonly provider: string; readonly from: Date; readonly until: Date }

/** Which ways money can take for a tenant, and under what terms. */
export type Ways = {
  readonly routes: readonly Route[]
  readonly codes: readonly AggregatorCode[]
  readonly limits: readonly Limit[]
  readonly tariffs: readonly Tariff[]
  readonly maintenance: readonly Maintenance[]
}

const dates = (row: Row) => ({
  from: row.valid_from as LocalDate,
  until: (row.valid_until ?? undefined) as LocalDate | undefined,
})

const routeOf = (row: Row): Route => ({
  id: String(row.id),
  provider: String(row.provider),
  currency: String(row.currency),
  operation: row.operation as Route['operation'],
  connection: String(row.connection_id),
  priority: Number(row.priority),
  ...dates(row),
})

function limitOf(row: Row, country: string, home: string): Limit {
  const currency: Currency = String(row.currency ?? home)
  const text = String(row.value)
  const value =
    text === 'none' ? 'none' : row.measure === 'number' ? Number(text) : parseMoney(text, currency)
  if (value === undefined) throw new Error(`limit ${String(row.id)} has no readable value`)
  return {
    country,
    provider: String(row.provider),
    tier: String(row.tier),
    currency,
    operation: row.operation,
    window: row.span,
    measure: row.measure,
    value,
    source: String(row.source),
    ...dates(row),
  } as Limit
}

function tariffOf(row: Row): Tariff {
  const currency: Currency = String(row.currency)
  const minor = (value: unknown) => money((value ?? 0n) as bigint, currency)
  return {
    connection: String(row.connection),
    operation: row.operation as Tariff['operation'],
    currency,
    min: minor(row.band_min),
    max: row.band_max === null ? undefined : minor(row.band_max),
    charge: { fixed: minor(row.charge_minor), basisPoints: Number(row.basis_points ?? 0) },
    tax: { fixed: minor(row.tax_minor), basisPoints: Number(row.tax_basis_points ?? 0) },
    bearer: row.bearer as Tariff['bearer'],
    ...dates(row),
  }
}

/** All of it: it is little, and read again every few seconds. Windows of maintenance that are long over are left out. */
export async function readWays(
  trx: Trx,
  tenant: { readonly id: string; readonly country: string; readonly currency: string },
  since: Date,
): Promise<Ways> {
  const key = { tenant_id: tenant.id }
  const routes: Row[] = await trx('routes').where(key)
  const codes: Row[] = await trx('aggregator_codes')
  const limits: Row[] = await trx('limits').where(key)
  const tariffs: Row[] = await trx('tariffs').where(key)
  const maintenance: Row[] = await trx('maintenance_windows').where(key).where('ends_at', '>', since)
  return {
    routes: routes.map(routeOf),
    codes: codes.map(row => ({
      aggregator: String(row.aggregator),
      provider: String(row.provider),
      code: String(row.code),
      ...dates(row),
    })),
    limits: limits.map(row => limitOf(row, tenant.country, tenant.currency)),
    tariffs: tariffs.map(tariffOf),
    maintenance: maintenance.map(row => ({
      provider: String(row.provider),
      from: row.starts_at as Date,
      until: row.ends_at as Date,
    })),
  }
}
