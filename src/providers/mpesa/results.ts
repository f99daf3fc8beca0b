import * as z from 'zod'
import type { Money } from '../../domain/money.ts'
import type { Fault, Outcome, Reason } from '../../domain/outcome.ts'
import type { AttemptRef } from '../provider.ts'
import type { StatusMeaning } from './config.ts'
import { readAmount, readTime, Text } from './wire.ts'

/**
 * The one shape in which payouts, reversals and status queries are answered.
 * Source: developer.safaricom.co.ke, APIs "B2C", "Reversal" and "Transaction Status", result bodies and result codes.
 */
const Parameter = z.object({ Key: z.string(), Value: z.unknown().optional() })
export const Result = z
  .object({
    Result: z.object({
      ResultCode: Text,
      OriginatorConversationID: z.string().min(1).max(200),
      ConversationID: z.string().min(1).max(200),
      TransactionID: z.string().nullish(),
      ResultParameters: z
        .object({ ResultParameter: z.union([z.array(Parameter), Parameter.transform(one => [one])]) })
        .nullish(),
    }),
  })
  .transform(({ Result: { ResultParameters, ...result } }) => ({
    ...result,
    values: new Map(ResultParameters?.ResultParameter.map(({ Key, Value }) => [Key, textOf(Value)])),
  }))
export type Result = z.infer<typeof Result>
type Values = Result['values']

const textOf = (value: unknown): string | undefined =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined

type No =
  | { readonly fault: Fault }
  | { readonly reason: Reason; readonly again: 'never' | 'later' | 'other-wallet' }

/** Final words, each an explicit no. 15 (a duplicate), 17, 26 and what stands in legacy lists only are asked about. */
const NO: Readonly<Record<string, No>> = {
  '1': { fault: 'no-float' },
  '2': { reason: 'below-minimum', again: 'never' },
  '3': { reason: 'limit', again: 'never' },
  '4': { reason: 'limit', again: 'later' },
  '8': { reason: 'limit', again: 'later' },
  '11': { fault: 'configuration' },
  '21': { fault: 'credentials' },
  '2001': { fault: 'credentials' },
  '2006': { fault: 'configuration' },
  '2028': { fault: 'configuration' },
  '2040': { reason: 'no-account', again: 'other-wallet' },
  '8006': { fault: 'credentials' },
  R000002: { reason: 'failed', again: 'never' },
  SFC_IC0003: { fault: 'configuration' },
}
/**
 * The payment went back already, but whether by this refund, an earlier one or Safaricom's own hand it does not say: no
 * yes to this attempt, and a no would invite somebody to pay the same money once more. So it is asked about.
 */
const REVERSED_BEFORE = 'R000001'

/** What the lender must set right, by the code of a result. */
export function faultOf(code: string): Fault | undefined {
  const no = Object.hasOwn(NO, code) ? NO[code] : undefined
  return no !== undefined && 'fault' in no ? no.fault : undefined
}

/** The outcome of a payout or a refund by its own result. */
export function readOrderResult(result: Result, operation: 'disburse' | 'refund'): Outcome {
  const code = result.ResultCode
  if (code === '0') return operation === 'refund' ? readSentBack(result) : readPaidOut(result)
  if (code === REVERSED_BEFORE) return { kind: 'unknown', why: `${code} the payment was reversed before` }
  const no = Object.hasOwn(NO, code) ? NO[code] : undefined
  if (no === undefined) return { kind: 'unknown', why: 'a result code that is not a final no' }
  return 'fault' in no
    ? { kind: 'our-fault', fault: no.fault, detail: `result ${code}`, ended: true }
    : { kind: 'declined', ...no, code }
}

const readPaidOut = ({ values, TransactionID }: Result): Outcome =>
  confirmed({
    amount: values.get('TransactionAmount'),
    receipt: values.get('TransactionReceipt') ?? TransactionID,
    at: values.get('TransactionCompletedDateTime'),
    party: values.get('ReceiverPartyPublicName'),
  })

const readSentBack = ({ values, TransactionID }: Result): Outcome =>
  confirmed({
    amount: values.get('Amount'),
    receipt: TransactionID,
    at: values.get('TransCompletedTime'),
    party: values.get('CreditPartyPublicName'),
    charge: values.get('Charge'),
  })

/** What a status query tells of a payout, or of the payment that a refund sends back. */
export function readStatus(
  values: Values,
  operation: AttemptRef['operation'] | undefined,
  words: Readonly<Record<string, StatusMeaning>>,
): Outcome {
  const word = values.get('TransactionStatus') ?? ''
  const meaning = Object.hasOwn(words, word) ? words[word] : undefined
  const amount = moved(values.get('Amount'))
  if (operation === 'refund') {
    // A payment goes back once and whole: that it has is a yes, whoever did it; that it has not so far is no "no".
    if (meaning !== 'reversed') return { kind: 'unknown', why: 'the payment has not gone back so far' }
    return amount === undefined ? NO_AMOUNT : { kind: 'confirmed', amount }
  }
  if (meaning === 'pending') return { kind: 'accepted' }
  if (meaning === 'declined') return { kind: 'declined', reason: 'failed', again: 'later' }
  if (meaning === 'reversed') return amount === undefined ? NO_AMOUNT : { kind: 'reversed', amount }
  if (meaning === undefined) return { kind: 'unknown', why: 'a status that is not listed' }
  return confirmed({
    amount: values.get('Amount'),
    receipt: values.get('ReceiptNo'),
    at: values.get('FinalisedTime'),
    party: values.get('CreditPartyName'),
  })
}

const NO_AMOUNT: Outcome = { kind: 'unknown', why: 'success without a readable amount' }

/** Money that moved: nothing is not an amount. */
function moved(value: string | null | undefined): Money | undefined {
  const amount = readAmount(value)
  return amount === undefined || amount.minor <= 0n ? undefined : amount
}

type Told = Readonly<Record<'amount' | 'receipt' | 'at' | 'party' | 'charge', string | null | undefined>>

function confirmed(told: Partial<Told>): Outcome {
  const amount = moved(told.amount)
  if (amount === undefined) return NO_AMOUNT
  const at = readTime(told.at ?? '')
  const name = nameOf(told.party ?? '')
  const charge = moved(told.charge)
  return {
    kind: 'confirmed',
    amount,
    ...(told.receipt ? { receipt: told.receipt } : {}),
    ...(at === undefined ? {} : { at }),
    ...(charge === undefined ? {} : { charge }),
    ...(name === '' ? {} : { name }),
  }
}

const MAX_NAME = 100

/** `254708000111 - Jane Doe`: the name behind the number, which may be masked; a number alone is no name. */
const nameOf = (party: string): string =>
  party
    .replace(/^[\d*+]+(\s*-\s*|$)/, '')
    .trim()
    .slice(0, MAX_NAME)
