import { createHash } from 'node:crypto'
import type { Outcome } from '../../domain/outcome.ts'
import type { HttpAnswer, NoToken, Token, Tools } from '../../domain/outside.ts'
import type { GsmaConfig } from './config.ts'
import { parseJson, type Refused, readError, TokenAnswer } from './wire.ts'

/** A refusal of the operator's own, or what settles the matter before that. */
export type NoValue =
  | { readonly kind: 'refused'; readonly refused: Refused }
  | { readonly kind: 'outcome'; readonly outcome: Extract<Outcome, { kind: 'unknown' | 'our-fault' }> }
export type Said =
  | { readonly kind: 'value'; readonly value: unknown; readonly headers: Readonly<Record<string, string>> }
  | NoValue

export type Call = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * One call with the connection's credentials, and once more with a fresh token where the first was refused: such a 401
 * starts nothing. All of it ends by `endMs` of the monotonic clock.
 */
export async function call(wanted: Call, config: GsmaConfig, tools: Tools, endMs: number): Promise<Said> {
  const leftMs = () => Math.max(1, Math.floor(endMs - performance.now()))
  const body = wanted.body === undefined ? undefined : JSON.stringify(wanted.body)
  for (let round = 0; round < 2; round++) {
    const authorization = await authorizationOf(config, tools, leftMs())
    if (typeof authorization === 'object') return authorization
    const answer = await tools.http({
      method: wanted.method,
      url: config.baseUrl + wanted.path,
      headers: {
        accept: 'application/json',
        ...config.headers,
        ...(authorization === undefined ? {} : { authorization }),
        ...(config.apiKey === undefined ? {} : { 'x-api-key': config.apiKey }),
        ...wanted.headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(body === undefined || !config.contentHash ? {} : { 'x-content-hash': sha256(body) }),
      },
      ...(body === undefined ? {} : { body }),
      deadlineMs: leftMs(),
    })
    if (config.oauth === undefined || !isBadToken(answer)) return read(answer)
    tools.tokens.drop(tokenKey(config.oauth), authorization?.slice(BEARER.length) ?? '')
  }
  return ours('credentials', 'a fresh token was refused')
}

const BEARER = 'Bearer '

/** Who we are was not believed; a 401 that names another reason is an answer to the order. */
const isNotBelieved = ({ status, code }: Refused): boolean =>
  status === 401 && (code === undefined || code === 'clientAuthorisationError')

const isBadToken = (answer: HttpAnswer): boolean =>
  answer.kind === 'answer' && isNotBelieved(readError(parseJson(answer.body), answer.status))

function read(answer: HttpAnswer): Said {
  if (answer.kind === 'no-answer') return { kind: 'outcome', outcome: unknown(answer.why) }
  const { status, headers } = answer
  const value = parseJson(answer.body)
  if (status >= 200 && status <= 202) return { kind: 'value', value, headers }
  const refused = readError(value, status)
  if (isNotBelieved(refused)) return ours('credentials', refused.code ?? '401')
  return status === 403 && refused.code === undefined
    ? ours('address-refused', '403')
    : { kind: 'refused', refused }
}

const ours = (fault: 'credentials' | 'address-refused', detail: string) =>
  ({ kind: 'outcome', outcome: { kind: 'our-fault', fault, detail } }) as const

export const unknown = (why: string) => ({ kind: 'unknown', why }) as const

/** A refusal that says neither yes nor no. */
export const unclear = ({ status, code }: Refused) =>
  unknown(`answer ${status}${code === undefined ? '' : ` ${code}`}`)

/** The operator's own word that it knows no such thing; a bare 404 may be a proxy's or a wrong base URL's. */
export const isNotThere = (said: Said): boolean =>
  said.kind === 'refused' && said.refused.status === 404 && said.refused.category === 'identification'

/** What the lender must set right; no customer is told that it failed. */
export const fault = (detail: string): Outcome => ({ kind: 'our-fault', fault: 'configuration', detail })

type OAuth = NonNullable<GsmaConfig['oauth']>

const basic = (user: string, secret: string): string =>
  `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`

async function authorizationOf(
  config: GsmaConfig,
  tools: Tools,
  deadlineMs: number,
): Promise<string | undefined | NoValue> {
  if (config.basic !== undefined) return basic(config.basic.user, config.basic.password)
  const { oauth } = config
  if (oauth === undefined) return undefined
  const token = await tools.tokens.get(tokenKey(oauth), () => renew(oauth, tools, deadlineMs))
  if (typeof token === 'string') return BEARER + token
  return token.noToken === 'refused'
    ? ours('credentials', 'the operator gave no token')
    : { kind: 'outcome', outcome: unknown('no clear answer from the token endpoint') }
}

/** Rotated credentials have a token of their own; the digest tells them apart and tells nothing else. */
const tokenKey = ({ tokenUrl, clientId, clientSecret }: OAuth): string =>
  `gsma:${tokenUrl}:${sha256(`${clientId}\n${clientSecret}`).slice(0, 16)}`

async function renew(
  { tokenUrl, clientId, clientSecret }: OAuth,
  tools: Tools,
  deadlineMs: number,
): Promise<Token | NoToken> {
  const answer = await tools.http({
    method: 'POST',
    url: tokenUrl,
    headers: {
      authorization: basic(clientId, clientSecret),
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
