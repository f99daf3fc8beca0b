import type { RawRequest } from '../domain/outside.ts'
import type { Unreadable } from './channel.ts'

/** Gateways call back with forms of a few dozen short fields; all that was typed in a session stays below this. */
const MAX_CHARACTERS = 8_000

export const unreadable = (why: string): Unreadable => ({ kind: 'unreadable', why })

/** The form of a callback. A key that comes twice is refused: two readers of it might take one each. */
export function readForm(
  request: RawRequest,
  maxCharacters = MAX_CHARACTERS,
): ReadonlyMap<string, string> | Unreadable {
  if (request.method !== 'POST') return unreadable('send a POST')
  const type = request.headers['content-type']
  if (type !== undefined && !/^application\/x-www-form-urlencoded\b/i.test(type))
    return unreadable('send application/x-www-form-urlencoded')
  if (request.body.length > maxCharacters) return unreadable(`send at most ${maxCharacters} characters`)
  const fields = new Map<string, string>()
  for (const [key, value] of new URLSearchParams(request.body)) {
    if (fields.has(key)) return unreadable('send each field once')
    fields.set(key, value)
  }
  return fields
}

export const isUnreadable = (form: ReadonlyMap<string, string> | Unreadable): form is Unreadable =>
  !(form instanceof Map)

/** Zod's complaints as one sentence that names fields and never values: an input may be a PIN. */
export const complaint = (issues: readonly { path: readonly PropertyKey[] }[]): Unreadable =>
  unreadable(`send ${[...new Set(issues.map(issue => String(issue.path[0])))].join(', ')} as documented`)
