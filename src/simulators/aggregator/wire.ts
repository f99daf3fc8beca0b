import { randomUUID } from 'node:crypto'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { after } from '../kit/numbers.ts'
import { QUERY_FAULTS, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { ACCOUNTS, type Account, accountOf, type House, type Row, TABLE } from './house.ts'

/** Small pieces of the aggregators' wires. */

export type Fields = Readonly<Record<string, unknown>>

export function objectOf(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined
  } catch {
    return undefined
  }
}

/** A JSON object inside another. */
export const inside = (fields: Fields, name: string): Fields => {
  const value = fields[name]
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
export const isUuidV4 = (value: unknown): value is string => typeof value === 'string' && UUID_V4.test(value)

export function basic(header: string | undefined): [user: string, password: string] | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(header ?? '') ?? []
  if (encoded === undefined) return undefined
  const [user = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return [user, password.join(':')]
}

/** The lender whose secret of that name is this one. */
export const accountBySecret = (
  { db }: House,
  vendor: string,
  name: string,
  secret: string | undefined,
): Promise<Account | undefined> =>
  db(ACCOUNTS)
    .where({ vendor })
    .whereRaw('secrets ->> ? = ?', [name, secret ?? ''])
    .first()

export const rowBy = (
  { db }: House,
  vendor: string,
  where: Partial<Pick<Row, 'reference' | 'provider_reference'>>,
): Promise<Row | undefined> =>
  db(TABLE)
    .where({ vendor, ...where })
    .first()

/** A route that asks for money to move: the line's faults strike by the number in it. */
export const moneyRoute = (
  { faults }: House,
  simulator: string,
  path: string,
  about: (request: SimRequest) => string | undefined,
  handle: (request: SimRequest) => Promise<SimReply>,
  method = 'POST',
): Route => spoilable(faults, { simulator, kinds: WIRE_FAULTS, about }, { method, path, handle })

/** A route that asks what became of it. */
export const queryRoute = (
  { faults }: House,
  simulator: string,
  method: 'GET' | 'POST',
  path: string,
  find: (request: SimRequest) => Promise<Row | undefined>,
  handle: (request: SimRequest, row: Row | undefined) => Promise<SimReply> | SimReply,
): Route =>
  spoilable(
    faults,
    { simulator, kinds: QUERY_FAULTS, about: async request => (await find(request))?.msisdn },
    { method, path, handle: async request => handle(request, await find(request)) },
  )

const TOKEN_SECONDS = 3_600

/** OAuth2 client credentials, by Basic and a form. */
export function tokenRoute({ db, clock }: House, vendor: string, path: string): Route {
  return {
    method: 'POST',
    path,
    async handle({ headers, body }) {
      const [client, secret] = basic(headers.authorization) ?? []
      const account = client === undefined ? undefined : await accountOf(db, vendor, client)
      if (account === undefined || account.secrets.clientSecret !== secret)
        return { status: 401, body: { error: 'invalid_client' } }
      if (new URLSearchParams(body).get('grant_type') !== 'client_credentials')
        return { status: 400, body: { error: 'unsupported_grant_type' } }
      const token = randomUUID()
      await db('sim_aggregator.tokens').insert({
        token,
        vendor,
        account: account.account,
        ends_at: after(clock.now(), TOKEN_SECONDS * 1000),
      })
      return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS } }
    },
  }
}

export async function bearer(
  { db, clock }: House,
  vendor: string,
  header: string | undefined,
): Promise<Account | undefined> {
  const [, token] = /^Bearer (\S+)$/.exec(header ?? '') ?? []
  const found =
    token &&
    (await db('sim_aggregator.tokens').where({ token, vendor }).andWhere('ends_at', '>', clock.now()).first())
  return found ? accountOf(db, vendor, found.account) : undefined
}
