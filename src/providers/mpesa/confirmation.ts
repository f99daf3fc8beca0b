import * as z from 'zod'
import type { Money } from '../../domain/money.ts'
import type { RawRequest } from '../../domain/outside.ts'
import { parseJson, readAmount, readTime, Text } from './wire.ts'

/**
 * A C2B confirmation: money that came to the shortcode, by a customer's own act or as the twin of a push. The number is
 * masked or hashed on this wire, so it is matched by `billReference`, and `receipt` makes repeats harmless.
 */
export type Confirmation = {
  readonly receipt: string
  readonly amount: Money
  readonly shortcode: string
  readonly billReference: string
  readonly at: Date
}

/** All values are strings on this wire. Source: developer.safaricom.co.ke, "Customer To Business (C2B)". */
const Body = z.object({
  TransID: z.string().min(1).max(40),
  TransTime: Text,
  TransAmount: z.union([z.string(), z.number()]),
  BusinessShortCode: Text,
  BillRefNumber: z.string().nullish(),
})

/** Undefined where the request is no confirmation that can be understood whole. */
export function readConfirmation(request: RawRequest): Confirmation | undefined {
  const parsed = Body.safeParse(parseJson(request.body))
  if (!parsed.success || request.method !== 'POST') return undefined
  const { TransID, TransTime, TransAmount, BusinessShortCode, BillRefNumber } = parsed.data
  const amount = readAmount(TransAmount)
  const at = readTime(TransTime)
  if (amount === undefined || at === undefined) return undefined
  return {
    receipt: TransID,
    amount,
    at,
    shortcode: BusinessShortCode,
    billReference: BillRefNumber?.trim() ?? '',
  }
}
