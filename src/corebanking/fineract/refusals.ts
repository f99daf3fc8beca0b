import type { z } from 'zod'
import type { Failure } from './wire.ts'

/**
 * What Fineract's refusals of a booking mean for the next try. An error is stored under its key and answered for ever, so
 * "later" needs a new key, unless the command was refused before it was recorded.
 * Source: apache/fineract, package exceptionmapper, SynchronousCommandProcessingService, LoanTransactionValidator,
 * InvalidLoanStateTransitionException, SavingsAccount, JournalEntryInvalidException.
 */

export type Retry = 'same-key' | 'new-key' | 'other-date' | 'never'
type Failed = z.infer<typeof Failure>

/** The inner code says what is wrong; the outer one only of which family it is. */
export const codeOf = ({ errors, userMessageGlobalisationCode }: Failed): string =>
  errors?.[0]?.userMessageGlobalisationCode ?? userMessageGlobalisationCode

/** Refused before a command row was made: permission, a read-only instance, the close-of-business lock, a blocking job. */
const NOT_RECORDED: ReadonlySet<string> = new Set([
  'error.msg.not.authenticated',
  'error.msg.not.authorized',
  'error.msg.invalid.instance.type',
  'error.msg.loan.locked',
  'error.msg.sheduler.job.currently.running',
])

/** The close-of-business job holds the loan; where that job has failed on it, until an operator lets go (LoanCOBApiFilter). */
export const isLock = (code: string): boolean => code === 'error.msg.loan.locked'

/** Recorded, and mended by time, by an office or by configuration. */
const MENDABLE: ReadonlySet<string> = new Set([
  'error.msg.loan.transaction.cannot.be.a.future.date',
  'error.msg.loan.disbursal.cannot.be.a.future.date',
  'error.msg.savingsaccount.transaction.in.the.future',
  'error.msg.glJournalEntry.invalid.future.date',
  'error.msg.glJournalEntry.invalid.account.disabled',
  'error.msg.glJournalEntry.invalid.account.manual.adjustments.not.permitted',
  'error.msg.savings.concurrent.operations',
  'error.msg.savings.concurrent.operations.unable.to.acquire.lock',
  'error.msg.client.not.active.exception',
  'error.msg.payment.type.invalid',
])

/** Refused for its day alone: the first later day that is allowed takes it. */
const NOT_THAT_DAY: ReadonlySet<string> = new Set([
  'error.msg.loan.application.repayment.date.on.holiday',
  'error.msg.loan.application.repayment.date.on.non.working.day',
  'error.msg.loan.application.disbursement.date.on.holiday',
  'error.msg.loan.application.disbursement.date.on.non.working.day',
  'error.msg.glJournalEntry.invalid.accounting.closed',
])

/** Undefined where the answer is no clear refusal: then the transaction is looked up. */
export function retryOf(status: number, code: string): Retry | undefined {
  if (NOT_RECORDED.has(code)) return 'same-key'
  if (NOT_THAT_DAY.has(code)) return 'other-date'
  if (status === 409) return 'new-key'
  if (status === 503) return code.endsWith('update.not.allowed') ? 'never' : undefined
  if (status === 400 || status === 403 || status === 404) return MENDABLE.has(code) ? 'new-key' : 'never'
  return undefined
}

/** Done before, by us or by somebody else: the rows tell. */
const DONE_BEFORE: ReadonlySet<string> = new Set([
  'error.msg.loan.disbursal.account.is.not.approve.not.disbursed.state',
  'error.msg.loan.undo.disbursal.account.is.not.active',
])

/**
 * The state says that it was done already, or the external id is on a row; some databases' texts make the latter a data
 * integrity fault instead.
 */
export function isPerhapsThere(status: number, failed: Failed): boolean {
  if (DONE_BEFORE.has(codeOf(failed))) return true
  if (status === 403)
    return /data\.integrity/.test(`${failed.userMessageGlobalisationCode} ${codeOf(failed)}`)
  return (
    status === 400 &&
    (failed.errors ?? []).some(
      ({ parameterName, userMessageGlobalisationCode = '' }) =>
        parameterName === 'externalId' && /unique/i.test(userMessageGlobalisationCode),
    )
  )
}
