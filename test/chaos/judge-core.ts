import { type CoreRow, type Entry, type Movement, minor } from './truth.ts'

/** What we believe is entered is entered, once; and nothing else of ours is. */
export function withCore(
  entries: readonly Entry[],
  core: readonly CoreRow[],
  movements: readonly Movement[],
): string[] {
  const found: string[] = []
  const standing = core.filter(({ reversed }) => !reversed)
  for (const row of core.filter(({ externalId }) => externalId?.startsWith('hatua-'))) {
    const entry = entries.find(({ external_id }) => external_id === row.externalId)
    if (entry === undefined) {
      found.push(`Fineract has ${row.type} ${row.externalId}, we have no such entry`)
      continue
    }
    if (!row.reversed && entry.state !== 'booked')
      found.push(`Fineract has ${row.externalId}: our entry is ${entry.state}`)
    if (row.reversed && entry.state === 'booked')
      found.push(`Fineract has undone ${row.externalId}: our entry is booked`)
    if (minor(row.net ?? row.amount) !== BigInt(entry.amount))
      found.push(`${row.externalId}: ${row.net ?? row.amount} in Fineract, ${entry.amount} here`)
  }
  for (const entry of entries.filter(({ state }) => state === 'booked')) {
    if (entry.entry !== 'repayment' && entry.entry !== 'disbursal') continue
    if (!standing.some(row => isOf(entry, row)))
      found.push(`our ${entry.entry} ${entry.external_id} is booked, Fineract has no such row`)
  }
  found.push(...bookedTwice(standing, movements, entries))
  const disbursed = new Map<string, number>()
  for (const row of standing)
    if (row.type === 'disbursement') disbursed.set(row.loanId, (disbursed.get(row.loanId) ?? 0) + 1)
  for (const [loan, times] of disbursed)
    if (times > 1) found.push(`loan ${loan} was disbursed ${times} times`)
  return found
}

/**
 * One payment, one repayment for each allocation. A payment on two loans that is moved to a third stands there twice, each
 * time as an entry of ours of its own; all that we have entered or linked is never more than what came. What a teller types
 * on a loan that the payment is not booked on is seen by nobody before she looks for it there.
 */
function bookedTwice(
  standing: readonly CoreRow[],
  movements: readonly Movement[],
  entries: readonly Entry[],
): string[] {
  const found: string[] = []
  const rows = standing.filter(({ type, receiptNumber }) => type === 'repayment' && receiptNumber !== null)
  for (const [receipt, all] of Map.groupBy(rows, row => String(row.receiptNumber))) {
    const came = movements.find(movement => movement.kind === 'collect' && movement.receipt === receipt)
    const most = came === undefined ? undefined : BigInt(came.confirmed ?? came.amount)
    const ours = all.filter(row => entries.some(entry => entry.state === 'booked' && isOf(entry, row)))
    const sum = ours.reduce((total, { amount }) => total + minor(amount), 0n)
    if (most !== undefined && sum > most) found.push(`receipt ${receipt} of ${most} was booked for ${sum}`)
    for (const [loan, there] of Map.groupBy(all, ({ loanId }) => loanId)) {
      const own = new Set(there.map(row => row.externalId).filter(id => id?.startsWith('hatua-')))
      if (there.length > 1 && (most === undefined || own.size < there.length))
        found.push(`receipt ${receipt} was booked ${there.length} times on loan ${loan}`)
    }
  }
  return found
}

/**
 * Entered by us, or by a teller and linked. Where an older row of the loan was undone, Fineract has written the teller's
 * anew, under another id and with the same receipt.
 */
const isOf = (entry: Entry, row: CoreRow): boolean =>
  row.externalId === entry.external_id ||
  row.id === entry.core_transaction_id ||
  (row.externalId === null &&
    row.receiptNumber !== null &&
    row.receiptNumber === entry.receipt &&
    row.loanId === entry.loan_id &&
    minor(row.amount) === BigInt(entry.amount))

/** A row of a savings account, or a line of the general ledger, with the mark that we put on it. */
export type Marked = {
  readonly transactionId: string
  readonly mark: string | null
  readonly date: string
  readonly reversed: boolean
}

/** Deposits and journal entries have no external id in the core: the mark that we leave on each must stand there once. */
export function withMarks(entries: readonly Entry[], rows: readonly Marked[]): string[] {
  const found: string[] = []
  const standing = new Map<string, Set<string>>()
  for (const { mark, reversed, transactionId } of rows) {
    if (mark === null || !mark.startsWith('hatua-') || reversed) continue
    standing.set(mark, (standing.get(mark) ?? new Set()).add(transactionId))
  }
  for (const [mark, times] of standing) {
    const entry = entries.find(({ external_id }) => external_id === mark)
    if (times.size > 1) found.push(`${mark} stands in Fineract ${times.size} times`)
    if (entry?.state !== 'booked' && !isCountered(entries, entry))
      found.push(`Fineract has ${mark}: our entry is ${entry?.state ?? 'nowhere'}`)
  }
  for (const { entry, state, external_id: mark } of entries)
    if (state === 'booked' && MARKED.includes(entry) && !standing.has(mark))
      found.push(`our ${entry} ${mark} is booked, Fineract has no such row`)
  return found
}

const MARKED = ['deposit', 'journal', 'voucher', 'undo-voucher']

/** A voucher that was taken back stands in the journal for ever, beside the entry that turns its sides. */
const isCountered = (entries: readonly Entry[], entry: Entry | undefined): boolean =>
  entry?.state === 'undone' &&
  entries.some(
    other =>
      other.entry === 'undo-voucher' &&
      other.state === 'booked' &&
      other.disbursement_id === entry.disbursement_id,
  )
