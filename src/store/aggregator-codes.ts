import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import type { AggregatorCode } from '../domain/route.ts'
import { type LocalDate, localDate } from '../domain/time.ts'
import { type CsvFaults, day, faultsOf, orNothing, readCsv } from './csv.ts'
import type { Row, Trx } from './database.ts'

/** What aggregators call providers: known to the whole house, dated, and never taken out of the past. */

export const CODE_COLUMNS = ['aggregator', 'provider', 'code', 'from', 'until'] as const

const name = z.string().regex(/^[a-z0-9-]{2,40}$/, 'must be a short name: small letters, digits and "-"')

const Line = z
  .object({
    aggregator: name,
    provider: name,
    code: z.string().min(1, 'must be told').max(100),
    from: day,
    until: orNothing(day),
  })
  .refine(({ from, until }) => until === undefined || from < until, {
    path: ['until'],
    message: 'must be after from',
  })

export type CodesCsv = { readonly kind: 'codes'; readonly codes: readonly AggregatorCode[] } | CsvFaults

/** Reads codes from CSV; all faults are told at once, with their lines. A provider has one code from one day. */
export function readCodes(text: string): CodesCsv {
  const { rows, faults } = readCsv<AggregatorCode>(text, CODE_COLUMNS, () => Line)
  const first = new Map<string, number>()
  const doubled = rows.flatMap(({ at, value: { aggregator, provider, from } }) => {
    const key = `${aggregator} ${provider} ${from}`
    const before = first.get(key)
    first.set(key, before ?? at)
    return before === undefined ? [] : [{ line: at, problem: `from: line ${before} has that day too` }]
  })
  const found = [...faults, ...doubled]
  return found.length > 0 ? faultsOf(...found) : { kind: 'codes', codes: rows.map(({ value }) => value) }
}

/** Writes codes as CSV that {@link readCodes} gives back unchanged. */
export const writeCodes = (codes: readonly AggregatorCode[]): string =>
  stringify(
    codes.map(({ aggregator, provider, code, from, until }) => [
      aggregator,
      provider,
      code,
      from,
      until ?? '',
    ]),
    { header: true, columns: [...CODE_COLUMNS] },
  )

const codeOf = (row: Row): AggregatorCode => ({
  aggregator: String(row.aggregator),
  provider: String(row.provider),
  code: String(row.code),
  from: String(row.valid_from) as LocalDate,
  until: (row.valid_until ?? undefined) as LocalDate | undefined,
})

/** All codes, those of the past too, or those of one aggregator. */
export async function allCodes(trx: Trx, aggregator?: string): Promise<AggregatorCode[]> {
  const rows: Row[] = await trx('aggregator_codes')
    .modify(query => void (aggregator && query.where({ aggregator })))
    .orderBy(['aggregator', 'provider', 'valid_from'])
  return rows.map(codeOf)
}

/** What was done, a line each. */
type Changes = readonly string[]

/**
 * Brings the codes of every aggregator that a list names up to the list: what it adds is added, what it leaves out ends
 * today. What has begun keeps its code for ever; the refusal says what to write instead, and then nothing is changed.
 */
export async function replaceCodes(
  trx: Trx,
  codes: readonly AggregatorCode[],
  at: Date,
): Promise<Changes | { readonly refused: readonly string[] }> {
  const today = localDate(at, 'UTC')
  const done: string[] = []
  const refused: string[] = []
  for (const aggregator of new Set(codes.map(each => each.aggregator))) {
    const wanted = codes.filter(each => each.aggregator === aggregator)
    await trx('aggregators').insert({ name: aggregator, title: aggregator }).onConflict('name').ignore()
    await trx('aggregators').where({ name: aggregator }).forUpdate()
    const known = await allCodes(trx, aggregator)
    for (const { provider, code, from, until } of wanted) {
      const key = { aggregator, provider, valid_from: from }
      const before = known.find(each => each.provider === provider && each.from === from)
      if (before === undefined) {
        await trx('aggregator_codes').insert({ ...key, code, valid_until: until ?? null })
        done.push(`${aggregator} calls ${provider} ${code} from ${from}`)
      } else if (before.code !== code && from <= today)
        refused.push(
          `${aggregator} has called ${provider} ${before.code} since ${from}: end that line with until, and add one for ${code}`,
        )
      else if (before.code !== code || before.until !== until) {
        await trx('aggregator_codes')
          .where(key)
          .update({ code, valid_until: until ?? null })
        done.push(`${aggregator} calls ${provider} ${code} from ${from}${until ? ` until ${until}` : ''}`)
      }
    }
    const kept = new Set(wanted.map(({ provider, from }) => `${provider} ${from}`))
    for (const { provider, code, from, until } of known) {
      if (kept.has(`${provider} ${from}`) || (until !== undefined && until <= today)) continue
      const hasBegun = from <= today
      const ends = hasBegun ? today : from
      await trx('aggregator_codes')
        .where({ aggregator, provider, valid_from: from })
        .update({ valid_until: ends })
      done.push(`${aggregator} calls ${provider} ${code} no longer, from ${ends}`)
    }
  }
  return refused.length > 0 ? { refused } : done
}
