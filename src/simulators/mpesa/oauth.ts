import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { after, randomText } from '../kit/numbers.ts'
import type { App, House } from './house.ts'
import { refusal } from './replies.ts'

const TOKEN_SECONDS = 3599
const TOKEN_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function basic(header: string | undefined): { key: string; secret: string } | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(header ?? '') ?? []
  if (encoded === undefined) return undefined
  const [key = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return { key, secret: secret.join(':') }
}

/** Client credentials; `expires_in` is a string, and a new token kills the earlier one (portal FAQ). */
export function tokenRoute({ db, clock }: House): Route {
  return {
    method: 'GET',
    path: '/oauth/v1/generate',
    async handle({ headers, query }) {
      const credentials = basic(headers.authorization)
      if (credentials === undefined) return refusal('400.008.01', 'Invalid Authentication passed')
      if (query.get('grant_type') !== 'client_credentials')
        return refusal('400.008.02', 'Invalid grant type passed')
      const token = randomText(28, TOKEN_LETTERS)
      const known = await db('sim_mpesa.apps')
        .where({ consumer_key: credentials.key, consumer_secret: credentials.secret })
        .update({ token, token_ends_at: after(clock.now(), TOKEN_SECONDS * 1000) })
      if (known === 0) return refusal('400.008.01', 'Invalid Authentication passed')
      return { status: 200, body: { access_token: token, expires_in: String(TOKEN_SECONDS) } }
    },
  }
}

/** The app behind a bearer token, or the refusal that Daraja gives. */
export async function appOf({ db, clock }: House, { headers }: SimRequest): Promise<App | SimReply> {
  const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
  if (token === undefined) return refusal('404.001.03', 'Invalid Access Token')
  const app: App | undefined = await db('sim_mpesa.apps').where({ token }).first()
  if (app === undefined) return refusal('404.001.03', 'Invalid Access Token')
  if (app.token_ends_at === null || app.token_ends_at <= clock.now())
    return refusal('401.003.01', 'Error Occurred - Invalid Access Token')
  return app
}

export const isApp = (answer: App | SimReply): answer is App =>
  typeof answer === 'object' && 'consumer_key' in answer
