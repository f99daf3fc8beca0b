import * as z from 'zod'

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/

function isPage(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
}

/** A page that her browser comes back to; Wave wants https. */
const Page = z.string().refine(isPage, 'an https address')

/** A connection to Wave: one wallet of the lender's, and a key of it with the rights Checkout, Payout and Balance. */
export const Config = z.object({
  baseUrl: z.url().transform(url => url.replace(/\/+$/, '')),
  apiKey: z.string().min(1),
  currency: z.string().regex(/^[A-Z]{3}$/, "an ISO 4217 code, the wallet's own"),
  /** Where she lands after paying, and after giving up: pages that thank and explain. Nothing is learnt from them. */
  successUrl: Page,
  errorUrl: Page,
  /** Whose name she reads, where the lender's wallet is an aggregator's. */
  aggregatedMerchantId: z.string().min(1).max(100).optional(),
  /** How web hooks prove where they come from, as chosen in Wave's portal; with neither they are hints. */
  signingSecret: z.string().min(1).optional(),
  sharedSecret: z.string().min(1).optional(),
  /** What an expired session says of a payment that never was. `cancelled` was seen; `processing` may be one under way. */
  unpaidWhenExpired: z.array(z.enum(['cancelled', 'processing'])).default(['cancelled']),
  /** A refund cannot be asked about but by the statement: of so many days, today's the first. */
  refundDays: z.int().min(1).max(31).default(2),
  callMs: z.int().positive().max(60_000).default(20_000),
})
export type WaveConfig = z.infer<typeof Config>
