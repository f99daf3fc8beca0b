import { parseMoney } from '../../domain/money.ts'
import type { Again, Fault, Outcome, Reason } from '../../domain/outcome.ts'
import type { Operation } from '../provider.ts'
import type { Meaning, OrangeConfig } from './config.ts'
import { CURRENCY, type Payment, readSaid, type Said } from './wire.ts'
import { CONFIRMED_CODES, meaningOf, type Word } from './words.ts'

const AGAIN: Readonly<Record<Reason, Again>> = {
  'insufficient-funds': 'other-wallet',
  'wrong-pin': 'later',
  expired: 'later',
  unreachable: 'later',
  cancelled: 'later',
  limit: 'other-wallet',
  'below-minimum': 'never',
  'not-allowed': 'other-wallet',
  'no-account': 'other-wallet',
  busy: 'later',
  failed: 'later',
}

/** Where the lender pays, the payer's money and PIN are the lender's own, and she was asked nothing. */
const OF_A_PAYOUT: Readonly<Record<string, Meaning>> = {
  'insufficient-funds': 'no-float',
  'wrong-pin': 'credentials',
  expired: 'failed',
  cancelled: 'failed',
  unreachable: 'failed',
}

const isReason = (meaning: Meaning): meaning is Reason => Object.hasOwn(AGAIN, meaning)

const knownCode = (code: string | undefined, config: OrangeConfig): Meaning | undefined => {
  const codes: Readonly<Record<string, Meaning>> = { ...config.codes, ...CONFIRMED_CODES }
  return code !== undefined && Object.hasOwn(codes, code) ? codes[code] : undefined
}

/** An explicit no: by its code where that is known, else by the status word alone, which is final with any code. */
function no(code: string | undefined, word: Word, operation: Operation, config: OrangeConfig): Outcome {
  const byWord = word === 'cancelled' || word === 'expired' ? word : 'failed'
  const told = knownCode(code, config) ?? byWord
  const meaning = (operation === 'disburse' ? OF_A_PAYOUT[told] : undefined) ?? told
  return isReason(meaning)
    ? { kind: 'declined', reason: meaning, again: AGAIN[meaning], ...(code === undefined ? {} : { code }) }
    : { kind: 'our-fault', fault: meaning as Fault, ...(code && { detail: code }), ended: true }
}

const unknown = (why: string): Outcome => ({ kind: 'unknown', why })

/** A payment as it stands, by an inquiry or a callback. A status that is not listed is `unknown`. */
export function toOutcome({ payment, code }: Said, operation: Operation, config: OrangeConfig): Outcome {
  const status = payment?.status
  if (payment === undefined || status == null) return unknown('the answer holds no status')
  const word = meaningOf(status)
  if (word === 'waiting') return { kind: 'accepted' }
  if (word !== undefined && word !== 'paid') return no(code, word, operation, config)
  if (word === undefined && !config.reversedWords.includes(status))
    return unknown('a status that is not listed')
  const amount = amountOf(payment)
  if (amount === undefined) return unknown('money that moved, without a readable amount')
  if (word === undefined) return { kind: 'reversed', amount }
  // the customer's own confirmation has a code as well: a yes beside a refusal is neither
  if (payment.confirmtxnstatus != null && payment.confirmtxnstatus !== '200')
    return unknown('a yes with the code of a no')
  return { kind: 'confirmed', amount, ...(payment.txnid ? { receipt: payment.txnid } : {}) }
}

function amountOf({ amount }: Payment) {
  const read = amount == null ? undefined : parseMoney(amount, CURRENCY)
  return read === undefined || read.minor <= 0n ? undefined : read
}

/**
 * The answer to `pay`. It says at most that the payment was taken, also where it calls it a success: only an inquiry says
 * that money moved. It may say no: HTTP 417, with a final status or a code that is known. A token that was used before
 * is refused in another way, and is asked about.
 */
export function readPaid(
  status: number,
  body: unknown,
  asked: { readonly operation: Operation; readonly payToken: string },
  config: OrangeConfig,
): Outcome {
  const said = readSaid(body)
  const { payment, code } = said
  if (payment?.payToken != null && payment.payToken !== asked.payToken)
    return unknown('the answer is about another payment')
  const word = payment?.status == null ? undefined : meaningOf(payment.status)
  if (status === 200 && (word === 'waiting' || word === 'paid')) return { kind: 'accepted' }
  if (status !== 200 && status !== 417) return unknown(`answer ${status}`)
  if (word === 'failed' || word === 'cancelled' || word === 'expired')
    return no(code, word, asked.operation, config)
  if (status === 417 && word === undefined && knownCode(code, config) !== undefined)
    return no(code, 'failed', asked.operation, config)
  return unknown(`an answer ${status} that accepts nothing and refuses nothing`)
}
