import type { z } from 'zod'
import { addDays, type LocalDate } from '../../domain/time.ts'
import type { BookingOutcome } from '../core-banking.ts'
import type { Api } from './call.ts'
import { NOT_FOUND, refused, unknown, WORDS } from './writes.ts'

const PAGE_ROWS = 500

/** Somebody who moved an entry of ours to another day moved it by days. */
export const DAYS_AROUND = 7
type Days = readonly [from: LocalDate, to: LocalDate]
export const around = (day: LocalDate): Days => [addDays(day, -DAYS_AROUND), addDays(day, DAYS_AROUND)]

type Page<Row> = { readonly total: number | undefined; readonly rows: readonly Row[] }

export type Scan<Row> = {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly days: Days
  readonly shape: z.ZodType<Page<Row>>
  readonly isOurs: (row: Row) => boolean
  readonly maxPages: number
}

/**
 * The rows that carry our mark, where Fineract takes no external id and filters by nothing else that we know: what
 * stands between two days is read page by page until one is found. Not to have read all of it is not to know.
 */
export async function scan<Row>(api: Api, { path, query, days, shape, isOurs, maxPages }: Scan<Row>) {
  const [fromDate, toDate] = days
  let seen = 0
  for (let page = 0; page < maxPages; page++) {
    const asked = { ...query, fromDate, toDate, offset: String(seen), limit: String(PAGE_ROWS), ...WORDS }
    const answer = await api.get(path, asked, shape)
    if (answer.kind === 'no-answer') return unknown(answer.why)
    const { total, rows } = answer.value ?? { total: 0, rows: [] }
    seen += rows.length
    const ours = rows.filter(isOurs)
    const isWhole = total === undefined ? rows.length < PAGE_ROWS : seen >= total
    if (ours.length > 0 || isWhole) return { kind: 'rows', rows: ours } as const
  }
  return unknown('too many entries to look through')
}

/** What lives of them. Two are a doubt that a person must see; what was undone since is not entered again. */
export function living<Row extends { readonly reversed?: boolean | undefined }>(
  rows: readonly Row[],
): { readonly kind: 'row'; readonly row: Row } | BookingOutcome {
  const [row, another] = rows.filter(({ reversed }) => reversed !== true)
  if (another !== undefined) return unknown('entered more than once')
  if (row !== undefined) return { kind: 'row', row }
  return rows.length === 0 ? NOT_FOUND : refused('undone-since', 'never')
}
