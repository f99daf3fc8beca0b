/**
 * Orange's words, as open clients of the API and their recorded answers have them.
 * Source: github NdoleStudio/orangemoney-go (stubs of real answers), github spreeloop/core-ts `orange_money`.
 */

const WAITING: ReadonlySet<string> = new Set(['INITIATED', 'PENDING'])
/** The double L is Orange's own. */
const PAID: ReadonlySet<string> = new Set(['SUCCESSFULL', 'SUCCESSFUL', 'SUCCESS'])
const REFUSED = {
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  CANCELED: 'cancelled',
  EXPIRED: 'expired',
} as const

export type Word = 'waiting' | 'paid' | 'failed' | 'cancelled' | 'expired'

/** Undefined for a word that is not listed. */
export function meaningOf(status: string): Word | undefined {
  if (WAITING.has(status)) return 'waiting'
  if (PAID.has(status)) return 'paid'
  return Object.hasOwn(REFUSED, status) ? REFUSED[status as keyof typeof REFUSED] : undefined
}

export const isListed = (status: string): boolean => meaningOf(status) !== undefined

/** "Le solde du compte du payeur est insuffisant": the one code that several sources know. */
export const CONFIRMED_CODES = { '60019': 'insufficient-funds' } as const
