import { createHash } from 'node:crypto'
import type { Outcome } from '../../domain/outcome.ts'
import type { HttpAnswer, NoToken, Token, Tools } from '../../domain/outside.ts'
import type { MpesaConfig } from './config.ts'
import { parseJson, Refusal, TokenAnswer, writeTime } from './wire.ts'

/** The error envelope, or the nearest to it that an answer holds. */
export type Refused = { readonly status: number; readonly code: string | undefined; readonly message: string }
export type Posted =
  | { readonly kind: 'value'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly refused: Refused }
  /** Nothing was started: there was no token, or no connection. */
  | { readonly kind: 'not-sent'; readonly outcome: Outcome }
  | { readonly kind: 'no-answer'; readonly why: string }

/** The last is Pull Transactions' own. */
const BAD_TOKEN: ReadonlySet<string> = new Set(['404.001.03', '401.003.01', '401.001'])

/** Posts with a token; where the token is refused nothing was started, so the same call is made once more with a new one. */
export async function post(path: string, body: object, config: MpesaConfig, tools: Tools): Promise<Posted> {
  const endMs = performance.now() + config.callMs
  const leftMs = () => Math.max(1, Math.floor(endMs - performance.now()))
  const key = tokenKey(config)
  for (let round = 0; round < 2; round++) {
    const token = await tools.tokens.get(key, () => renew(config, tools, leftMs()))
    if (typeof token !== 'string') return notSent(token)
    // A push that cannot be asked about is not started when there is hardly time left to hear its answer.
    if (leftMs() < config.callMs / 4) return notSent({ noToken: 'no-answer' })
    const answer = await tools.http({
      method: 'POST',
      url: config.baseUrl + path,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      deadlineMs: leftMs(),
    })
    if (answer.kind === 'no-answer')
      return answer.why === 'refused'
        ? notSent({ noToken: 'no-answer' })
        : { kind: 'no-answer', why: answer.why }
    if (answer.status === 200) return { kind: 'value', body: parseJson(answer.body) }
    const refused = readRefusal(answer)
    if (!isBadToken(refused)) return { kind: 'refused', refused }
    tools.tokens.drop(key, token)
  }
  return notSent({ noToken: 'refused' })
}

const isBadToken = ({ status, code }: Refused): boolean =>
  code === undefined ? status === 401 : BAD_TOKEN.has(code)

function readRefusal({ status, body }: Extract<HttpAnswer, { kind: 'answer' }>): Refused {
  const parsed = Refusal.safeParse(parseJson(body))
  const code =
    parsed.success && /^[\w.]{1,30}$/.test(parsed.data.errorCode) ? parsed.data.errorCode : undefined
  return { status, code, message: parsed.success ? parsed.data.errorMessage : '' }
}

const notSent = ({ noToken }: NoToken): Posted => ({
  kind: 'not-sent',
  outcome:
    noToken === 'refused'
      ? { kind: 'our-fault', fault: 'credentials', detail: 'Daraja gave no token, or refused a fresh one' }
      : { kind: 'declined', reason: 'busy', again: 'later', code: 'not-sent' },
})

/** Rotated credentials have a token of their own; the digest tells them apart and tells nothing else. */
function tokenKey({ baseUrl, consumerKey, consumerSecret }: MpesaConfig): string {
  const digest = createHash('sha256').update(`${consumerKey}\n${consumerSecret}`).digest('hex').slice(0, 16)
  return `mpesa:${baseUrl}:${digest}`
}

async function renew(config: MpesaConfig, tools: Tools, deadlineMs: number): Promise<Token | NoToken> {
  const basic = Buffer.from(`${config.consumerKey}:${config.consumerSecret}`).toString('base64')
  const answer = await tools.http({
    method: 'GET',
    url: `${config.baseUrl}/oauth/v1/generate?grant_type=client_credentials`,
    headers: { authorization: `Basic ${basic}` },
    deadlineMs,
  })
  if (answer.kind === 'no-answer') return { noToken: 'no-answer' }
  if (answer.status === 400 || answer.status === 401) return { noToken: 'refused' }
  const token = answer.status === 200 ? TokenAnswer.safeParse(parseJson(answer.body)) : undefined
  if (token?.success !== true) return { noToken: 'no-answer' }
  return { value: token.data.access_token, livesMs: token.data.expires_in * 1000 }
}

/** Shortcode, password and time, as the push and its query both want them. */
export function signature(config: MpesaConfig, now: Date) {
  const Timestamp = writeTime(now)
  const Password = Buffer.from(config.shortcode + config.passkey + Timestamp).toString('base64')
  return { BusinessShortCode: config.shortcode, Password, Timestamp }
}

/** What the lender must set right; no customer is told that it failed. */
export const fault = (detail: string): Outcome => ({ kind: 'our-fault', fault: 'configuration', detail })
