import { randomUUID } from 'node:crypto'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { after } from '../kit/numbers.ts'
import { fieldOf } from '../kit/wire.ts'
import { APPS, type App, type House, TOKENS } from './house.ts'
import { routed } from './replies.ts'

const TOKEN_SECONDS = 180

/** `POST /auth/oauth2/token`, JSON: a new token each time, for three minutes. */
export function tokenRoute({ db, clock }: House): Route {
  return {
    method: 'POST',
    path: '/auth/oauth2/token',
    async handle({ headers, body }) {
      const isJson = /^application\/json\b/.test(headers['content-type'] ?? '')
      if (!isJson || fieldOf(body, 'grant_type') !== 'client_credentials')
        return {
          status: 400,
          body: { error: 'unsupported_grant_type', error_description: 'Unsupported grant' },
        }
      const client_id = fieldOf(body, 'client_id') ?? ''
      const app: App | undefined = await db(APPS).where({ client_id }).first()
      if (app === undefined || app.client_secret !== fieldOf(body, 'client_secret'))
        return {
          status: 400,
          body: { error: 'invalid_client', error_description: 'Invalid client authentication' },
        }
      const now = clock.now()
      await db(TOKENS).where('ends_at', '<', now).delete()
      const token = randomUUID().replaceAll('-', '')
      await db(TOKENS).insert({ token, client_id, ends_at: after(now, TOKEN_SECONDS * 1000) })
      return {
        status: 200,
        body: { token_type: 'bearer', access_token: token, expires_in: String(TOKEN_SECONDS) },
      }
    },
  }
}

/** Airtel's own order: the token, then the headers of country and currency, which must be the application's. */
async function appOf({ db, clock }: House, { headers }: SimRequest): Promise<App | SimReply> {
  const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
  const app: App | undefined =
    token === undefined
      ? undefined
      : await db(TOKENS)
          .join(APPS, `${APPS}.client_id`, `${TOKENS}.client_id`)
          .where({ token })
          .andWhere('ends_at', '>', clock.now())
          .first(`${APPS}.*`)
  if (app === undefined)
    return {
      status: 401,
      body: { error: 'invalid_token', error_description: 'The access token is invalid or has expired' },
    }
  const { 'x-country': country, 'x-currency': currency } = headers
  if (country === undefined) return routed('ROUTER003')
  if (!/^[A-Z]{2}$/.test(country)) return routed('ROUTER006')
  if (country !== app.country) return routed('ROUTER007')
  if (currency === undefined) return routed('ROUTER119')
  return currency === app.currency ? app : routed('ROUTER112')
}

export type Answer = (request: SimRequest, app: App) => Promise<SimReply> | SimReply

/** A route of Airtel's that needs a token. */
export const authorised = (house: House, method: 'GET' | 'POST', path: string, handle: Answer): Route => ({
  method,
  path,
  async handle(request) {
    const app = await appOf(house, request)
    return typeof app === 'object' && 'client_id' in app ? handle(request, app) : app
  },
})
