import * as z from 'zod'
import type { Format, Wire } from './document.ts'
import { compileJson } from './json.ts'
import { compilePattern } from './pattern.ts'
import { compileXml } from './xml.ts'

/** How a profile says where something stands in an answer or a callback. */

type Plain = string | number
/** `of` and then `match`; a header; several, put together, and then `match`; or the first of several that is there. */
export type Extraction =
  | Plain
  | { readonly of: Plain; readonly match?: string | undefined }
  | { readonly header: string; readonly match?: string | undefined }
  | { readonly join: readonly Extraction[]; readonly with: string; readonly match?: string | undefined }
  | { readonly first: readonly Extraction[] }

const Plain = z.union([z.string().min(1).max(300), z.int().min(0).max(49)])
const MatchText = z.string().min(1).max(200)

/** Read only as to its shape here; the expressions in it depend on the format and are compiled with the step. */
export const Extraction: z.ZodType<Extraction> = z.lazy(() =>
  z.union([
    Plain,
    z.strictObject({ of: Plain, match: MatchText.optional() }),
    z.strictObject({
      header: z.string().regex(/^[a-z0-9-]{1,60}$/, 'a header in small letters'),
      match: MatchText.optional(),
    }),
    z.strictObject({
      join: z.array(Extraction).min(1).max(10),
      with: z.string().max(5).default(''),
      match: MatchText.optional(),
    }),
    z.strictObject({ first: z.array(Extraction).min(1).max(5) }),
  ]),
)

/** Undefined where it is not there; an object or a list is not a value. */
export type Extract = (wire: Wire) => string | undefined

const MAX_VALUE = 2_000

const asText = (value: unknown): string | undefined => {
  // cut, a longer text might say what the whole does not
  if (typeof value === 'string') return value === '' || value.length > MAX_VALUE ? undefined : value
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'boolean' ? String(value) : undefined
}

/** Throws a sentence where an expression is none. */
export function compileExtract(
  extraction: Extraction,
  format: Format,
  namespaces: Readonly<Record<string, string>>,
): Extract {
  const compile = (inner: Extraction): Extract => compileExtract(inner, format, namespaces)
  if (typeof extraction !== 'object') return compilePlain(extraction, format, namespaces)
  if ('first' in extraction) {
    const parts = extraction.first.map(compile)
    return wire => {
      for (const part of parts) {
        const found = part(wire)
        if (found !== undefined) return found
      }
      return undefined
    }
  }
  const { match } = extraction
  const whole: Extract =
    'join' in extraction
      ? joined(extraction.join.map(compile), extraction.with)
      : 'header' in extraction
        ? ({ arrived }) => asText(arrived.headers[extraction.header])
        : compilePlain(extraction.of, format, namespaces)
  if (match === undefined) return whole
  const pattern = compilePattern(match)
  return wire => {
    const found = whole(wire)
    return found === undefined ? undefined : pattern.find(found)
  }
}

/** What is partly there is told as it is: only where nothing is, there is nothing. */
function joined(parts: readonly Extract[], between: string): Extract {
  return wire => {
    const found = parts.map(part => part(wire))
    return found.every(part => part === undefined) ? undefined : found.map(part => part ?? '').join(between)
  }
}

function compilePlain(plain: Plain, format: Format, namespaces: Readonly<Record<string, string>>): Extract {
  if (typeof plain === 'number') {
    if (format !== 'csv') throw new Error('a number counts the cells of a csv answer')
    return ({ content }) => asText((content as readonly string[])[plain])
  }
  if (format === 'csv') throw new Error('of a csv answer a cell is named by its number')
  if (format === 'text') {
    const pattern = compilePattern(plain)
    return ({ content }) => asText(pattern.find(String(content)))
  }
  if (format === 'xml') {
    const expression = compileXml(plain, namespaces)
    return ({ content }) => asText(expression(content as object))
  }
  const expression = compileJson(plain)
  return ({ content }) => asText(expression(content))
}
