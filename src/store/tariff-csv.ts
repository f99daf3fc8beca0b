import { CsvError, type Info, parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import { formatMoney, parseMoney } from '../domain/money.ts'
import { ALL_BASIS_POINTS, BEARERS, overlaps, PRICED, type Tariff } from '../domain/tariff.ts'
import type { LocalDate } from '../domain/time.ts'

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

/** A tenant's price lists are some hundreds of lines; a file beyond these is not one. */
const MAX_LINES = 5_000
const MAX_CHARACTERS = 1_000_000

/** `line` counts from 1, the header being line 1; a record over several lines is told by its last. */
export type CsvFault = { readonly line: number; readonly problem: string }
export type TariffCsv =
  | { readonly kind: 'tariffs'; readonly tariffs: readonly Tariff[] }
  | { readonly kind: 'faults'; readonly faults: readonly CsvFault[] }

const isDay = (text: string): boolean => {
  const at = Date.parse(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
const day = z.custom<LocalDate>(value => isDay(String(value)), 'must be a day, YYYY-MM-DD')
const basisPoints = z
  .string()
  .regex(/^\d{1,5}$/, 'must be whole basis points; write 0 where there is none')
  .transform(Number)
  .refine(value => value <= ALL_BASIS_POINTS, `must be at most ${ALL_BASIS_POINTS}`)
/** An open end: an empty cell. Anything else must be readable, and its own complaint is told. */
const orNothing = <T>(schema: z.ZodType<T>) =>
  z.unknown().transform((text, context): T | undefined => {
    if (text === '') return undefined
    const read = schema.safeParse(text)
    if (read.success) return read.data
    for (const { message } of read.error.issues) context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

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

type Line = { readonly at: number; readonly fields: readonly string[] }

/** The records of a file and where they stand; where quotes do not match, nothing behind them can be told apart. */
function linesOf(text: string): Line[] | CsvFault {
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; info: Info }[]
    return records.map(({ record, info }) => ({ at: info.lines, fields: record }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { line: Number(error.lines ?? 1), problem: 'quotes do not match' }
  }
}

const faults = (...found: readonly CsvFault[]): TariffCsv => ({
  kind: 'faults',
  faults: [...found].sort((a, b) => a.line - b.line),
})

/** ISO 4217's code for tests: two digits, and nobody's money. */
const NO_CURRENCY = 'XTS'

const readLine =
  (schemaIn: ReturnType<typeof linesIn>) =>
  ({ at, fields }: Line): { readonly at: number; readonly tariff: Tariff } | readonly CsvFault[] => {
    if (fields.length !== COLUMNS.length)
      return [{ line: at, problem: `has ${fields.length} columns, not ${COLUMNS.length}` }]
    const row = new Map(COLUMNS.map((column, place) => [column, (fields[place] ?? '').trim()]))
    const currency = row.get('currency') ?? ''
    // the amounts of a line without a readable currency are read all the same, to tell what is wrong with them too
    const read = schemaIn(CURRENCY.test(currency) ? currency : NO_CURRENCY).safeParse(Object.fromEntries(row))
    if (read.success) return { at, tariff: read.data }
    return read.error.issues.map(({ path, message }) => ({
      line: at,
      problem: `${path.join('.')}: ${message}`,
    }))
  }

/**
 * Reads price lists from CSV (RFC 4180; a header line, then one band a line, amounts in major units). All faults are
 * told at once, and one is enough to give nothing back. Bands of one list that overlap are a fault of the later line.
 */
export function readTariffs(text: string): TariffCsv {
  if (text.length > MAX_CHARACTERS)
    return faults({ line: 1, problem: `more than ${MAX_CHARACTERS} characters` })
  const lines = linesOf(text)
  if (!Array.isArray(lines)) return faults(lines)
  const [header, ...rest] = lines
  if (header?.fields.map(name => name.trim()).join() !== COLUMNS.join())
    return faults({ line: header?.at ?? 1, problem: `the header must be ${COLUMNS.join()}` })
  if (rest.length > MAX_LINES) return faults({ line: header.at, problem: `more than ${MAX_LINES} lines` })

  const read = rest.map(readLine(linesIn()))
  const good = read.flatMap(each => ('tariff' in each ? [each] : []))
  const doubled = overlaps(good.map(({ tariff }) => tariff)).map(([later, earlier]) => ({
    line: good[later]?.at ?? 0,
    problem: `min: this band overlaps that of line ${good[earlier]?.at}`,
  }))
  const found = [...read.flatMap(each => ('tariff' in each ? [] : each)), ...doubled]
  return found.length > 0 ? faults(...found) : { kind: 'tariffs', tariffs: good.map(({ tariff }) => tariff) }
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
