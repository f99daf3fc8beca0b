import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import type { AggregatorCode } from '../domain/route.ts'
import { type LocalDate, localDate } from '../domain/time.ts'
import { type CodeChange, type Importer, recordChange } from './code-changes.ts'
import { type CsvFaults, day, faultsOf, orNothing, readCsv } from './csv.ts'
import type { Row, Trx } from './database.ts'

/** What aggregators call providers: known to the whole house, dated, and never taken out of the past. */

export const CODE_COLUMNS = ['aggregator', 'provider', 'code', 'from', 'until'] as const

const name = z.string().regex(/^[a-z0-9-]{2,40}$/, 'must be a short name: small letters, digits and "-"')

const provider = name.regex(/-[a-z]{2}$/, 'must be an operator and its country, such as mtn-cm')

const Line = z
  .object({
    aggregator: name,
    provider,
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

/**
 * Brings the codes of every aggregator that a list names up to the list: what it adds is added; what it leaves out ends
 * today where that is wanted, and is refused where it is not, for a list cut short would cut an aggregator off. What has
 * begun keeps its code for ever; the refusal says what to write instead, and then nothing is changed. Each change is on
 * record, in the same commit, with whoever did it.
 */
export async function replaceCodes(
  trx: Trx,
  codes: readonly AggregatorCode[],
  { at, by, ids }: Importer,
  endsLeftOut = false,
): Promise<readonly CodeChange[] | { readonly refused: readonly string[] }> {
  const today = localDate(at, 'UTC')
  const done: CodeChange[] = []
  const refused: string[] = []
  for (const aggregator of new Set(codes.map(each => each.aggregator))) {
    const wanted = codes.filter(each => each.aggregator === aggregator)
    await trx('aggregators').insert({ name: aggregator, title: aggregator }).onConflict('name').ignore()
    await trx('aggregators').where({ name: aggregator }).forUpdate()
    const known = await allCodes(trx, aggregator)
    for (const code of wanted) {
      const before = known.find(each => isSameLine(each, code))
      if (before !== undefined && before.code !== code.code && code.from <= today)
        refused.push(
          `${aggregator} has called ${code.provider} ${before.code} since ${code.from}: end that line with until, and add one for ${code.code}`,
        )
      else if (before?.code !== code.code || before.until !== code.until) done.push({ before, after: code })
    }
    for (const before of known) {
      if (wanted.some(each => isSameLine(each, before))) continue
      if (before.until !== undefined && before.until <= today) continue
      if (!endsLeftOut) {
        refused.push(
          `${aggregator} calls ${before.provider} ${before.code} from ${before.from}, which is left out: keep that line, end it with until, or import with --end-left-out`,
        )
        continue
      }
      const hasBegun = before.from <= today
      done.push({ before, after: { ...before, until: hasBegun ? today : before.from }, isLeftOut: true })
    }
  }
  if (refused.length > 0) return { refused }
  for (const change of done) {
    await writeCode(trx, change.after)
    await recordChange(trx, change, { at, by, ids })
  }
  return done
}

const isSameLine = (one: AggregatorCode, other: AggregatorCode): boolean =>
  one.provider === other.provider && one.from === other.from

async function writeCode(
  trx: Trx,
  { aggregator, provider, code, from, until }: AggregatorCode,
): Promise<void> {
  await trx('aggregator_codes')
    .insert({ aggregator, provider, code, valid_from: from, valid_until: until ?? null })
    .onConflict(['aggregator', 'provider', 'valid_from'])
    .merge()
}
