import * as z from 'zod'
import { isListed } from './outcomes.ts'

/** Each product of MTN has a subscription key, an API user and a token of its own. */
export const Credentials = z.object({
  subscriptionKey: z.string().min(1),
  apiUser: z.string().min(1),
  apiKey: z.string().min(1),
})

const Basic = z.object({ username: z.string().min(1).max(100), password: z.string().min(1).max(100) })
const NAMESPACE = 'http://www.ericsson.com/em/emm/serviceprovider'
const namespace = (usual: string) => z.string().min(1).max(200).default(`${NAMESPACE}/${usual}`)

/**
 * What customers pay to the lender's number at MTN by themselves. It goes by MTN's wallet platform (Ericsson's), which
 * has no public contract: all that its integrations differ in stands here, with what is seen most as the default.
 * Source: github.com/one-acre-fund/ph-ee-connector-mtn, `PaybillRouteBuilder` and `dto`.
 */
const Paybill = z.object({
  /** Where MTN hears whether we take a payment, and what we show there. */
  completedUrl: z.url(),
  account: Basic,
  /** The lender's name at MTN, as it stands behind the `@`: `lender.sp`. Money for another one is not ours. */
  serviceProvider: z.string().regex(/^[\w.-]{1,60}$/, 'letters, digits, full stops: lender.sp'),
  /** What MTN shows us. With it whoever shows nothing is refused; without, `callbackFrom` says who is believed. */
  inbound: Basic.optional(),
  /** What stands on her screen before she pays, such as the lender's name. */
  accountName: z.string().min(1).max(50).optional(),
  namespaces: z
    .object({
      information: namespace('v1_0/backend/client'),
      payment: namespace('v1_1/backend/client'),
      completed: namespace('v1_0/backend'),
    })
    .prefault({}),
  /**
   * What an error code in the place of an answer says about the money. None is documented, and one that is not listed
   * says nothing.
   */
  errorCodes: z.record(z.string().regex(/^[A-Za-z_]{2,60}$/), z.enum(['taken', 'let-go'])).default({}),
})
export type Paybill = z.infer<typeof Paybill>

/** A connection to MTN MoMo; without `disbursement` it only collects, without `paybill` only what we ask for. */
export const Config = z.object({
  baseUrl: z.url().transform(url => url.replace(/\/+$/, '')),
  targetEnvironment: z.string().regex(/^[a-z]+$/, 'lower-case letters, such as mtncameroon or sandbox'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code; the sandbox wants EUR'),
  collection: Credentials,
  disbursement: Credentials.optional(),
  paybill: Paybill.optional(),
  /** MTN documents no status of money that went back; what an account's manager says stands here. */
  reversedWords: z
    .array(
      z
        .string()
        .regex(/^[A-Z_]{3,40}$/, 'a status word in capitals')
        .refine(word => !isListed(word), 'a status that MTN documents with another meaning'),
    )
    .default(['REVERSED']),
  callMs: z.int().positive().max(60_000).default(15_000),
})
export type MtnConfig = z.infer<typeof Config>
