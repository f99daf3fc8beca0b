import * as z from 'zod'
import { commonFields } from './common.ts'
import { EIP_WORDS, REFUND_DONE } from './eip-words.ts'

const Text = z.string().min(1).max(100)

/** A merchant at EIP. The one user of it serves all currencies; a connection carries one. */
export const EipConfig = z.object({
  ...commonFields({ ...EIP_WORDS, ...REFUND_DONE }, ['collect']),
  username: Text,
  password: Text,
  merchantCode: Text,
  merchantPin: z.string().regex(/^\d{4,8}$/, 'the digits of the merchant’s PIN, as text'),
  merchantNumber: Text,
  merchantName: Text,
  superMerchantName: Text.optional(),
  terminalId: Text,
  location: Text.default('Harare'),
  channel: Text.default('WEB'),
  purchaseCategory: Text.default('Online Payment'),
  /** Unverified, for the documents differ: whether amounts are numbers or texts with two decimals. */
  amountForm: z.enum(['number', 'text']).default('number'),
  /** Unverified: the portal's edition ends the paths of orders with a slash. */
  trailingSlash: z.boolean().default(false),
  /** Unverified: `REF` in both documents, `MER` in the portal's samples, `REV` of a reversal. */
  refundType: z.enum(['REF', 'REV', 'MER']).default('REF'),
  /** The gateway's edge lets some in and others not: what it knows the lender by. */
  userAgent: Text.regex(/^[\x20-\x7e]+$/, 'plain characters').default('Hatua'),
})
export type EipConfig = z.infer<typeof EipConfig>
