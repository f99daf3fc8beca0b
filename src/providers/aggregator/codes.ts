import * as z from 'zod'
import { REASONS } from '../../domain/outcome.ts'
import { compilePattern, type Pattern } from './pattern.ts'
import { attempt } from './schema.ts'

/** The vendor's words, and what each means. What no row fits is `unknown`: that row needs not be written, and cannot be left out. */

export const STEPS = [
  'init',
  'send',
  'status',
  'callback',
  'nameCheck',
  'balance',
  'active',
  'availability',
] as const
export type StepName = (typeof STEPS)[number]
const PLACES =
  /^(collect|disburse|refund|init|send|status|callback|nameCheck|balance|active|availability)$|^(collect|disburse|refund)\.(init|send|status|callback)$/

const listOf = <T extends z.ZodType>(item: T, about: string) =>
  z
    .union([item, z.array(item).min(1).max(100)], about)
    .transform(value => (Array.isArray(value) ? value : [value]))

/** YAML reads `00` as a number and loses a nought: a code is text. */
const Code = z.string().min(1).max(120)

const Where = {
  /** `collect`, `status`, `disburse.send`; absent: everywhere. */
  on: listOf(z.string().regex(PLACES), 'an operation, a step, or both as in collect.status').optional(),
  http: listOf(z.int().min(100).max(599), 'a status number, or several').optional(),
  code: listOf(Code, 'a code is text: put it between quotes').optional(),
  match: z.string().max(200).optional(),
  /** Only for orders that carry one of these codes of the aggregator's. */
  providers: listOf(z.string().min(1).max(60), 'a code of a provider, or several').optional(),
}
const AGAIN = ['never', 'later', 'other-wallet'] as const
const FAULTS = ['no-float', 'credentials', 'address-refused', 'configuration', 'quota'] as const

const Row = z.discriminatedUnion('is', [
  z.strictObject({ ...Where, is: z.enum(['confirmed', 'accepted', 'reversed', 'not-found', 'unknown']) }),
  z.strictObject({ ...Where, is: z.literal('declined'), reason: z.enum(REASONS), again: z.enum(AGAIN) }),
  z.strictObject({
    ...Where,
    is: z.literal('our-fault'),
    fault: z.enum(FAULTS),
    /** The vendor's last word on this attempt: nothing moved, and nothing will. */
    ended: z.literal(true).optional(),
  }),
])

/** Only the vendor's own word is an answer: a proxy knows status numbers too. */
const NEEDS_WORD: ReadonlySet<string> = new Set(['confirmed', 'declined', 'reversed', 'not-found'])

export type CodeRow = z.infer<typeof Row> & { readonly pattern: Pattern | undefined }

export const CodeRows = z
  .array(
    Row.transform((row, context): CodeRow => {
      const { is, code, match, http } = row
      const worded = code !== undefined || match !== undefined
      if (NEEDS_WORD.has(is) && !worded)
        context.addIssue({
          code: 'custom',
          message: `${is} needs a code or a match: a status number alone is nobody's word`,
        })
      if (is === 'accepted' && !worded && (http === undefined || http.includes(200)))
        context.addIssue({
          code: 'custom',
          message:
            'accepted needs a code, a match, or a status number other than 200: a login page is a 200 too',
        })
      if (!worded && http === undefined)
        context.addIssue({ code: 'custom', message: 'a row for everything: say code, match or http' })
      const pattern =
        match === undefined ? undefined : attempt(context, () => compilePattern(match), ['match'])
      return { ...row, pattern }
    }),
  )
  .min(1)
  .max(500)

export type Said = {
  readonly operation: string
  readonly step: StepName
  readonly http: number | undefined
  readonly code: string | undefined
  readonly provider: string | undefined
}

const isOn = (on: readonly string[] | undefined, { operation, step }: Said): boolean =>
  on === undefined ||
  on.some(place => place === operation || place === step || place === `${operation}.${step}`)

/** The first row that fits what was said; undefined where none does. */
export const rowFor = (rows: readonly CodeRow[], said: Said): CodeRow | undefined =>
  rows.find(
    ({ on, http, code, pattern, providers }) =>
      isOn(on, said) &&
      (http === undefined || (said.http !== undefined && http.includes(said.http))) &&
      (code === undefined || (said.code !== undefined && code.includes(said.code))) &&
      (pattern === undefined || (said.code !== undefined && pattern.find(said.code) !== undefined)) &&
      (providers === undefined || (said.provider !== undefined && providers.includes(said.provider))),
  )
