import { randomUUID } from 'node:crypto'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { after } from '../kit/numbers.ts'
import type { App, House } from './house.ts'
import { fault, plain } from './replies.ts'

const TOKEN_SECONDS = 3600

const base64 = (user: string, secret: string): string => Buffer.from(`${user}:${secret}`).toString('base64')

/**
 * `POST /token`: Basic with the application's id and secret, `grant_type=client_credentials` as a form. A token that still
 * lives is handed out again, with what is left of its life.
 */
export function tokenRoute({ db, clock }: House): Route {
  return {
    method: 'POST',
    path: '/token',
    async handle({ headers, body }) {
      const [, encoded = ''] = /^Basic (\S+)$/.exec(headers.authorization ?? '') ?? []
      const apps: App[] = await db('sim_orange_money.apps')
      const app = apps.find(({ client_id, client_secret }) => encoded === base64(client_id, client_secret))
      if (app === undefined)
        return {
          status: 401,
          body: { error: 'invalid_client', error_description: 'Client Authentication failed.' },
        }
      const isForm = /^application\/x-www-form-urlencoded\b/.test(headers['content-type'] ?? '')
      if (!isForm || new URLSearchParams(body).get('grant_type') !== 'client_credentials')
        return { status: 400, body: { error: 'unsupported_grant_type' } }
      const now = clock.now()
      const ends_at = after(now, TOKEN_SECONDS * 1000)
      const { client_id } = app
      const living = await db('sim_orange_money.tokens')
        .where({ client_id })
        .andWhere('ends_at', '>=', after(now, 1000))
        .orderBy('ends_at', 'desc')
        .first()
      const token = living ?? { token: randomUUID(), client_id, ends_at }
      if (living === undefined) await db('sim_orange_money.tokens').insert(token)
      return {
        status: 200,
        body: {
          access_token: token.token,
          scope: 'am_application_scope default',
          token_type: 'Bearer',
          expires_in: Math.floor((token.ends_at.getTime() - now.getTime()) / 1000),
        },
      }
    },
  }
}

/** The application behind a call: the API manager looks at the token, the API behind it at `X-AUTH-TOKEN`. */
export async function appOf({ db, clock }: House, { headers }: SimRequest): Promise<App | SimReply> {
  const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
  if (token === undefined) return fault(401, 900902, 'Missing Credentials')
  const app: (App & { readonly ends_at: Date }) | undefined = await db('sim_orange_money.tokens')
    .join('sim_orange_money.apps', 'apps.client_id', 'tokens.client_id')
    .where({ token })
    .first('apps.*', 'tokens.ends_at')
  if (app === undefined || app.ends_at <= clock.now()) return fault(401, 900901, 'Invalid Credentials')
  return headers['x-auth-token'] === base64(app.api_user, app.api_password) ? app : plain(401, 'X-AUTH-TOKEN')
}

export const isApp = (answer: App | SimReply): answer is App =>
  typeof answer === 'object' && 'client_id' in answer
