import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import { formatMoney, parseMoney } from '../domain/money.ts'
import { ALL_BASIS_POINTS, BEARERS, overlaps, PRICED, type Tariff } from '../domain/tariff.ts'
import { type CsvFaults, day, faultsOf, orNothing, readCsv } from './csv.ts'

export const COLUMNS = [
  'connection',
  'operation',
  'min',
  'max',
  'charge',
  'basis_points',
  'tax',
  'tax_basis_points',
  'bearer',
  'currency',
  'from',
  'until',
] as const

export type TariffCsv = { readonly kind: 'tariffs'; readonly tariffs: readonly Tariff[] } | CsvFaults

const basisPoints = z
  .string()
  .regex(/^\d{1,5}$/, 'must be whole basis points; write 0 where there is none')
  .transform(Number)
  .refine(value => value <= ALL_BASIS_POINTS, `must be at most ${ALL_BASIS_POINTS}`)
const CURRENCY = /^[A-Z]{3}$/
const amountIn = (currency: string) =>
  z.string().transform((text, context) => {
    const value = parseMoney(text, currency)
    if (value !== undefined) return value
    const example = formatMoney({ minor: 1_500n, currency })
    context.addIssue({ code: 'custom', message: `must be an amount of ${currency}, such as ${example}` })
    return z.NEVER
  })

/**
 * One line, given its currency. An empty cell is not nought: charge and tax must be told, and only the end of a band
 * and of a list may stay open.
 */
const lineOf = (currency: string) =>
  z
    .object({
      connection: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be a connection’s short name'),
      operation: z.enum(PRICED),
      min: amountIn(currency),
      max: orNothing(amountIn(currency)),
      charge: amountIn(currency),
      basis_points: basisPoints,
      tax: amountIn(currency),
      tax_basis_points: basisPoints,
      bearer: z.enum(BEARERS),
      currency: z.string().regex(CURRENCY, 'must be a currency of ISO 4217'),
      from: day,
      until: orNothing(day),
    })
    .refine(({ min, max }) => max === undefined || min.minor <= max.minor, {
      path: ['max'],
      message: 'must not be below min',
    })
    .refine(({ from, until }) => until === undefined || from < until, {
      path: ['until'],
      message: 'must be after from',
    })
    .transform(
      (row): Tariff => ({
        connection: row.connection,
        operation: row.operation,
        currency: row.currency,
        min: row.min,
        max: row.max,
        charge: { fixed: row.charge, basisPoints: row.basis_points },
        tax: { fixed: row.tax, basisPoints: row.tax_basis_points },
        bearer: row.bearer,
        from: row.from,
        until: row.until,
      }),
    )

/** The lines of one file share a schema for each currency: to build one takes longer than to read a line. */
function linesIn(): (currency: string) => ReturnType<typeof lineOf> {
  const known = new Map<string, ReturnType<typeof lineOf>>()
  return currency => {
    const schema = known.get(currency) ?? lineOf(currency)
    known.set(currency, schema)
    return schema
  }
}

/** ISO 4217's code for tests: two digits, and nobody's money. */
const NO_CURRENCY = 'XTS'

/**
 * Reads price lists from CSV (RFC 4180; a header line, then one band a line, amounts in major units). All faults are
 * told at once, and one is enough to give nothing back. Bands of one list that overlap are a fault of the later line.
 */
export function readTariffs(text: string): TariffCsv {
  const schemaIn = linesIn()
  // the amounts of a line without a readable currency are read all the same, to tell what is wrong with them too
  const { rows, faults } = readCsv(text, COLUMNS, ({ currency = '' }) =>
    schemaIn(CURRENCY.test(currency) ? currency : NO_CURRENCY),
  )
  const doubled = overlaps(rows.map(({ value }) => value)).map(([later, earlier]) => ({
    line: rows[later]?.at ?? 0,
    problem: `min: this band overlaps that of line ${rows[earlier]?.at}`,
  }))
  const found = [...faults, ...doubled]
  return found.length > 0 ? faultsOf(...found) : { kind: 'tariffs', tariffs: rows.map(({ value }) => value) }
}

/** Writes price lists as CSV that {@link readTariffs} gives back unchanged. */
export const writeTariffs = (tariffs: readonly Tariff[]): string =>
  stringify(
    tariffs.map(row => [
      row.connection,
      row.operation,
      formatMoney(row.min),
      row.max === undefined ? '' : formatMoney(row.max),
      formatMoney(row.charge.fixed),
      row.charge.basisPoints,
      formatMoney(row.tax.fixed),
      row.tax.basisPoints,
      row.bearer,
      row.currency,
      row.from,
      row.until ?? '',
    ]),
    { header: true, columns: [...COLUMNS] },
  )
