import * as z from 'zod'
import type { Wire } from './document.ts'
import { FORMATS, type Format } from './document.ts'
import { compileExtract, type Extract, Extraction } from './extract.ts'
import { TIME_READINGS, type TimeReading } from './formats.ts'
import { compileJson } from './json.ts'
import { attempt, Entries, Template, Tree, Word } from './schema.ts'
import { compileNodes } from './xml.ts'

/** One call: what is sent, and where in the answer stands what. */

export const TRANSPORTS = ['json', 'form', 'query', 'xml', 'soap11', 'soap12'] as const
export type Transport = (typeof TRANSPORTS)[number]

export const FORMAT_OF: Readonly<Record<Transport, Format>> = {
  json: 'json',
  form: 'json',
  query: 'json',
  xml: 'xml',
  soap11: 'xml',
  soap12: 'xml',
}

/** Where an answer or a callback says what. `code` is the word that the table of codes knows. */
const ReadsShape = z.strictObject({
  format: z.enum(FORMATS).optional(),
  code: Extraction,
  /** Our own reference, echoed: an answer about another one is not believed. */
  reference: Extraction.optional(),
  providerReference: Extraction.optional(),
  receipt: Extraction.optional(),
  /** `asked`: the vendor tells none, and does all or nothing. */
  amount: z.union([z.literal('asked'), Extraction]).optional(),
  /** Where a yes may come without its amount. */
  amountElse: z.literal('asked').optional(),
  amountIn: z.enum(['major', 'minor']).default('major'),
  currency: Extraction.optional(),
  charge: Extraction.optional(),
  at: Extraction.optional(),
  atForm: z.enum(TIME_READINGS).default('iso'),
  name: Extraction.optional(),
  link: Extraction.optional(),
  /**
   * Of an init step: what the next one needs, as `{init.…}`. Of a list of operators, for each operation: `collect`, the word
   * for how it stands, `collectMinimum` and `collectMaximum`, and the same for `disburse` and `refund`.
   */
  take: z.record(Word, Extraction).default({}),
  /** Of a balance: the list of accounts, each read by `account`, `amount` and `currency`; of operators, `account` is the code. */
  each: z.string().max(300).optional(),
  account: Extraction.optional(),
})

const PARTS = [
  'code',
  'reference',
  'providerReference',
  'receipt',
  'currency',
  'charge',
  'at',
  'name',
  'link',
  'account',
] as const
type Part = (typeof PARTS)[number]

export type Reads = {
  readonly format: Format
  readonly get: Readonly<Partial<Record<Part, Extract>>> & { readonly code: Extract }
  readonly amount: 'asked' | Extract | undefined
  readonly elseAsked: boolean
  readonly minor: boolean
  readonly atForm: TimeReading
  readonly take: Readonly<Record<string, Extract>>
  readonly each: ((wire: Wire) => Wire[]) | undefined
}

type Namespaces = Readonly<Record<string, string>>

/** Compiles what a step reads, by its format; a fault is told where it stands. */
function compileReads(
  shape: z.infer<typeof ReadsShape>,
  usual: Format,
  namespaces: Namespaces,
  context: z.RefinementCtx,
  path: readonly PropertyKey[],
): Reads {
  const format = shape.format ?? usual
  const compile = (extraction: Extraction, ...at: PropertyKey[]): Extract =>
    attempt(context, () => compileExtract(extraction, format, namespaces), [...path, ...at])
  const get = Object.fromEntries(
    PARTS.flatMap(part => {
      const extraction = shape[part]
      return extraction === undefined ? [] : [[part, compile(extraction, part)]]
    }),
  ) as Reads['get']
  const { amount, each } = shape
  return {
    format,
    get,
    amount: amount === undefined || amount === 'asked' ? amount : compile(amount, 'amount'),
    elseAsked: shape.amountElse === 'asked',
    minor: shape.amountIn === 'minor',
    atForm: shape.atForm,
    take: Object.fromEntries(
      Object.entries(shape.take).map(([name, extraction]) => [name, compile(extraction, 'take', name)]),
    ),
    each:
      each === undefined
        ? undefined
        : attempt(context, () => compileEach(each, format, namespaces), [...path, 'each']),
  }
}

const MAX_ACCOUNTS = 200

function compileEach(source: string, format: Format, namespaces: Namespaces): (wire: Wire) => Wire[] {
  if (format === 'xml') {
    const nodes = compileNodes(source, namespaces)
    return wire => nodes(wire.content as object).map(content => ({ ...wire, content }))
  }
  if (format !== 'json') throw new Error('only json and xml answers hold a list')
  const expression = compileJson(source)
  return wire => {
    const found = expression(wire.content)
    const list: unknown[] = Array.isArray(found) ? found : found === undefined ? [] : [found]
    return list.slice(0, MAX_ACCOUNTS).map(content => ({ ...wire, content }))
  }
}

const StepShape = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT']).optional(),
  transport: z.enum(TRANSPORTS).optional(),
  path: Template,
  query: Entries.default([]),
  headers: Entries.default([]),
  /** A tree for json, names and values for form, the text itself for xml and inside a SOAP body. */
  body: Tree.optional(),
  soapAction: z.string().max(300).optional(),
  answer: ReadsShape,
  /** Where she pays by herself, made of what the answer told: `{providerReference}`. */
  link: Template.optional(),
})

export type Step = Omit<z.infer<typeof StepShape>, 'answer' | 'transport'> & {
  readonly transport: Transport
  readonly answer: Reads
}

/** A step as the file has it, and how it becomes one that can be taken, by the profile's transport and namespaces. */
export const RawStep = StepShape
export type RawStep = z.infer<typeof StepShape>

export function compileStep(
  raw: RawStep,
  transport: Transport,
  namespaces: Namespaces,
  context: z.RefinementCtx,
  path: readonly PropertyKey[],
): Step {
  const own = raw.transport ?? transport
  return {
    ...raw,
    transport: own,
    answer: compileReads(raw.answer, FORMAT_OF[own], namespaces, context, [...path, 'answer']),
  }
}

export const RawReads = ReadsShape
export { compileReads }
