import * as z from 'zod'
import { type Template as Parsed, parseTemplate, type Slot, slotsOf } from './template.ts'

/** Small pieces that every part of a profile is made of. */

/** Runs something that throws a sentence, and makes a fault of the file of it. */
export function attempt<T>(
  context: z.RefinementCtx,
  work: () => T,
  path: readonly PropertyKey[] = [],
): T | typeof z.NEVER {
  try {
    return work()
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message, path: [...path] })
    return z.NEVER
  }
}

export const Template = z
  .string()
  .transform((text, context): Parsed => attempt(context, () => parseTemplate(text)))

export type Entry = { readonly key: Parsed; readonly value: Parsed }

/** Names and values, both with placeholders; in the order of the file. */
export const Entries = z.record(z.string().min(1).max(80), Template).transform((record, context): Entry[] =>
  Object.entries(record).map(([key, value]) => ({
    key: attempt(context, () => parseTemplate(key), [key]),
    value,
  })),
)

/** A JSON body: texts in it are templates. */
export type Tree =
  | Parsed
  | number
  | boolean
  | null
  | readonly Tree[]
  | { readonly branches: readonly Branch[] }
type Branch = readonly [name: string, value: Tree]

export const Tree = z.unknown().transform((value, context): Tree => treeOf(value, context, []))

const MAX_DEPTH = 10

/** By hand, so that a fault is told where it stands: a union tells only that none of its members fits. */
function treeOf(value: unknown, context: z.RefinementCtx, path: readonly PropertyKey[]): Tree {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'string') return attempt(context, () => parseTemplate(value), path)
  if (path.length > MAX_DEPTH) throw new Error(`a body deeper than ${MAX_DEPTH}`)
  if (Array.isArray(value)) return value.map((item, at) => treeOf(item, context, [...path, at]))
  return {
    branches: Object.entries(Object(value)).map(
      ([name, item]): Branch => [name, treeOf(item, context, [...path, name])],
    ),
  }
}

const isTemplate = (value: unknown): value is Parsed =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'template'

/** Every placeholder below a value, with the path where its template stands. */
export function slotsIn(
  value: unknown,
  path: readonly PropertyKey[] = [],
): { slot: Slot; path: readonly PropertyKey[] }[] {
  if (isTemplate(value)) return slotsOf(value).map(slot => ({ slot, path }))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, child]) =>
    slotsIn(child, Array.isArray(value) ? [...path, Number(name)] : [...path, name]),
  )
}

export const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,39}$/, 'small letters, digits and "-", 2 to 40 of them')
export const Word = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/, 'letters and digits, at most 40')
