import { X509Certificate } from 'node:crypto'
import * as z from 'zod'

const Shortcode = z.string().regex(/^\d{5,7}$/, 'five to seven digits')

function isRsaCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).publicKey.asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}

/** What a status query's `TransactionStatus` may mean; the portal shows `Completed` only, so the words can be changed. */
const StatusMeaning = z.enum(['confirmed', 'declined', 'reversed', 'pending'])
export type StatusMeaning = z.infer<typeof StatusMeaning>

const STATUS_WORDS: Readonly<Record<string, StatusMeaning>> = {
  Completed: 'confirmed',
  Failed: 'declined',
  Cancelled: 'declined',
  Expired: 'declined',
  Reversed: 'reversed',
}

/**
 * The organisation's API operator, who pays out, asks about payments and sends them back. Its credential is given ready
 * made, or as password and certificate (Safaricom's, of that environment).
 */
const Payout = z
  .object({
    initiator: z.string().min(1).max(100),
    initiatorPassword: z.string().min(1).max(100).optional(),
    certificate: z.string().refine(isRsaCertificate, 'an X.509 certificate (PEM) with an RSA key').optional(),
    securityCredential: z.base64().min(100).optional(),
    /** Where payouts leave from, if not where collections arrive. */
    shortcode: Shortcode.optional(),
    commandId: z.enum(['BusinessPayment', 'SalaryPayment', 'PromotionPayment']).default('BusinessPayment'),
    statusWords: z.record(z.string(), StatusMeaning).default({ ...STATUS_WORDS }),
    /** Result codes of a status query that mean "no such transaction". None is documented: without one it is `unknown`. */
    notFoundCodes: z.array(z.string()).default([]),
  })
  .refine(
    ({ securityCredential, initiatorPassword, certificate }) =>
      securityCredential !== undefined || (initiatorPassword !== undefined && certificate !== undefined),
    'securityCredential, or initiatorPassword with certificate',
  )
export type Payout = z.infer<typeof Payout>

/**
 * How our listeners are registered. The portal shows both versions of the call (unverified which one an app may use).
 * `whenSilent`: what Safaricom does with a payment where its question before it is not answered.
 */
const C2b = z
  .object({
    version: z.enum(['v1', 'v2']).default('v1'),
    whenSilent: z.enum(['Completed', 'Cancelled']).default('Completed'),
  })
  .prefault({})

/**
 * Payments can be pulled, once the shortcode is registered for it. `nominatedNumber`: the phone that Safaricom knows of
 * the lender's. Which words mean that money came, and which status that the shortcode is registered (1001, again), is
 * unverified. `emptyCodes`: how Safaricom says that there are no (more) lines; the portal has 1001, and elsewhere an error
 * 500 that may as well be trouble. `times`: its `trxDate` ends with a `Z` on the portal, which may be meant (`written`) or
 * be the clock in Nairobi.
 */
const Pull = z.object({
  nominatedNumber: z.string().regex(/^(254|0)[17]\d{8}$/, 'a Kenyan mobile number, like 254722000000'),
  creditTypes: z.array(z.string()).default(['c2b-pay-bill-debit', 'c2b-buy-goods-debit']),
  registeredCodes: z.array(z.string()).default(['1000', '1001']),
  emptyCodes: z.array(z.string()).default(['1001']),
  times: z.enum(['written', 'nairobi']).default('written'),
})
export type Pull = z.infer<typeof Pull>

/** A connection to Daraja: one app, one shortcode. `till` is the receiver where goods are bought. */
export const Config = z.object({
  baseUrl: z.url().transform(url => url.replace(/\/+$/, '')),
  consumerKey: z.string().min(1),
  consumerSecret: z.string().min(1),
  shortcode: Shortcode,
  passkey: z.string().min(1),
  transactionType: z
    .enum(['CustomerPayBillOnline', 'CustomerBuyGoodsOnline'])
    .default('CustomerPayBillOnline'),
  till: Shortcode.optional(),
  /** Without it the connection collects, and nothing else. */
  payout: Payout.optional(),
  c2b: C2b,
  pull: Pull.optional(),
  callMs: z.int().positive().max(60_000).default(20_000),
})
export type MpesaConfig = z.infer<typeof Config>
