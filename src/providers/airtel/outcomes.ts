import type { Money } from '../../domain/money.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { AttemptRef, Operation, Order } from '../provider.ts'
import { type Answer, unclear, unknown } from './access.ts'
import type { AirtelConfig } from './config.ts'
import type { Said } from './wire.ts'
import { type Meaning, meaningOf, type Refusal, withCode } from './words.ts'

const isForeign = ({ transaction }: Said, reference: string | undefined): boolean =>
  transaction.id !== undefined && transaction.id !== reference

const ACCEPTED: Outcome = { kind: 'accepted' }
const confirmed = (amount: Money, receipt?: string): Outcome => ({
  kind: 'confirmed',
  amount,
  ...(receipt === undefined ? {} : { receipt }),
})

/**
 * The answer to an order, its code first: refusals come with HTTP 200 as well. Of a collection it says at most that it was
 * taken, whatever it calls that; a payout may be done at once.
 */
export function readSent(order: Order, { status, said }: Answer, config: AirtelConfig): Outcome {
  const { operation } = order
  const { code, transaction } = said
  if (operation !== 'refund' && isForeign(said, order.reference))
    return unknown('the answer is about another transaction')
  const meaning = meaningOf(operation, code)
  const refusal = refusalOf(meaning, operation)
  if (refusal !== undefined)
    return transaction.status === 'TS' ? unknown('a yes with the code of a no') : withCode(refusal, code)
  if (status === 200 && meaning?.kind === 'pending') return pending(order, said, config)
  return status === 200 && isYes(meaning, said)
    ? YES[operation](order, said, config, meaning?.kind === 'done')
    : unclear(status, code)
}

/** A payment that should go back and is not there is a no as well: nothing can have moved, and asking again will not find it. */
function refusalOf(meaning: Meaning | undefined, operation: Operation): Refusal | undefined {
  if (meaning?.kind === 'no' || meaning?.kind === 'refused') return meaning.refusal
  return meaning?.kind === 'not-found' && operation === 'refund'
    ? { kind: 'declined', reason: 'failed', again: 'never' }
    : undefined
}

/** The older layer's success is one only where the answer calls itself one. */
const isYes = (meaning: Meaning | undefined, { success }: Said): boolean =>
  (meaning?.kind === 'done' && success !== false) || (meaning?.kind === 'taken' && success === true)

type Yes = (order: Order, said: Said, config: AirtelConfig, isDone: boolean) => Outcome

const pending = (order: Order, { success }: Said, { refundAnswer }: AirtelConfig): Outcome =>
  order.operation === 'refund' && refundAnswer === 'done' && success === true
    ? confirmed(order.amount)
    : ACCEPTED

const YES: Readonly<Record<Operation, Yes>> = {
  collect: () => ACCEPTED,
  disburse({ amount }, { transaction: { status, receipt } }) {
    if (status === 'TS') return confirmed(amount, receipt)
    return status === 'TIP' ? ACCEPTED : unknown('a success without a success of the transaction')
  },
  refund: (order, said, config, isDone) => (isDone ? confirmed(order.amount) : pending(order, said, config)),
}

/**
 * Where a collection or a payout stands. Only the status of the transaction itself ends it: a code alone may as well be
 * about the question. No amount is told, and none but the one that was asked for can have moved.
 */
export function readAsked(attempt: AttemptRef, { status, said }: Answer, config: AirtelConfig): Outcome {
  const { code, transaction } = said
  const { status: word, receipt } = transaction
  if (isForeign(said, attempt.reference)) return unknown('the answer is about another transaction')
  const meaning = meaningOf(attempt.operation, code)
  if (word === undefined) return readCode(meaning, status, code)
  if (status !== 200) return unclear(status, code)
  if (word === 'TS')
    return isYes(meaning, said)
      ? confirmed(attempt.amount, receipt)
      : unknown('a success without the code of one')
  if (word !== 'TF' && word !== 'TE') return readWord(word, attempt.amount, config)
  const refusal = withCode(meaning?.kind === 'no' ? meaning.refusal : noOf(word, attempt.operation), code)
  return refusal.kind === 'our-fault' ? { ...refusal, ended: true } : refusal
}

/** What a code says without a transaction beside it: that there is none, that it waits, or what is wrong with the question. */
function readCode(meaning: Meaning | undefined, status: number, code: string | undefined): Outcome {
  if (meaning?.kind === 'not-found') return { kind: 'not-found' }
  if (meaning?.kind === 'pending' && status === 200) return ACCEPTED
  return meaning?.kind === 'refused' ? withCode(meaning.refusal, code) : unclear(status, code)
}

/** A final no, as the word alone has it. Who is paid lets nothing expire. */
export const noOf = (word: 'TF' | 'TE', operation: Operation): Refusal => ({
  kind: 'declined',
  reason: word === 'TE' && operation === 'collect' ? 'expired' : 'failed',
  again: 'later',
})

/** Every word but yes and no. */
export function readWord(word: string, amount: Money | undefined, { reversedWords }: AirtelConfig): Outcome {
  if (word === 'TIP') return ACCEPTED
  if (word === 'TA') return unknown('Airtel calls it ambiguous')
  if (!reversedWords.includes(word)) return unknown('a status that is not listed')
  return amount === undefined ? unknown('how much went back is not told') : { kind: 'reversed', amount }
}

/** Whether a payment has gone back, by the payment's own status: a refund has no name. That it is still paid is no "no". */
export function readBack(attempt: AttemptRef, { status, said }: Answer, config: AirtelConfig): Outcome {
  const { code, transaction } = said
  const word = transaction.status
  const meaning = meaningOf('refund', code)
  if (isForeign(said, attempt.original?.reference)) return unknown('the answer is about another payment')
  if (word === undefined && meaning?.kind === 'refused') return withCode(meaning.refusal, code)
  if (status !== 200 || word === undefined) return unclear(status, code)
  if (config.reversedWords.includes(word)) return confirmed(attempt.amount)
  return word === 'TS' ? ACCEPTED : unknown('the payment is neither paid nor back')
}
