import type { BookingOutcome } from '../core-banking.ts'
import type { Api } from './call.ts'
import { codeOf } from './refusals.ts'
import { parseJson, readAmount, readDate } from './values.ts'
import { Failure, Transaction } from './wire.ts'
import { NOT_FOUND, refused, unknown } from './writes.ts'

/** A row of a loan that was found, or why there is none. */
export type FoundRow = { readonly kind: 'row'; readonly row: Transaction } | BookingOutcome

/** The row under an external id: ids of transactions change when an earlier one is booked later, external ids do not. */
export async function findRow(api: Api, loanId: string, externalId: string): Promise<FoundRow> {
  const answer = await api.raw('GET', externalIdPath(loanId, externalId))
  if (answer.kind === 'no-answer') return unknown(answer.why)
  const json = parseJson(answer.body)
  if (answer.status === 404) {
    const failure = Failure.safeParse(json)
    const code = failure.success ? codeOf(failure.data) : ''
    if (code === 'error.msg.loan.transaction.external.id.invalid') return NOT_FOUND
    // It exists, on another loan.
    if (code === 'error.msg.loan.transaction.id.invalid') return refused(code, 'never')
  }
  if (answer.status !== 200) return unknown(`answer ${answer.status}`)
  const { data: row } = Transaction.safeParse(json)
  if (row === undefined) return unknown('a transaction that cannot be read')
  if (row.externalId != null && row.externalId !== externalId)
    return unknown('another transaction was answered')
  return { kind: 'row', row }
}

export const externalIdPath = (loanId: string, externalId: string): string =>
  `loans/${encodeURIComponent(loanId)}/transactions/external-id/${encodeURIComponent(externalId)}`

/** Undone by a person, or with its whole disbursal: the external id stays on the row, the money is not booked. */
export const isUndone = ({ manuallyReversed, reversedOnDate }: Transaction): boolean =>
  manuallyReversed === true || reversedOnDate != null

/** What a living row says: its own amount, for Fineract rounds silently. */
export function bookedRow({ id, date, amount, currency }: Transaction): BookingOutcome {
  const valueDate = readDate(date)
  const booked = currency === undefined ? undefined : readAmount(amount, currency.code)
  if (valueDate === undefined || booked === undefined) return unknown('a transaction that cannot be read')
  return { kind: 'booked', coreTransactionId: id, amount: booked, valueDate }
}
