import * as z from 'zod'
import { type Fault, REASONS } from '../../domain/outcome.ts'
import { isOnlyAsked } from './codes.ts'

/** Keys by which a party or an account is named. Source: GSMA Mobile Money API 1.2, parameter `identifierType`. */
const IDENTIFIERS = [
  'accountid',
  'msisdn',
  'walletid',
  'linkref',
  'consumerno',
  'serviceprovider',
  'storeid',
  'accountcategory',
  'bankaccountno',
  'accountrank',
  'identityalias',
  'iban',
  'swiftbic',
  'sortcode',
  'organisationid',
  'bankname',
  'bankaccounttitle',
  'username',
  'emailaddress',
  'mandatereference',
] as const

const FAULTS = ['no-float', 'credentials', 'configuration', 'quota'] as const satisfies readonly Fault[]

/** What an error code may mean: a reason that a customer can be told, or a fault of the lender's own. */
const Meaning = z.enum([...REASONS, ...FAULTS])
export type Meaning = z.infer<typeof Meaning>

/** What a status word of a transaction may mean. */
const Word = z.enum(['confirmed', 'pending', 'declined', 'reversed'])
export type Word = z.infer<typeof Word>

const Secret = z.string().min(1).max(4_096)
const Type = z.enum([
  'billpay',
  'deposit',
  'disbursement',
  'transfer',
  'merchantpay',
  'inttransfer',
  'withdrawal',
])

/** Headers that an operator may want beside the key, each the same on every call. */
const HEADERS = [
  'x-client-id',
  'x-channel',
  'x-user-credential-1',
  'x-user-credential-2',
  'x-account-holding-institution-identifier',
  'x-account-holding-institution-identifier-type',
] as const

/** Headers by which an operator may show in a callback who it is. */
const CALLBACK_HEADERS = ['x-api-key', 'x-user-bearer', 'x-client-id', 'authorization'] as const

/**
 * A connection to an operator that speaks the GSMA's harmonised API: one account of the lender's, in one currency. What
 * the specification leaves to each operator stands here.
 */
const Shape = z.object({
  baseUrl: z.url().transform(url => url.replace(/\/+$/, '')),
  currency: z.string().regex(/^[A-Z]{3}$/, "an ISO 4217 code, the account's own"),
  /** How the operator names the lender's account: by one identifier, or by up to three together. */
  account: z
    .array(z.object({ key: z.enum(IDENTIFIERS), value: z.string().regex(/^[^$@/?#\s]{1,256}$/) }))
    .min(1)
    .max(3),
  /** Tokens by client credentials. */
  oauth: z.object({ tokenUrl: z.url(), clientId: Secret, clientSecret: Secret }).optional(),
  basic: z.object({ user: z.string().regex(/^[^:]+$/), password: Secret }).optional(),
  apiKey: Secret.optional(),
  headers: z.partialRecord(z.enum(HEADERS), Secret).default({}),
  /** Whether each body goes with its SHA-256, where the operator checks it. */
  contentHash: z.boolean().default(false),
  /** Headers that the operator puts on its callbacks, with their secrets: all of them prove one; without, it is a hint. */
  callbackHeaders: z
    .partialRecord(z.enum(CALLBACK_HEADERS), Secret)
    .refine(headers => Object.keys(headers).length > 0, 'at least one')
    .optional(),
  collectType: Type.default('merchantpay'),
  disburseType: Type.default('disbursement'),
  refundType: z.enum(['reversal', 'adjustment']).default('reversal'),
  /** `transactionStatus` is free text: what each word means here, in small letters. */
  statusWords: z
    .record(z.string().regex(/^[a-z][a-z _-]{0,60}$/, 'a status word in small letters'), Word)
    .default({ completed: 'confirmed', pending: 'pending', failed: 'declined', reversed: 'reversed' }),
  /** What an error code means at this operator, where it is not what it usually means. */
  errorCodes: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z]{3,60}$/, 'an error code')
        .refine(code => !isOnlyAsked(code), 'a code that says neither yes nor no'),
      Meaning,
    )
    .default({}),
  callMs: z.int().positive().max(60_000).default(20_000),
})
export type GsmaConfig = z.infer<typeof Shape>

export const Config = Shape.refine(
  ({ oauth, basic }) => oauth === undefined || basic === undefined,
  'oauth or basic: both would be the Authorization header',
).refine(
  ({ oauth, basic, apiKey }) => oauth !== undefined || basic !== undefined || apiKey !== undefined,
  'oauth, basic or apiKey: no way to show who we are',
)
