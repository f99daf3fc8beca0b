import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { BUSINESSES, type Business, type House, KEYS, type Key, type Right, WAVE } from './house.ts'
import { refusal } from './replies.ts'

/** Wave's own order: the header, its form, the key, the wallet behind it, and what the key may do. */
async function businessOf(
  { db }: House,
  { headers }: SimRequest,
  right: Right,
): Promise<Business | SimReply> {
  const header = headers.authorization
  if (header === undefined) return refusal(401, 'missing-auth-header', 'An authorization header is missing')
  const [, key] = /^Bearer(?: (.*))?$/.exec(header) ?? []
  if (!/^Bearer\b/.test(header)) return refusal(401, 'invalid-auth', 'The authorization is no bearer token')
  if (!key) return refusal(401, 'api-key-not-provided', 'There is no API key')
  const found: (Business & Key) | undefined = await db(KEYS)
    .join(BUSINESSES, `${BUSINESSES}.business`, `${KEYS}.business`)
    .where({ api_key: key })
    .first()
  if (found === undefined) return refusal(401, 'no-matching-api-key', 'This API key does not exist')
  if (found.revoked) return refusal(401, 'api-key-revoked', 'This API key was revoked')
  if (found.disabled) return refusal(403, 'disabled-wallet', 'The wallet is disabled')
  return found.rights.includes(right)
    ? found
    : refusal(403, 'unauthorized-wallet', `The key may not be used for ${right}`)
}

export type Answer = (request: SimRequest, business: Business) => Promise<SimReply>

/** A route of Wave's that needs a key with this right. */
export const keyed = (
  house: House,
  right: Right,
  method: 'GET' | 'POST',
  path: string,
  answer: Answer,
): Route => ({
  method,
  path: `/${WAVE}${path}`,
  async handle(request) {
    const business = await businessOf(house, request, right)
    return typeof business === 'object' && 'business' in business ? answer(request, business) : business
  },
})

export type Fields = Readonly<Record<string, unknown>>

/** The body of a request that wants one; a reply where it is none. */
export function fieldsOf({
  headers,
  body,
}: SimRequest): { readonly fields: Fields } | { readonly reply: SimReply } {
  if (!/^application\/json\b/.test(headers['content-type'] ?? ''))
    return { reply: refusal(400, 'request-not-json', 'The request must be application/json') }
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { fields: value as Fields }
  } catch {}
  return { reply: refusal(400, 'request-parsing-error', 'The body is no JSON object') }
}
