import { randomUUID } from 'node:crypto'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { after } from '../kit/numbers.ts'
import type { ApiUser, House, Product } from './house.ts'
import { SYNCHRONOUS, unauthorised } from './replies.ts'

const TOKEN_SECONDS = 3600

function basic(header: string | undefined): [string, string] | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(header ?? '') ?? []
  if (encoded === undefined) return undefined
  const [user = '', ...key] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return [user, key.join(':')]
}

/** `POST /{product}/token/`: Basic with API user and key, and the product's own subscription key. */
export function tokenRoute({ db, clock }: House, product: Product): Route {
  return {
    method: 'POST',
    path: `/${product}/token/`,
    async handle({ headers }) {
      const [user, key] = basic(headers.authorization) ?? []
      if (user === undefined || !key) return { status: 401, body: { error: 'invalid_client' } }
      const found: ApiUser | undefined = await db('sim_mtn_momo.api_users')
        .where({ api_user: user, api_key: key, product })
        .first()
      if (found === undefined) return { status: 401, body: { error: 'invalid_client' } }
      if (headers['ocp-apim-subscription-key'] !== found.subscription_key)
        return unauthorised('Access denied due to invalid subscription key.')
      const token = `eyJ${randomUUID().replaceAll('-', '')}${randomUUID().replaceAll('-', '')}`
      await db('sim_mtn_momo.tokens').where('ends_at', '<', clock.now()).delete()
      await db('sim_mtn_momo.tokens').insert({
        token,
        api_user: found.api_user,
        ends_at: after(clock.now(), TOKEN_SECONDS * 1000),
      })
      return {
        status: 200,
        body: { access_token: token, token_type: 'access_token', expires_in: TOKEN_SECONDS },
      }
    },
  }
}

/** The API user behind a call: token and subscription key of the product, and the environment it was made for. */
export async function userOf(
  { db, clock }: House,
  { headers }: SimRequest,
  product: Product,
): Promise<ApiUser | SimReply> {
  const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
  if (token === undefined) return unauthorised('Unauthorized. Access token is missing.')
  const user: ApiUser | undefined = await db('sim_mtn_momo.tokens')
    .join('sim_mtn_momo.api_users', 'api_users.api_user', 'tokens.api_user')
    .where({ token })
    .andWhere('ends_at', '>', clock.now())
    .first('api_users.*')
  if (user?.product !== product) return unauthorised('Unauthorized. Access token is invalid or has expired.')
  if (headers['ocp-apim-subscription-key'] !== user.subscription_key)
    return unauthorised('Access denied due to invalid subscription key.')
  if (headers['x-target-environment'] !== user.environment)
    return SYNCHRONOUS.NOT_ALLOWED_TARGET_ENVIRONMENT ?? 'hang-up'
  return user
}

export const isUser = (answer: ApiUser | SimReply): answer is ApiUser =>
  typeof answer === 'object' && 'api_user' in answer
