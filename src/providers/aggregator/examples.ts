import * as z from 'zod'
import { parseMoney } from '../../domain/money.ts'
import { parseMsisdn } from '../../domain/msisdn.ts'
import { type Outcome, REASONS } from '../../domain/outcome.ts'

/**
 * What the other side says, described apart from the profile that is to understand it: requests that it expects, answers
 * that it gives, and what each must come to mean.
 */

export type Finding = { readonly what: string; readonly wrong: string | undefined }

const Text = z.string().max(20_000)
const Body = z.union([Text, z.record(z.string(), z.unknown()), z.array(z.unknown())])

const Expected = z.strictObject({
  is: z.enum([
    'confirmed',
    'accepted',
    'declined',
    'unknown',
    'not-found',
    'our-fault',
    'reversed',
    'unreadable',
  ]),
  reason: z.enum(REASONS).optional(),
  again: z.enum(['never', 'later', 'other-wallet']).optional(),
  fault: z.enum(['no-float', 'credentials', 'address-refused', 'configuration', 'quota']).optional(),
  receipt: Text.optional(),
  providerReference: Text.optional(),
  link: Text.optional(),
})
type Expected = z.infer<typeof Expected>

const Example = z.strictObject({
  says: z.string().min(1).max(100),
  on: z.string().regex(/^(collect|disburse|refund)\.(send|status|callback)$/, 'such as collect.send'),
  /** Of what the request must be made; what is not named may be anything. */
  asks: z
    .strictObject({
      method: z.enum(['GET', 'POST', 'PUT']).optional(),
      url: Text.optional(),
      headers: z.record(z.string(), Text).default({}),
      holds: z.array(Text).default([]),
    })
    .optional(),
  answer: z.strictObject({
    http: z.int().min(100).max(599).default(200),
    headers: z.record(z.string(), Text).default({}),
    body: Body.default(''),
  }),
  outcome: Expected,
})
export type Example = z.infer<typeof Example>

export const Examples = z.strictObject({
  config: z.record(z.string(), z.unknown()),
  order: z.strictObject({
    amount: z.string(),
    currency: z.string().regex(/^[A-Z]{3}$/),
    msisdn: z.string().transform((text, context) => {
      const found = parseMsisdn(text)
      if (found === undefined)
        context.addIssue({ code: 'custom', message: 'a phone number, such as +237670000001' })
      return found ?? z.NEVER
    }),
    code: z.string().optional(),
    providerReference: z.string().optional(),
  }),
  /** The answer to whoever asks for a token, and to an init step. */
  token: z.strictObject({ body: Body }).optional(),
  init: z.strictObject({ body: Body }).optional(),
  examples: z.array(Example).min(1).max(200),
})
export type Examples = z.infer<typeof Examples>

/** The amount of the examples' order; undefined where it is none of that currency. */
export const amountOf = ({ order }: Examples) => parseMoney(order.amount, order.currency)

export const bodyText = (body: z.infer<typeof Body>): string =>
  typeof body === 'string' ? body : JSON.stringify(body)

/** What is other than expected, in words; undefined where all is as it should be. */
export function differs(
  expected: Expected,
  got: Outcome | { readonly kind: 'unreadable' },
): string | undefined {
  const { is, ...details } = expected
  if (got.kind !== is) return `${got.kind} instead of ${is}`
  for (const [name, value] of Object.entries(details)) {
    const found = (got as Readonly<Record<string, unknown>>)[name]
    if (value !== undefined && found !== value) return `${name} ${String(found)} instead of ${value}`
  }
  return undefined
}
