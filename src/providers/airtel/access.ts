import { createHash } from 'node:crypto'
import type { Outcome } from '../../domain/outcome.ts'
import type { NoToken, Token, Tools } from '../../domain/outside.ts'
import { sign } from './cipher.ts'
import type { AirtelConfig } from './config.ts'
import { parseJson, readSaid, type Said, TokenAnswer, TokenRefusal } from './wire.ts'

export type Answer = { readonly status: number; readonly said: Said }
/** What settles the matter in place of Airtel's own word. */
export type NoAnswer = { readonly outcome: Extract<Outcome, { kind: 'unknown' | 'our-fault' }> }

export type Call = { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: object }

export const unknown = (why: string) => ({ kind: 'unknown', why }) as const
/** An answer that says neither yes nor no. */
export const unclear = (status: number, code: string | undefined) =>
  unknown(`answer ${status}${code === undefined ? '' : ` ${code}`}`)

const ours = (fault: 'credentials' | 'address-refused', detail: string): NoAnswer => ({
  outcome: { kind: 'our-fault', fault, detail },
})

/**
 * Calls with the token, and once more with a fresh one where it was refused: a 401 starts nothing, and a token lives three
 * minutes only. All of it ends by one call's deadline.
 */
export async function call(
  { method, path, body }: Call,
  config: AirtelConfig,
  tools: Tools,
): Promise<Answer | NoAnswer> {
  const endMs = performance.now() + config.callMs
  const leftMs = () => Math.max(1, Math.floor(endMs - performance.now()))
  const text = body && JSON.stringify(body)
  const key = tokenKey(config)
  for (let round = 0; round < 2; round++) {
    const token = await tools.tokens.get(key, () => renew(config, tools, leftMs()))
    if (typeof token !== 'string')
      return token.noToken === 'refused'
        ? ours('credentials', 'Airtel gave no token')
        : { outcome: unknown('no clear answer from the token endpoint') }
    const answer = await tools.http({
      method,
      url: config.baseUrl + path,
      headers: {
        authorization: `Bearer ${token}`,
        accept: '*/*',
        'x-country': config.country,
        'x-currency': config.currency,
        ...(text && { 'content-type': 'application/json' }),
        ...(text && config.signing && sign(text, config.signing)),
      },
      ...(text && { body: text }),
      deadlineMs: leftMs(),
    })
    if (answer.kind === 'no-answer') return { outcome: unknown(answer.why) }
    if (answer.status !== 401) return read(answer.status, answer.body)
    tools.tokens.drop(key, token)
  }
  return ours('credentials', 'a fresh token was refused')
}

/** A business error comes with 200 or with a 4xx; behind a 5xx anything may have happened. */
function read(status: number, body: string): Answer | NoAnswer {
  const said = status < 500 ? readSaid(parseJson(body)) : undefined
  if (said !== undefined) return { status, said }
  return status === 403 ? ours('address-refused', '403') : { outcome: unclear(status, undefined) }
}

/** Rotated credentials have a token of their own; the digest tells them apart and tells nothing else. */
function tokenKey({ baseUrl, clientId, clientSecret }: AirtelConfig): string {
  const digest = createHash('sha256').update(`${clientId}\n${clientSecret}`).digest('hex').slice(0, 16)
  return `airtel:${baseUrl}:${digest}`
}

async function renew(config: AirtelConfig, tools: Tools, deadlineMs: number): Promise<Token | NoToken> {
  const answer = await tools.http({
    method: 'POST',
    url: `${config.baseUrl}/auth/oauth2/token`,
    headers: { accept: '*/*', 'content-type': 'application/json' },
    body: JSON.stringify({
      client_id: config.clientId,
      client_secret: config.clientSecret,
      grant_type: 'client_credentials',
    }),
    deadlineMs,
  })
  if (answer.kind === 'no-answer') return { noToken: 'no-answer' }
  const body = parseJson(answer.body)
  // a bad client was seen with 400, and with 200
  if ([400, 401, 403].includes(answer.status)) return { noToken: 'refused' }
  if (answer.status === 200 && TokenRefusal.safeParse(body).success) return { noToken: 'refused' }
  const token = answer.status === 200 ? TokenAnswer.safeParse(body) : undefined
  if (token?.success !== true) return { noToken: 'no-answer' }
  return { value: token.data.access_token, livesMs: token.data.expires_in * 1000 }
}
