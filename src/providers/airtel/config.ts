import { type CountryCode, isSupportedCountry } from 'libphonenumber-js/max'
import * as z from 'zod'
import { fits, isRsaKey, LONGEST_KEY_IV } from './cipher.ts'
import { isListed } from './words.ts'

/**
 * How something is encrypted for Airtel. Sources differ about the padding: a production system takes PKCS#1 v1.5, a PHP
 * package OAEP with SHA-1, Airtel's newer pages OAEP with SHA-256.
 */
const sealing = {
  publicKey: z.string().refine(isRsaKey, 'an RSA public key, as PEM or as its base64 alone'),
  padding: z.enum(['pkcs1', 'oaep']).default('pkcs1'),
  oaepHash: z.enum(['sha1', 'sha256']).default('sha1'),
}

/** What pays out: the wallet's own PIN. */
const Disbursement = z.object({
  pin: z.string().regex(/^\d{4}$/, 'four digits'),
  ...sealing,
  type: z.enum(['B2C', 'B2B']).default('B2C'),
})
export type Disbursement = z.infer<typeof Disbursement>

/** Message signing, where it is switched on for the application. */
const Signing = z
  .object(sealing)
  .refine(
    how => !isRsaKey(how.publicKey) || fits(how, LONGEST_KEY_IV),
    'the key is too short for this padding',
  )

/**
 * How a callback proves where it comes from. Airtel names HMAC-SHA256 and base64, and does not say whether the hash is
 * over the whole body without it, or over `transaction` alone.
 */
const Callback = z.object({
  key: z.string().min(1),
  algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256'),
  over: z.enum(['body', 'transaction']).default('body'),
})

const Version = z.enum(['v1', 'v2']).default('v1')

/** A connection to Airtel Money in one country; without `disbursement` it collects and sends back. */
export const Config = z.object({
  baseUrl: z.url().transform(url => url.replace(/\/+$/, '')),
  country: z
    .string()
    .refine(isSupportedCountry, "a country's two letters, such as ZM")
    .transform(country => country as CountryCode),
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code'),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** Which edition of each path the application was given. */
  versions: z.object({ collect: Version, disburse: Version, refund: Version }).prefault({}),
  disbursement: Disbursement.optional(),
  signing: Signing.optional(),
  callback: Callback.optional(),
  /** No page names the status of money that went back; `TR` stands on those of another product of Airtel's. */
  reversedWords: z
    .array(
      z
        .string()
        .regex(/^[A-Z]{2,20}$/, 'a status word in capitals')
        .refine(word => !isListed(word), 'a status that has another meaning'),
    )
    .default(['TR']),
  /** What "Success." means of a refund, where its code says "in process" or nothing: that it was taken, or that it is done. */
  refundAnswer: z.enum(['taken', 'done']).default('taken'),
  callMs: z.int().positive().max(60_000).default(20_000),
})
export type AirtelConfig = z.infer<typeof Config>
