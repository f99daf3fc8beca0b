import * as z from 'zod'
import { CodeRows } from './codes.ts'
import { compileExtract, Extraction } from './extract.ts'
import { AMOUNT_FORMS, isTimeForm, MSISDN_FORMS } from './formats.ts'
import { Made, UsernameToken } from './made.ts'
import { compilePattern } from './pattern.ts'
import { attempt, Entries, Name, slotsIn, Template, Word } from './schema.ts'
import { compileReads, compileStep, RawReads, RawStep, type Step, TRANSPORTS } from './step.ts'
import type { Slot } from './template.ts'

/** What a profile may say: everything that sets one aggregator's wire apart from another's, as data. */

const Currency = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code, such as XAF')

/** A field of a connection's configuration that this aggregator wants. */
const Field = z.strictObject({
  about: z.string().min(1).max(300),
  kind: z.enum(['text', 'url', 'rsa-key']).default('text'),
  pattern: z
    .string()
    .transform((source, context) => attempt(context, () => compilePattern(`^(?:${source})$`)))
    .optional(),
  default: z.string().optional(),
  optional: z.literal(true).optional(),
  secret: z.literal(true).optional(),
})
export type Field = z.infer<typeof Field>

const Auth = z.strictObject({
  basic: z.strictObject({ user: Template, password: Template }).optional(),
  headers: Entries.default([]),
  /** OAuth2 client credentials, and whatever a vendor made of them. */
  token: z
    .strictObject({
      url: Template,
      send: z.enum(['form', 'json', 'query']).default('form'),
      basic: z.strictObject({ user: Template, password: Template }).optional(),
      headers: Entries.default([]),
      body: Entries.default([]),
      value: z.string().max(300).default('access_token'),
      livesSeconds: z.string().max(300).default('expires_in'),
      header: z.string().default('authorization'),
      prefix: z.string().max(20).default('Bearer '),
    })
    .optional(),
  usernameToken: UsernameToken.optional(),
})

/** What each order must say for itself on the wire. */
export const SAID = ['amount', 'msisdn', 'reference', 'original', 'code', 'currency'] as const
const Reason = z
  .string()
  .regex(/\S+(?:\s+\S+){4,}/, 'a whole sentence: why this vendor is not told it, and by what it knows it')
  .max(500)

const MoneyOperation = z.strictObject({
  /** What this vendor's orders do not carry, each with the reason. */
  without: z.partialRecord(z.enum(SAID), Reason).default({}),
  init: RawStep.optional(),
  send: RawStep,
  status: RawStep.optional(),
  /** A second order with the same reference moves nothing. */
  idempotent: z.literal(true).optional(),
  twinsMs: z.int().positive().max(86_400_000).optional(),
  wholeOnly: z.literal(true).optional(),
})

const HMAC = z.strictObject({
  hmac: z.enum(['sha1', 'sha256', 'sha512']),
  secret: Template,
  /** Where the signature stands. */
  in: Extraction,
  /** `body`: over the body as it came; else over these fields, one after the other. */
  over: z.union([z.literal('body'), z.array(Extraction).min(1).max(30)]),
  separator: z.string().max(5).default(''),
  /** What a field that is not there counts as. */
  missing: z.string().max(10).default(''),
  encoding: z.enum(['hex', 'base64', 'HEX']).default('hex'),
})
const EQUAL = z.strictObject({ equals: Template, in: Extraction })

const Callback = z.strictObject({
  methods: z.array(z.enum(['POST', 'PUT', 'GET'])).min(1),
  reads: RawReads,
  proof: z.union([z.literal('none'), HMAC, EQUAL]),
  answer: z
    .strictObject({
      status: z.int().min(200).max(299).default(200),
      contentType: z.string().max(60).default('application/json'),
      body: z.string().max(500).default('{}'),
    })
    .prefault({}),
})

const AmountText = z.string().regex(/^\d{1,15}(\.\d{1,3})?$/, 'an amount in major units, as text')

