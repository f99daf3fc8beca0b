import type { Lender } from './cast.ts'
import type { Marked } from './judge-core.ts'
import { type CoreRow, dayIn, type Entry, type Movement, rowsOf, type Truth } from './truth.ts'

/**
 * Every entry counts from the day on which its money came, as the provider knows it; where the provider tells no time,
 * from the day on which she approved, and what we pay out from the day on which we heard of it.
 */
export function withDates(
  lender: Lender,
  truth: readonly Truth[],
  movements: readonly Movement[],
  entries: readonly Entry[],
  rows: { readonly core: readonly CoreRow[]; readonly marked: readonly Marked[] },
): string[] {
  const found: string[] = []
  const dates = new Map<string | null, string>([
    ...rows.core.map(({ externalId, date }) => [externalId, date] as const),
    ...rows.marked.map(({ mark, date }) => [mark, date] as const),
  ])
  const all = rowsOf(movements, truth)
  const rowOf = ({ id }: Movement): Truth | undefined =>
    all.get(id)?.find(({ status }) => status === 'succeeded' || status === 'reversed')
  for (const entry of entries) {
    const date = dates.get(entry.external_id)
    // an undoing has no day of its own
    if (date === undefined || entry.entry.startsWith('undo')) continue
    const days =
      entry.disbursement_id === null
        ? daysOfPayment(lender, movements, entry, rowOf)
        : daysOfPayout(lender, movements, entry, rowOf)
    if (days === undefined || days.includes(date)) continue
    if (entry.late && days.every(day => day < date)) continue
    found.push(
      `${entry.entry} ${entry.external_id} counts from ${date}, the money came on ${days.join(' or ')}`,
    )
  }
  return found
}

type RowOf = (mine: Movement) => Truth | undefined

function daysOfPayment(
  { way: { zone, simulator } }: Lender,
  movements: readonly Movement[],
  entry: Entry,
  rowOf: RowOf,
): string[] | undefined {
  const mine = movements.find(({ id }) => id === entry.transaction_id)
  const row = mine && rowOf(mine)
  if (mine === undefined || row?.completedAt === undefined) return undefined
  const came = dayIn(zone, row.completedAt)
  const approved = dayIn(zone, mine.created_at)
  if (simulator === 'mtn-momo') return [approved]
  if (row.kind === 'c2b' || (simulator === 'mpesa' && mine.told)) return [came]
  // Safaricom tells the receipt and the time at an address that proves nothing, and no time where it is asked; of the
  // others some tell the time, and some do not
  return came === approved ? [came] : [came, approved]
}

/** The last of its money; where the core comes first, the day of the entry. M-Pesa tells the time, MTN tells none. */
function daysOfPayout(
  { way: { zone, simulator } }: Lender,
  movements: readonly Movement[],
  entry: Entry,
  rowOf: RowOf,
): string[] {
  const paid = movements.filter(
    ({ disbursement_id: payout, heard_at: heard }) =>
      payout === entry.disbursement_id && heard !== null && heard <= entry.created_at,
  )
  const last = (at: (mine: Movement) => Date | string | null | undefined): string =>
    paid
      .flatMap(mine => at(mine) ?? [])
      .map(came => dayIn(zone, came))
      .sort()
      .at(-1) ?? dayIn(zone, entry.created_at)
  const heard = last(mine => mine.heard_at)
  const came = last(mine => rowOf(mine)?.completedAt)
  if (simulator === 'mtn-momo') return [heard]
  return simulator === 'mpesa' ? [came] : [came, heard]
}
