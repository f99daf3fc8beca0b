import * as z from 'zod'
import { type Fault, REASONS } from '../../domain/outcome.ts'
import { CONFIRMED_CODES, isListed } from './words.ts'

const FAULTS = ['no-float', 'credentials', 'configuration', 'quota'] as const satisfies readonly Fault[]

/** What a code of Orange's may mean: a reason that a customer can be told, or a fault of the lender's own. */
const Meaning = z.enum([...REASONS, ...FAULTS])
export type Meaning = z.infer<typeof Meaning>

/** One of the lender's own lines at Orange: it collects as a merchant, or pays out as an agent. */
const Line = z.object({
  channelUserMsisdn: z.string().regex(/^\d{9}$/, 'nine digits, without 237'),
  pin: z.string().regex(/^\d{1,4}$/, 'at most four digits'),
})

const Francs = z.string().regex(/^[1-9]\d{0,14}$/, 'whole francs')
/** What Orange's contract with the lender allows; absent: Orange refuses by itself. */
const Limits = z.object({
  min: Francs.optional(),
  max: Francs.optional(),
  multiple: Francs.optional(),
})
export type Limits = z.infer<typeof Limits>

const Path = z.string().regex(/^(\/[\w.-]+)+$/, 'a path that begins with a slash')

/**
 * A connection to Orange Money Cameroon's core API; without `disbursement` it only collects. The API is on no public
 * portal: what only one client of it was seen to rely on stands here, with that client's value as the default.
 */
export const Config = z.object({
  baseUrl: z.url().transform(url => url.replace(/\/+$/, '')),
  /** Where the API stands; its version is in it. */
  apiPath: Path.default('/omcoreapis/1.0.2'),
  tokenPath: Path.default('/token'),
  /** The application at the API manager, which gives the token. */
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** The user of the API behind it: the `X-AUTH-TOKEN`. */
  apiUser: z.string().min(1),
  apiPassword: z.string().min(1),
  collection: Line,
  disbursement: Line.optional(),
  /** Orange publishes no list of its codes. These two were seen: a number that is not Orange's, and one without a wallet. */
  codes: z
    .record(
      z
        .string()
        .regex(/^\d{3,10}$/, 'a code of three to ten digits')
        .refine(code => !Object.hasOwn(CONFIRMED_CODES, code), 'a code whose meaning is known'),
      Meaning,
    )
    .default({ '00671': 'no-account', '99051': 'no-account' }),
  /** Orange documents no status of money that went back; what an account's manager says stands here. */
  reversedWords: z
    .array(
      z
        .string()
        .regex(/^[A-Z_]{3,40}$/, 'a status word in capitals')
        .refine(word => !isListed(word), 'a status that has another meaning'),
    )
    .default(['REVERSED']),
  limits: z.object({ collect: Limits.optional(), disburse: Limits.optional() }).default({}),
  callMs: z.int().positive().max(60_000).default(20_000),
})
export type OrangeConfig = z.infer<typeof Config>