const Shape = z.strictObject({
  profile: Name,
  about: z.string().min(1).max(500),
  /** `template`: no public contract is known; what is assumed stands in `assumptions`. */
  level: z.enum(['simulated', 'template']),
  assumptions: z.string().min(1).max(5_000).optional(),
  sources: z.array(z.string().max(300)).default([]),
  transport: z.enum(TRANSPORTS),
  namespaces: z.record(z.string().regex(/^[A-Za-z][\w-]{0,19}$/), z.string().min(1).max(200)).default({}),
  currencies: z.record(
    Currency,
    z.strictObject({
      wire: z.string().min(1).max(5).optional(),
      minimum: AmountText.optional(),
      maximum: AmountText.optional(),
      multiple: AmountText.optional(),
    }),
  ),
  formats: z.strictObject({
    msisdn: z.enum(MSISDN_FORMS),
    amount: z.enum(AMOUNT_FORMS),
    reference: z
      .union([z.literal('uuid'), z.strictObject({ letters: z.int().min(12).max(40) })])
      .default('uuid'),
    zone: z
      .string()
      .refine(
        zone => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC',
        'a zone of the tz database',
      )
      .default('UTC'),
  }),
  timing: z.strictObject({
    callMs: z.int().positive().max(60_000),
    firstInquiryMs: z.int().positive().max(3_600_000),
    inquiryEveryMs: z.int().positive().max(3_600_000),
    promptLifeMs: z.int().positive().max(3_600_000),
    giveUpMs: z.int().positive().max(86_400_000),
    graceMs: z
      .int()
      .min(110_000, 'longer than a lease and a call: 110000 at least')
      .max(3_600_000)
      .default(120_000),
  }),
  config: z.record(Word, Field).default({}),
  auth: Auth.prefault({}),
  made: z.record(Word, Made).default({}),
  /** What differs from one provider's code to another's: `{table.…}` is looked up by the order's code. */
  tables: z.record(Word, z.record(z.string().max(60), z.string().max(200))).default({}),
  operations: z.strictObject({
    collect: MoneyOperation.optional(),
    disburse: MoneyOperation.optional(),
    refund: MoneyOperation.optional(),
    nameCheck: RawStep.optional(),
    balance: RawStep.optional(),
    /** Operators that the account may use, and their limits. */
    active: RawStep.optional(),
    /** How each operator is just now. */
    availability: RawStep.optional(),
  }),
  codes: CodeRows,
  callback: Callback.optional(),
  /** The aggregator's own code for each provider that it reaches. */
  providers: z.record(Name, z.string().min(1).max(60)).default({}),
})
type Shape = z.infer<typeof Shape>

export const OPERATIONS = ['collect', 'disburse', 'refund'] as const

/** The steps in the order in which they are taken; a name of nothing is an undefined step. */
function compile(shape: Shape, context: z.RefinementCtx) {
  const { transport, namespaces } = shape
  const step = (raw: RawStep | undefined, ...path: string[]): Step | undefined =>
    raw && compileStep(raw, transport, namespaces, context, ['operations', ...path])
  const operations = Object.fromEntries(
    OPERATIONS.flatMap(name => {
      const raw = shape.operations[name]
      const send = step(raw?.send, name, 'send')
      if (raw === undefined || send === undefined) return []
      const compiled = {
        ...raw,
        init: step(raw.init, name, 'init'),
        send,
        status: step(raw.status, name, 'status'),
      }
      return [[name, compiled]]
    }),
  ) as Partial<Record<(typeof OPERATIONS)[number], Compiled>>
  return {
    ...shape,
    operations: {
      ...operations,
      nameCheck: step(shape.operations.nameCheck, 'nameCheck'),
      balance: step(shape.operations.balance, 'balance'),
      active: step(shape.operations.active, 'active'),
      availability: step(shape.operations.availability, 'availability'),
    },
    callback: shape.callback && compileCallback(shape.callback, shape, context),
  }
}
type Compiled = Omit<z.infer<typeof MoneyOperation>, 'init' | 'send' | 'status'> & {
  readonly init: Step | undefined
  readonly send: Step
  readonly status: Step | undefined
}
export type Operations = Readonly<Partial<Record<(typeof OPERATIONS)[number], Compiled>>>

