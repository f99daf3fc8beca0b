import type { z } from 'zod'

/** Words that nobody knows, in what somebody wrote by hand: a switch with a slip in its name would silently stay off. */

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The places in `written` that reading it has left out; lists are not looked into. */
export function unknownIn(
  written: unknown,
  read: unknown,
  depth = Number.POSITIVE_INFINITY,
): readonly (readonly string[])[] {
  if (!isObject(written) || !isObject(read) || depth === 0) return []
  return Object.entries(written).flatMap(([key, value]) =>
    Object.hasOwn(read, key) ? unknownIn(value, read[key], depth - 1).map(path => [key, ...path]) : [[key]],
  )
}

/** Reads by the schema, and takes no word that it does not know, at any depth. */
export const strictly =
  <T>(schema: z.ZodType<T>) =>
  (written: unknown, context: z.RefinementCtx): T => {
    const { data, error } = schema.safeParse(written)
    for (const { path, message } of error?.issues ?? [])
      context.addIssue({ code: 'custom', path: [...path], message })
    for (const path of error === undefined ? unknownIn(written, data) : [])
      context.addIssue({
        code: 'custom',
        path: [...path],
        message: 'there is no such setting: is it written as documented?',
      })
    // a value with issues is never looked at
    return data as T
  }
