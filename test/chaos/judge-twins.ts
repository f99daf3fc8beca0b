import { type Movement, oursOf, type Truth } from './truth.ts'

/** M-Pesa's words for the same amount to or from the same number within two minutes: of a payout, and of a push. */
const TWIN_CODES = ['15', '17']
const TWINS_MS = 120_000

/** Nothing of ours was refused as a repetition; what she pays at the paybill by herself we cannot know in time. */
export function withTwins(truth: readonly Truth[], movements: readonly Movement[]): string[] {
  const byHerself = (row: Truth): boolean =>
    truth.some(({ kind, msisdn, amount, completedAt = '' }) => {
      const agoMs = Date.parse(row.createdAt) - Date.parse(completedAt)
      return (
        kind === 'c2b' && msisdn === row.msisdn && amount === row.amount && agoMs >= 0 && agoMs <= TWINS_MS
      )
    })
  return truth
    .filter(row => TWIN_CODES.includes(row.resultCode ?? '') && oursOf(movements, row).length > 0)
    .filter(row => !byHerself(row))
    .map(row => `${row.kind} ${row.reference} of ${row.amount} was refused as a repetition`)
}
