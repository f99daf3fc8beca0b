import type { Entry, Movement } from './truth.ts'

const OPEN = ['planned', 'sending', 'awaiting-approval', 'unknown']
const RESTING = ['booked', 'failed', 'suspense', 'returned', 'reversed', 'written-off']

/** Every movement has ended, or something will wake it; and what can be booked is booked. */
export function withEnds(
  movements: readonly Movement[],
  entries: readonly Entry[],
  held: ReadonlySet<string>,
): string[] {
  // its return wakes it, which may be asked about until two people have evidence
  const returning = new Set(
    movements.filter(({ due_at }) => due_at !== null).map(({ original_id: from }) => from),
  )
  const found = movements
    .filter(({ state, due_at }) => !RESTING.includes(state) && due_at === null)
    .filter(({ id, state }) => !(state === 'returning' && returning.has(id)))
    .filter(({ kind, state }) => !(kind !== 'collect' && state === 'confirmed'))
    .map(({ id, kind, state }) => `${kind} ${id} is ${state}, and nothing will wake it`)
  const open = entries.filter(({ state }) => OPEN.includes(state))
  for (const { id, entry, state, due_at } of open)
    if (due_at === null) found.push(`entry ${entry} ${id} is ${state}, and nothing will wake it`)
  const waiting = new Set(open.filter(({ loan_id: loan }) => loan !== null && held.has(loan)))
  for (const { id, entry, state, ...row } of open)
    if (row.loan_id === null || !held.has(row.loan_id))
      found.push(`entry ${entry} ${id} is ${state} after hours`)
  for (const { id, state, confirmed, kind } of movements) {
    const waits = [...waiting].some(({ transaction_id }) => transaction_id === id)
    if (kind === 'collect' && state === 'confirmed' && !waits)
      found.push(`collect ${id} of ${confirmed} is confirmed and was not booked in hours`)
  }
  return found
}
