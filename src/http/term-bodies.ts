import { z } from 'zod'
import { OPERATIONS, PERIODS } from '../domain/limits.ts'
import { parseMoney } from '../domain/money.ts'

/** A tenant's terms as they are sent: whole lists, each row with the days on which it holds. */

/** More rows than this are no list that a person keeps. */
const MAX_ROWS = 1000
const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a short name: small letters, digits and hyphens')
const currency = z.string().regex(/^[A-Z]{3}$/, 'a currency of ISO 4217')
const dated = { from: z.iso.date(), until: z.iso.date().nullable().default(null) }
const inOrder = ({ from, until }: { readonly from: string; readonly until: string | null }): boolean =>
  until === null || from < until
const order = { path: ['until'], message: 'must be after from' }
const listOf = <Row extends z.ZodType>(row: Row) => z.strictObject({ data: z.array(row).max(MAX_ROWS) })

export const Routes = listOf(
  z
    .strictObject({
      provider: name,
      currency,
      operation: z.enum(OPERATIONS),
      priority: z.number().int().min(0).max(1000),
      connection: name,
      ...dated,
    })
    .refine(inOrder, order),
)

export const Limits = listOf(
  z
    .strictObject({
      provider: z.union([name, z.literal('*')]),
      tier: z.string().min(1).max(20),
      operation: z.enum([...OPERATIONS, '*']),
      window: z.enum(['transaction', ...PERIODS, 'balance']),
      measure: z.enum(['amount', 'number', 'minimum', 'multiple']),
      /** An amount in major units, a number, or `none` where the contract knows no such cap. */
      value: z.string().max(20),
      currency,
      /** Where it stands: a contract, a rule of the country. */
      source: z.string().trim().min(3).max(200),
      ...dated,
    })
    .refine(inOrder, order)
    .refine(
      ({ measure, window }) => measure !== 'number' || (window !== 'transaction' && window !== 'balance'),
      {
        path: ['measure'],
        message: 'a number is counted by day, week, month or year',
      },
    )
    .refine(
      ({ measure, window }) => (measure !== 'minimum' && measure !== 'multiple') || window === 'transaction',
      {
        path: ['measure'],
        message: 'holds for one transaction',
      },
    )
    .refine(
      ({ measure, value, currency: of }) =>
        value === 'none' ||
        (measure === 'number' ? /^[1-9]\d{0,8}$/.test(value) : (parseMoney(value, of)?.minor ?? 0n) > 0n),
      { path: ['value'], message: 'must be above zero: an amount of its currency, a number, or "none"' },
    ),
)

const instant = z.iso.datetime({ offset: true })
export const Windows = listOf(
  z
    .strictObject({
      provider: name,
      from: instant,
      until: instant,
      note: z.string().trim().max(200).nullable().default(null),
    })
    .refine(({ from, until }) => Date.parse(from) < Date.parse(until), order),
)

export const Csv = z
  .string('send text/csv')
  .max(1_000_000)
  .transform(csv => ({ csv }))
