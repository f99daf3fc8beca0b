import * as z from 'zod'
import type { Outcome } from '../../domain/outcome.ts'
import type { Operation } from '../provider.ts'
import { commonFields, meaningOf, ours, type readAmount, unknown, type Words } from './common.ts'

/**
 * EcoCash's Open API.
 * Source: developers.ecocash.co.zw, Payments, Refunds, Transactions Lookup (HTTP status code summaries among them); real
 * answers in the README of github.com/takumade/ecocash.
 */

/** All that the portal and the answers show: SUCCESS and PENDING_VALIDATION of a payment, COMPLETED of a refund. */
const WORDS: Words = {
  SUCCESS: 'confirmed',
  FAILED: 'declined',
  PENDING: 'pending',
  'PENDING VALIDATION': 'pending',
}
const REFUND_WORDS: Words = { ...WORDS, COMPLETED: 'confirmed' }

export const OpenConfig = z.object({
  ...commonFields(WORDS, []),
  apiKey: z.string().min(1),
  mode: z.enum(['sandbox', 'live']).default('live'),
  /** The lender's name, as a refund has to tell it. */
  clientName: z.string().min(1).max(100),
  /** Unverified: the portal wants a UUID, which the payment's `sourceReference` is, and shows the receipt in a sample. */
  refundBy: z.enum(['reference', 'receipt']).default('reference'),
  /** Unverified: times have no zone; Zimbabwe's is +02:00 all the year. */
  utcOffset: z
    .string()
    .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, 'such as +02:00')
    .default('+02:00'),
})
export type OpenConfig = z.infer<typeof OpenConfig>

const Told = z.union([z.string(), z.number()]).nullish()
export const Lookup = z.object({
  status: z.string().min(1),
  reference: z.string().nullish(),
  ecocashReference: z.string().nullish(),
  amount: z.object({ amount: Told, currency: z.string().nullish() }).nullish(),
  transactionDateTime: z.string().nullish(),
})
export const Refunded = z.object({
  transactionStatus: z.string().min(1),
  amount: Told,
  currency: z.string().nullish(),
})

type About = {
  readonly operation: Operation
  readonly amount: ReturnType<typeof readAmount>
  readonly receipt?: string | undefined
  readonly at?: Date | undefined
}

export function toOutcome(word: string, about: About, config: OpenConfig): Outcome {
  const { operation, amount, receipt, at } = about
  switch (meaningOf(word, operation === 'refund' ? REFUND_WORDS : WORDS, config)) {
    case 'pending':
      return { kind: 'accepted' }
    case 'declined':
      return { kind: 'declined', reason: 'failed', again: 'later' }
    case 'confirmed':
      if (amount === undefined) return unknown('a yes without a readable amount')
      return {
        kind: 'confirmed',
        amount,
        ...(receipt === undefined ? {} : { receipt }),
        ...(at === undefined ? {} : { at }),
      }
    default:
      return unknown('a status that is not listed')
  }
}

/** `2025-09-08 15:37:16`, as it stands on the wall there. */
export function timeOf(text: string | null | undefined, { utcOffset }: OpenConfig): Date | undefined {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text ?? '') ?? []
  const at = new Date(`${day}T${time}${utcOffset}`)
  return Number.isNaN(at.getTime()) ? undefined : at
}

/** What the portal's summary says of an order that was not taken; 402 and 409 may be about one that was. */
export function refused(status: number): Outcome {
  if (status === 400) return ours('configuration', 'refused as a bad request')
  if (status === 429) return ours('quota', 'too many requests')
  return unknown(`answer ${status}`)
}
