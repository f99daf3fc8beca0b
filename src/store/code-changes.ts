import { stringify } from 'csv-stringify/sync'
import type { Ids } from '../domain/ids.ts'
import type { AggregatorCode } from '../domain/route.ts'
import type { Row, Trx } from './database.ts'

/** Who changed an aggregator's codes, when, from what to what: written with the change, and only ever added to. */

/** A line of the codes as it was, where there was one, and as it is; `isLeftOut`: it ends for no list names it any more. */
export type CodeChange = {
  readonly before: AggregatorCode | undefined
  readonly after: AggregatorCode
  readonly isLeftOut?: true
}

/** `by`: a person, as the system that he works on names him, or as he names himself. */
export type Importer = { readonly at: Date; readonly by: string; readonly ids: Ids }

export async function recordChange(
  trx: Trx,
  { before, after }: CodeChange,
  { at, by, ids }: Importer,
): Promise<void> {
  await trx('aggregator_code_changes').insert({
    id: ids.next(),
    changed_at: at,
    changed_by: by,
    aggregator: after.aggregator,
    provider: after.provider,
    valid_from: after.from,
    code_before: before?.code ?? null,
    until_before: before?.until ?? null,
    code: after.code,
    valid_until: after.until ?? null,
  })
}

/** One change in words. */
export function changeText({ after, isLeftOut }: CodeChange): string {
  const { aggregator, provider, code, from, until } = after
  if (isLeftOut) return `${aggregator} calls ${provider} ${code} no longer, from ${until}`
  return `${aggregator} calls ${provider} ${code} from ${from}${until === undefined ? '' : ` until ${until}`}`
}

const COLUMNS = [
  ...['at', 'by', 'aggregator', 'provider', 'from'],
  ...['code before', 'until before', 'code', 'until'],
]

/** All changes as CSV, or those of one aggregator, the oldest first. */
export async function changesCsv(trx: Trx, aggregator?: string): Promise<string> {
  const rows: Row[] = await trx('aggregator_code_changes')
    .modify(query => void (aggregator && query.where({ aggregator })))
    .orderBy('id')
  const lines = rows.map(row => [
    (row.changed_at as Date).toISOString(),
    ...[row.changed_by, row.aggregator, row.provider, row.valid_from],
    ...[row.code_before, row.until_before, row.code, row.valid_until],
  ])
  return stringify(lines, { header: true, columns: COLUMNS })
}
