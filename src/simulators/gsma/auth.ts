import { createHash, randomUUID } from 'node:crypto'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { after } from '../kit/numbers.ts'
import { CLIENTS, type Client, GSMA, type House, TOKENS } from './house.ts'
import { breach, refusal } from './replies.ts'
import { requestHeaders } from './rules.ts'

const TOKEN_SECONDS = 3600

/** Where the API stands, and what a client shows there beside its key: either, Basic, or a token. */
export const MOUNTS = [
  { path: '', basic: true, bearer: true },
  { path: '/simulator/v1.2/passthrough/mm', basic: true, bearer: false },
  { path: '/2/oauth/simulator/v1.2/mm', basic: false, bearer: true },
] as const
export type Mount = (typeof MOUNTS)[number]

function basicOf(header: string | undefined): [string, string] | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(header ?? '') ?? []
  if (encoded === undefined) return undefined
  const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return [user, rest.join(':')]
}

/** `POST /v1/oauth/accesstoken`: client credentials, as a form, with the client's id and secret as Basic. */
export function tokenRoute({ db, clock }: House): Route {
  return {
    method: 'POST',
    path: `/${GSMA}/v1/oauth/accesstoken`,
    async handle({ headers, body }) {
      const [client_id, client_secret] = basicOf(headers.authorization) ?? []
      const found: Client | undefined =
        client_id === undefined ? undefined : await db(CLIENTS).where({ client_id, client_secret }).first()
      if (found === undefined) return { status: 401, body: { error: 'invalid_client' } }
      const isForm = /^application\/x-www-form-urlencoded\b/.test(headers['content-type'] ?? '')
      if (!isForm || new URLSearchParams(body).get('grant_type') !== 'client_credentials')
        return { status: 400, body: { error: 'unsupported_grant_type' } }
      const token = randomUUID().replaceAll('-', '')
      const ends_at = after(clock.now(), TOKEN_SECONDS * 1000)
      await db(TOKENS).insert({ token, client: found.client, ends_at })
      // the sandbox's API manager tells the seconds as text
      return {
        status: 200,
        body: { access_token: token, token_type: 'Bearer', expires_in: String(TOKEN_SECONDS) },
      }
    },
  }
}

/** The client behind a call: the key, and what the mount asks for beside it. */
async function clientOf(
  { db, clock }: House,
  { headers }: SimRequest,
  mount: Mount,
): Promise<Client | undefined> {
  const api_key = headers['x-api-key']
  if (api_key === undefined) return undefined
  const client: Client | undefined = await db(CLIENTS).where({ api_key }).first()
  if (client === undefined) return undefined
  const [user, password] = basicOf(headers.authorization) ?? []
  if (mount.basic && user !== undefined)
    return user === client.user_name && password === client.password ? client : undefined
  const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
  if (!mount.bearer || token === undefined) return undefined
  const live = await db(TOKENS)
    .where({ token, client: client.client })
    .andWhere('ends_at', '>', clock.now())
    .first('token')
  return live === undefined ? undefined : client
}

export type Answer = (request: SimRequest, client: Client) => Promise<SimReply>
export type Verb = 'GET' | 'POST' | 'PATCH'

/** What every call must have, before anybody looks at what it is about. */
export function guarded(house: House, mount: Mount, handle: Answer): Route['handle'] {
  return async request => {
    const client = await clientOf(house, request, mount)
    if (client === undefined)
      return refusal(house, 'authorisation', 'clientAuthorisationError', 'The client is not known')
    const headers = requestHeaders.safeParse(request.headers)
    if (!headers.success) return breach(house, headers.error, request.headers)
    const hash = request.headers['x-content-hash']
    const body = createHash('sha256').update(request.body).digest('hex')
    if (hash !== undefined && hash.toLowerCase() !== body)
      return refusal(house, 'validation', 'formatError', 'X-Content-Hash does not fit the body')
    return handle(request, client)
  }
}

/** The body as JSON; undefined where it is none, or is not called so. */
export function jsonOf({ headers, body }: SimRequest): unknown {
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) return undefined
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
