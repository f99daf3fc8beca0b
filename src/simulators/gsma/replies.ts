import type * as z from 'zod'
import type { SimReply } from '../kit/http.ts'
import type { Code, House } from './house.ts'
import { CATEGORIES, type Category, type ErrorCode, errorObject } from './rules.ts'

/** An answer of ours is held against the document as a request is; one that breaks it is a fault of this simulator. */
export function answer<Body extends object>(
  house: House,
  status: number,
  schema: z.ZodType<Body>,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): SimReply {
  return {
    status,
    headers: { 'x-date': house.clock.now().toISOString(), ...headers },
    body: schema.parse(body),
  }
}

type Pair = { readonly key: string; readonly value: string }
const MAX = 256

export function errorBody(
  house: House,
  category: Category,
  code: ErrorCode,
  description: string,
  parameters?: readonly Pair[],
): object {
  return errorObject.parse({
    errorCategory: category,
    errorCode: code,
    errordescription: description.slice(0, MAX),
    errorDateTime: house.clock.now().toISOString(),
    ...(parameters === undefined ? {} : { errorParameters: parameters }),
  })
}

export const refusal = (
  house: House,
  category: Category,
  code: ErrorCode,
  description: string,
  parameters?: readonly Pair[],
): SimReply => ({
  status: CATEGORIES[category],
  headers: { 'x-date': house.clock.now().toISOString() },
  body: errorBody(house, category, code, description, parameters),
})

export const notThere = (house: House, what: string): SimReply =>
  refusal(house, 'identification', 'identifierError', `There is no such ${what}`)

export const keptError = (house: House, { category, code }: Code): object =>
  errorBody(house, category as Category, code as ErrorCode, 'The request failed')

/** What the first breach of a schema is called. */
export function breach(house: House, { issues }: z.ZodError, given: unknown): SimReply {
  const [issue] = issues
  const path = issue?.path ?? []
  const value = path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key],
    given,
  )
  const key = (path.map(String).join('.') || 'body').slice(0, MAX)
  const parameters = [{ key, value: (issue?.message ?? 'wrong').slice(0, MAX) }]
  const refuse = (code: ErrorCode) =>
    refusal(house, 'validation', code, `${key} is not as it must be`, parameters)
  if (value === undefined) return refuse('mandatoryValueNotSupplied')
  if (issue?.code === 'too_big' || issue?.code === 'too_small') return refuse('lengthError')
  return refuse(typeof value === 'string' && /^-\d/.test(value) ? 'negativeValue' : 'formatError')
}
