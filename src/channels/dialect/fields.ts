import type { RawRequest } from '../../domain/outside.ts'
import type { Unreadable } from '../channel.ts'
import type { Profile } from './profile.ts'

/** The fields of a request by the names of the profile, as they came; undefined where there is none. */
export type Fields = (name: string) => unknown

/** A hop has a dozen short fields; all that people type stays below this. */
const MAX_CHARACTERS = 8_000

export const unreadable = (why: string): Unreadable => ({ kind: 'unreadable', why })

type Shape = Pick<Profile, 'transport' | 'path'>

/** Reads them. No complaint repeats what was sent: an input may be a PIN. */
export function readFields({ transport, path }: Shape, request: RawRequest): Fields | Unreadable {
  if (request.method !== (transport === 'query' ? 'GET' : 'POST'))
    return unreadable(`send a ${transport === 'query' ? 'GET' : 'POST'}`)
  const [address = '', query = ''] = (request.target ?? '').split(/\?(.*)/s, 2)
  if (request.body.length + query.length > MAX_CHARACTERS)
    return unreadable(`send at most ${MAX_CHARACTERS} characters`)
  const parts = partsOf(address, path)
  if (parts === undefined) return unreadable(`send to an address that ends in /${path.join('/')}`)
  const body =
    transport === 'json' ? readJson(request.body) : readPairs(transport === 'form' ? request.body : query)
  return typeof body === 'string'
    ? unreadable(body)
    : name => (name.startsWith('path.') ? parts.get(name.slice('path.'.length)) : at(body, name.split('.')))
}

/** What stands before a gateway's own parts: nothing, `ussd`, the token. */
const OURS = 3

/** The last parts of the address behind the token, by their names. */
function partsOf(address: string, names: readonly string[]): ReadonlyMap<string, string> | undefined {
  const parts = names.length === 0 ? [] : address.split('/').slice(OURS).slice(-names.length)
  try {
    return parts.length < names.length
      ? undefined
      : new Map(names.map((name, index) => [name, decodeURIComponent(parts[index] ?? '')]))
  } catch {
    return undefined
  }
}

/** A key that comes twice is refused: two readers of it might take one each. */
function readPairs(text: string): object | string {
  const pairs = [...new URLSearchParams(text)]
  return new Set(pairs.map(([key]) => key)).size < pairs.length
    ? 'send each field once'
    : Object.fromEntries(pairs)
}

function readJson(text: string): object | string {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // told below
  }
  return 'send a JSON object'
}

function at(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? at((value as Readonly<Record<string, unknown>>)[name], rest)
    : undefined
}

/** A text, or what gateways send in its place; undefined for anything else, and for nothing. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : undefined
}
