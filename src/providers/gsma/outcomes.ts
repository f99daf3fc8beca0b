import type { Again, Fault, Outcome, Reason } from '../../domain/outcome.ts'
import type { AttemptRef, Operation } from '../provider.ts'
import { unclear, unknown } from './access.ts'
import { isOnlyAsked, meaningOf, type No } from './codes.ts'
import type { GsmaConfig, Meaning, Word } from './config.ts'
import { type Refused, type RequestState, readAmount, readError, readTime, type Transaction } from './wire.ts'

/** The operator's words as outcomes. */

type Refusal = Extract<Outcome, { kind: 'declined' | 'our-fault' }>
type Known = Pick<AttemptRef, 'operation'> & Partial<Pick<AttemptRef, 'amount' | 'reference'>>

const OTHER_WALLET: readonly Meaning[] = ['insufficient-funds', 'limit', 'not-allowed', 'no-account']
const FAULTS: readonly Meaning[] = ['no-float', 'credentials', 'configuration', 'quota']

function againOf(reason: Meaning): Again {
  if (reason === 'below-minimum') return 'never'
  return OTHER_WALLET.includes(reason) ? 'other-wallet' : 'later'
}

/** The lender's own reading of a code comes before the usual one. */
function noOf(operation: Operation, code: string | undefined, { errorCodes }: GsmaConfig): No | undefined {
  const own = code !== undefined && Object.hasOwn(errorCodes, code) ? errorCodes[code] : undefined
  if (own === undefined) return meaningOf(operation, code)
  return FAULTS.includes(own) ? [own as Fault] : [own as Reason, againOf(own)]
}

const refusal = ([first, again]: No, code: string | undefined): Refusal =>
  again === undefined
    ? { kind: 'our-fault', fault: first as Fault, ...(code && { detail: code }) }
    : { kind: 'declined', reason: first as Reason, again, ...(code && { code }) }

/** The last word on an attempt: nothing moved, and nothing will. */
function ended(no: No, code: string | undefined): Refusal {
  const said = refusal(no, code)
  return said.kind === 'our-fault' ? { ...said, ended: true } : said
}

const FAILED: No = ['failed', 'later']
/** Categories of the operator's own troubles: the order may have been done. */
const TROUBLES: readonly (string | undefined)[] = [undefined, 'internal', 'serviceUnavailable']

const isFinal = ({ category, code }: Refused): boolean =>
  !TROUBLES.includes(category) && code !== undefined && !isOnlyAsked(code)

/** An order that was refused at once. A business rule's refusal may come with 500; unavailable says nothing of it. */
export function readRefused(refused: Refused, operation: Operation, config: GsmaConfig): Outcome {
  const { status, code } = refused
  const no = status >= 400 && status <= 500 && isFinal(refused) ? noOf(operation, code, config) : undefined
  return no === undefined ? unclear(refused) : refusal(no, code)
}

/** A callback that brings an error object instead of a transaction. */
export function readFailure(refused: Refused, operation: Operation, config: GsmaConfig): Outcome {
  const no = isFinal(refused) ? noOf(operation, refused.code, config) : undefined
  return no === undefined ? unknown('an error that says neither yes nor no') : ended(no, refused.code)
}

/** Where a request stands that was taken and not done at once. `failed` is final whatever its reason, also an unlisted one. */
export function readState(
  { status, error, serverCorrelationId }: RequestState,
  operation: Operation,
  config: GsmaConfig,
): Outcome {
  if (status === 'pending' || status === 'completed')
    return { kind: 'accepted', providerReference: serverCorrelationId }
  const { code } = readError(error, 0)
  if (status !== 'failed' || code === 'duplicateRequest')
    return {
      ...unknown(`a request that is ${code ?? 'not as listed'}`),
      providerReference: serverCorrelationId,
    }
  return ended(noOf(operation, code, config) ?? FAILED, code)
}

export function wordOf(status: string, { statusWords }: GsmaConfig): Word | undefined {
  const word = status.toLowerCase()
  return Object.hasOwn(statusWords, word) ? statusWords[word] : undefined
}

/** A transaction, or the reversal that a refund is, as an outcome; a status that is not listed is `unknown`. */
export function readTransaction(told: Transaction, attempt: Known, config: GsmaConfig): Outcome {
  if (isForeign(told, attempt)) return unknown('the answer is about another order')
  const word = wordOf(told.transactionStatus, config)
  if (word === undefined) return unknown('a status that is not listed')
  if (word === 'pending') return { kind: 'accepted' }
  if (word === 'declined') return ended(FAILED, undefined)
  // a reversal need not tell its amount: it is what was asked for
  const whole = attempt.operation === 'refund' && told.amount == null && told.currency == null
  const amount = whole ? attempt.amount : readAmount(told.amount, told.currency)
  if (amount === undefined) return unknown(`${word} without a readable amount`)
  const at = readTime(told.modificationDate) ?? readTime(told.creationDate)
  if (word === 'reversed') return { kind: 'reversed', amount, ...(at && { at }) }
  // what the parties read is the receipt, where it differs from the operator's own name
  const receipt = told.transactionReceipt || told.transactionReference
  return { kind: 'confirmed', amount, receipt, ...(at && { at }) }
}

export const isForeign = (
  { requestingOrganisationTransactionReference: ours }: Transaction,
  { reference }: Known,
): boolean => ours != null && ours !== '' && reference !== undefined && ours !== reference