function compileCallback(
  callback: z.infer<typeof Callback>,
  { transport, namespaces }: Shape,
  context: z.RefinementCtx,
) {
  const usual =
    transport === 'form' ? 'form' : transport === 'json' ? 'json' : transport === 'query' ? 'query' : 'xml'
  const reads = compileReads(callback.reads, usual, namespaces, context, ['callback', 'reads'])
  const find = (extraction: Extraction, ...path: PropertyKey[]) =>
    attempt(context, () => compileExtract(extraction, reads.format, namespaces), [
      'callback',
      'proof',
      ...path,
    ])
  const { proof } = callback
  if (proof === 'none') return { ...callback, reads, proof: undefined }
  const over =
    'over' in proof && proof.over !== 'body'
      ? proof.over.map((field, at) => find(field, 'over', at))
      : undefined
  return { ...callback, reads, proof: { ...proof, find: find(proof.in, 'in'), over } }
}

type Whole = ReturnType<typeof compile>

/** Faults that no part can see for itself. */
function check(profile: Whole, context: z.RefinementCtx): void {
  const fault = (message: string, ...path: PropertyKey[]) =>
    context.addIssue({ code: 'custom', message, path })
  if (profile.level === 'template' && profile.assumptions === undefined)
    fault('a template says what it assumes', 'assumptions')
  if (OPERATIONS.every(name => profile.operations[name] === undefined))
    fault('no operation moves money', 'operations')
  for (const [name, { default: usual, optional, secret }] of Object.entries(profile.config)) {
    if (RESERVED.has(name)) fault(`every connection has a ${name} already`, 'config', name)
    if (secret && usual !== undefined) fault('a secret has no default', 'config', name)
    if (optional && usual !== undefined) fault('optional, or a default, not both', 'config', name)
  }
  for (const { slot, path } of slotsIn(profile)) checkSlot(profile, slot, path, fault)
  for (const name of OPERATIONS) {
    const operation = profile.operations[name]
    for (const [step, at] of [
      [operation?.send, 'send'],
      [operation?.status, 'status'],
    ] as const)
      if (step !== undefined && step.answer.amount === undefined && confirms(profile, name, at))
        fault('a yes needs an amount: say where it stands, or asked', 'operations', name, at, 'answer')
  }
}

const RESERVED: ReadonlySet<string> = new Set([
  'baseUrl',
  'callMs',
  'currency',
  'acceptClearText',
  'timing',
  'callbackFrom',
  'expiresAt',
])

const confirms = ({ codes }: Whole, operation: string, step: string): boolean =>
  codes.some(
    ({ is, on }) =>
      (is === 'confirmed' || is === 'reversed') &&
      (on === undefined || on.some(place => [operation, step, `${operation}.${step}`].includes(place))),
  )

type FaultAt = (message: string, ...path: PropertyKey[]) => void

/** Every placeholder must be something that this profile has, in a form that it can have. */
function checkSlot(
  profile: Whole,
  { name, format }: Slot,
  path: readonly PropertyKey[],
  fault: FaultAt,
): void {
  const [kind = '', own = ''] = name.split('.')
  const [, operation = ''] = path.map(String)
  const takes = (profile.operations as Readonly<Record<string, { init?: Step | undefined } | undefined>>)[
    operation
  ]?.init
  if (kind === 'config' && !(own in profile.config) && !RESERVED.has(own))
    fault(`{${name}}: the profile's config has no ${own}`, ...path)
  if (kind === 'made' && !(own in profile.made)) fault(`{${name}}: nothing of that name is made`, ...path)
  if (kind === 'table' && !(own in profile.tables)) fault(`{${name}}: no table is called ${own}`, ...path)
  if (kind === 'made' && path[0] === 'made') fault('what is made is not made of what is made', ...path)
  if (kind === 'init' && path[0] !== 'made' && takes?.answer.take[own] === undefined)
    fault(`{${name}}: the init step takes no ${own}`, ...path)
  if (format !== undefined && !fitsForm(name, format)) fault(`{${name}:${format}}: no such form`, ...path)
}

function fitsForm(name: string, format: string): boolean {
  if (format === 'json' || format === 'base64') return true
  if (name === 'timestamp') return isTimeForm(format)
  if (name === 'msisdn') return (MSISDN_FORMS as readonly string[]).includes(format)
  if (format === 'number') return true
  return name === 'amount' && (AMOUNT_FORMS as readonly string[]).includes(format)
}

export const Profile = Shape.transform((shape, context) => {
  const profile = compile(shape, context)
  // what could not be compiled is told already, and would only be told again
  if (context.issues.length === 0) check(profile, context)
  return profile
})
export type Profile = z.infer<typeof Profile>
