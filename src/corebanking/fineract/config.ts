import { type CountryCode, isSupportedCountry } from 'libphonenumber-js/max'
import * as z from 'zod'

const isZone = (zone: string): boolean => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}

/** A tenant's Fineract. `baseUrl` ends before `/v1`: `https://host:8443/fineract-provider/api`. */
export const FineractConfig = z.object({
  baseUrl: z.url().transform(url => url.replace(/\/+$/, '').replace(/\/v1$/, '')),
  tenantId: z.string().min(1),
  username: z.string().min(1),
  password: z.string().min(1),
  /** The tenant's zone, in which Fineract's "today" falls. */
  zone: z.string().refine(isZone, 'a zone of the tz database, such as Africa/Nairobi'),
  /** ISO 3166 country of numbers written without one: `0712…` is Kenya's or Uganda's. */
  country: z.custom<CountryCode>(code => typeof code === 'string' && isSupportedCountry(code)).optional(),
  /** A report of ours: columns loan_id, client_id, mobile_no, due, overdue, currency_code. */
  dueReport: z.string().min(1).default('MM Loans Due'),
  /** Payment type by provider: without one Fineract silently drops the receipt. */
  paymentTypes: z.record(z.string(), z.coerce.string().regex(/^\d+$/)),
  /** What the lender calls the leader of a group, among the code values of `GROUPROLE`. */
  leaderRole: z.string().min(1).max(100).default('Leader'),
  readMs: z.int().positive().max(60_000).default(8_000),
  /** Fineract repeats a command by itself on lock conflicts, up to some seconds: a booking has patience. */
  writeMs: z.int().positive().max(120_000).default(30_000),
})
export type FineractConfig = z.infer<typeof FineractConfig>

/** Parses a connection's configuration; throws a `ZodError` that tells all faults at once and no value. */
export const parseFineractConfig = (raw: unknown): FineractConfig => FineractConfig.parse(raw)
