import { createHash } from 'node:crypto'
import type { Outcome } from '../../domain/outcome.ts'
import type { NoToken, Token, Tools } from '../../domain/outside.ts'
import type { OrangeConfig } from './config.ts'
import { parseJson, readFault, TokenAnswer } from './wire.ts'

export type Called =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  /** It never reached the API: there was no token, no connection, or the API manager stood before it. */
  | { readonly kind: 'not-sent'; readonly outcome: Outcome }
  | { readonly kind: 'no-answer'; readonly why: string }

export type Call = { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: object }

/** Nothing was asked of Orange, or nothing that moves money: it may be tried again as a new attempt. */
const busy = (code: string): Outcome => ({ kind: 'declined', reason: 'busy', again: 'later', code })
export const NOT_SENT = busy('not-sent')

const basic = (user: string, secret: string): string => Buffer.from(`${user}:${secret}`).toString('base64')

/**
 * Calls with the token, and once more with a fresh one where it was refused: a 401 starts nothing, be it the API
 * manager's or that of the API behind it. All of it ends by `endMs` of the monotonic clock.
 */
export async function call(wanted: Call, config: OrangeConfig, tools: Tools, endMs: number): Promise<Called> {
  const leftMs = () => Math.max(1, Math.floor(endMs - performance.now()))
  const key = tokenKey(config)
  for (let round = 0; round < 2; round++) {
    const token = await tools.tokens.get(key, () => renew(config, tools, leftMs()))
    if (typeof token !== 'string')
      return notSent(token.noToken === 'refused' ? ours('credentials', 'Orange gave no token') : NOT_SENT)
    const answer = await tools.http({
      method: wanted.method,
      url: config.baseUrl + config.apiPath + wanted.path,
      headers: {
        authorization: `Bearer ${token}`,
        'x-auth-token': basic(config.apiUser, config.apiPassword),
        accept: 'application/json',
        ...(wanted.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(wanted.body === undefined ? {} : { body: JSON.stringify(wanted.body) }),
      deadlineMs: leftMs(),
    })
    if (answer.kind === 'no-answer')
      return answer.why === 'refused' ? notSent(NOT_SENT) : { kind: 'no-answer', why: answer.why }
    const body = parseJson(answer.body)
    if (answer.status !== 401)
      return heldUp(answer.status, body) ?? { kind: 'answer', status: answer.status, body }
    tools.tokens.drop(key, token)
  }
  return notSent(ours('credentials', 'a fresh token, or the X-AUTH-TOKEN beside it, was refused'))
}

/**
 * What the API manager keeps from the API: too many calls (9008xx), and an application that may not make them (403).
 * Source: WSO2 API Manager documentation, "Error handling", codes of API handlers.
 */
function heldUp(status: number, body: unknown): Called | undefined {
  const fault = readFault(body)
  if (fault !== undefined && /^90080\d$/.test(fault)) return notSent(busy(fault))
  if (status !== 403) return undefined
  return notSent(fault === undefined ? ours('address-refused', '403') : ours('configuration', fault))
}

const notSent = (outcome: Outcome): Called => ({ kind: 'not-sent', outcome })

export const ours = (
  fault: 'configuration' | 'credentials' | 'address-refused',
  detail: string,
): Outcome => ({
  kind: 'our-fault',
  fault,
  detail,
})

/** Rotated credentials have a token of their own; the digest tells them apart and tells nothing else. */
function tokenKey({ baseUrl, tokenPath, clientId, clientSecret }: OrangeConfig): string {
  const digest = createHash('sha256').update(`${clientId}\n${clientSecret}`).digest('hex').slice(0, 16)
  return `orange-money:${baseUrl}${tokenPath}:${digest}`
}

async function renew(config: OrangeConfig, tools: Tools, deadlineMs: number): Promise<Token | NoToken> {
  const answer = await tools.http({
    method: 'POST',
    url: config.baseUrl + config.tokenPath,
    headers: {
      authorization: `Basic ${basic(config.clientId, config.clientSecret)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
    deadlineMs,
  })
  if (answer.kind === 'no-answer') return { noToken: 'no-answer' }
  if ([400, 401, 403].includes(answer.status)) return { noToken: 'refused' }
  const token = answer.status === 200 ? TokenAnswer.safeParse(parseJson(answer.body)) : undefined
  if (token?.success !== true) return { noToken: 'no-answer' }
  return { value: token.data.access_token, livesMs: token.data.expires_in * 1000 }
}
