import * as z from 'zod'
import { Budget } from '../screens.ts'
import { readTemplate, Text, Tree } from './template.ts'

/** What a profile may say: all that sets one gateway's way of speaking apart from another's, as data. */

/** A field of the request: a name, `outer.inner` in JSON, or `path.` and a part of the address behind our token. */
const Field = z.string().regex(/^[\w-]{1,40}(\.[\w-]{1,40}){0,3}$/, 'a name, or names with dots between them')
const PHASES = ['begin', 'input', 'abort', 'timeout', 'end'] as const

/** How a request says what it is. */
const Phase = z
  .strictObject({
    field: Field.optional(),
    /** By the field's value, in whatever case. */
    values: z
      .record(z.string(), z.enum(PHASES))
      .transform(
        values => new Map(Object.entries(values).map(([word, phase]) => [word.toLowerCase(), phase])),
      )
      .optional(),
    /** Nothing says it: what begins is an input that is the dialled code. */
    dialledCode: z.literal(true).optional(),
    /** A request with this field says that the session is over, whatever else it says. */
    closing: z.strictObject({ field: Field, how: z.enum(['abort', 'timeout', 'end']) }).optional(),
  })
  .refine(({ field, values }) => (field === undefined) === (values === undefined), 'a field and its values')
  .refine(
    ({ field, dialledCode }) => (field === undefined) === (dialledCode === true),
    'either a field with its values, or dialledCode',
  )

/** One body, of the kind that the gateway wants. */
const Answer = z
  .strictObject({
    json: Tree.optional(),
    text: Text.optional(),
    headers: z.record(z.string(), Text).default({}),
  })
  .refine(({ json, text }) => (json === undefined) !== (text === undefined), 'either json or text')
export type Answer = z.infer<typeof Answer>

/** What an answer of ours may take; a gateway that waits no longer than this would cut sessions off. */
const OURS_MS = 6_000

export const Profile = z
  .strictObject({
    profile: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'small letters, digits and "-", 2 to 40 of them'),
    about: z.string().min(1).max(500),
    sources: z.array(z.string().max(300)).min(1),
    /** What no page of the vendor says, and was taken to be so. */
    assumptions: z.string().min(1).max(5_000).optional(),
    transport: z.enum(['json', 'form', 'query']),
    /** Names of the parts of the address behind our token. */
    path: z
      .array(z.string().regex(/^\w{1,20}$/))
      .max(4)
      .default([]),
    fields: z.strictObject({
      session: Field,
      /** The first of them that the request has. */
      phone: z.array(Field).min(1).max(3),
      code: Field.optional(),
      input: Field,
      network: Field.optional(),
    }),
    /** `national`: without the country, which then stands in the channel's configuration. */
    phone: z.enum(['international', 'national']),
    /** All that was typed so far, joined with `*`, or the last input alone. */
    input: z.enum(['cumulative', 'last']),
    phase: Phase,
    /** How a repeated hop is known: by the gateway's number or name of it, else within so long of its answer. */
    repeats: z.strictObject({
      sequence: Field.optional(),
      request: Field.optional(),
      withinMs: z.int().min(0).max(10_000),
    }),
    reply: Answer,
    closed: Answer,
    budget: z.strictObject({
      septets: Budget,
      prefix: z.string().max(10).default(''),
      networks: z.record(z.string().max(20), Budget).default({}),
    }),
    answerWithinMs: z.int().min(OURS_MS, `a hop may take us so long: ${OURS_MS} at least`).max(60_000),
  })
  .superRefine(({ path, fields, phase, repeats, reply, closed }, context) => {
    const read = [fields.session, ...fields.phone, fields.input, fields.code, fields.network, phase.field]
    for (const field of [...read, repeats.sequence, repeats.request])
      if (field?.startsWith('path.') === true && !path.includes(field.slice('path.'.length)))
        context.addIssue({ code: 'custom', path: ['path'], message: `${field}: the path has no such part` })
    for (const [name, answer] of Object.entries({ reply, closed }))
      for (const fault of [answer.json, answer.text, ...Object.values(answer.headers)].flatMap(readTemplate))
        context.addIssue({ code: 'custom', path: [name], message: fault })
  })
export type Profile = z.infer<typeof Profile>
