import { CsvError, type Info, parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { LocalDate } from '../domain/time.ts'

/** Lists as people keep them in a spreadsheet: a header line, then a record a line (RFC 4180). */

/** Lists are some hundreds of lines; a file beyond these is not one. */
const MAX_LINES = 5_000
const MAX_CHARACTERS = 1_000_000

/** `line` counts from 1, the header being line 1; a record over several lines is told by its last. */
export type CsvFault = { readonly line: number; readonly problem: string }
export type CsvFaults = { readonly kind: 'faults'; readonly faults: readonly CsvFault[] }
type CsvRow<T> = { readonly at: number; readonly value: T }
export type CsvRead<T> = {
  readonly rows: readonly CsvRow<T>[]
  readonly faults: readonly CsvFault[]
}

const isDay = (text: string): boolean => {
  const at = Date.parse(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
export const day = z.custom<LocalDate>(value => isDay(String(value)), 'must be a day, YYYY-MM-DD')

/** An open end: an empty cell. Anything else must be readable, and its own complaint is told. */
export const orNothing = <T>(schema: z.ZodType<T>) =>
  z.unknown().transform((text, context): T | undefined => {
    if (text === '') return undefined
    const read = schema.safeParse(text)
    if (read.success) return read.data
    for (const { message } of read.error.issues) context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

export const faultsOf = (...found: readonly CsvFault[]): CsvFaults => ({
  kind: 'faults',
  faults: [...found].sort((a, b) => a.line - b.line),
})

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

/**
 * Reads records by a schema, which may depend on the record. Faults of the records come with those that can be read; a
 * file that is none of ours answers a single fault.
 */
export function readCsv<T>(
  text: string,
  columns: readonly string[],
  schemaOf: (row: Readonly<Record<string, string>>) => z.ZodType<T>,
): CsvRead<T> {
  const refused = (line: number, problem: string): CsvRead<T> => ({ rows: [], faults: [{ line, problem }] })
  if (text.length > MAX_CHARACTERS) return refused(1, `more than ${MAX_CHARACTERS} characters`)
  const lines = linesOf(text)
  if (!Array.isArray(lines)) return { rows: [], faults: [lines] }
  const [header, ...rest] = lines
  if (header?.fields.map(name => name.trim()).join() !== columns.join())
    return refused(header?.at ?? 1, `the header must be ${columns.join()}`)
  if (rest.length > MAX_LINES) return refused(header.at, `more than ${MAX_LINES} lines`)
  const rows: CsvRow<T>[] = []
  const faults: CsvFault[] = []
  for (const { at, fields } of rest) {
    if (fields.length !== columns.length) {
      faults.push({ line: at, problem: `has ${fields.length} columns, not ${columns.length}` })
      continue
    }
    const row = Object.fromEntries(columns.map((column, place) => [column, (fields[place] ?? '').trim()]))
    const read = schemaOf(row).safeParse(row)
    if (read.success) rows.push({ at, value: read.data })
    else
      for (const { path, message } of read.error.issues)
        faults.push({ line: at, problem: `${path.join('.')}: ${message}` })
  }
  return { rows, faults }
}
