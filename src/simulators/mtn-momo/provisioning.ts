import { randomBytes } from 'node:crypto'
import type { Route, SimRequest } from '../kit/http.ts'
import { amountOf } from '../kit/money.ts'
import { openAccount } from './accounts.ts'
import { type ApiUser, CURRENCIES, type House, type Product } from './house.ts'
import { badRequest, notFound, refusal, unauthorised } from './replies.ts'
import { isUuidV4 } from './validate.ts'

/**
 * Sandbox provisioning: whoever has subscribed to a product makes API users of it, and a key for each. In production the
 * partner's portal does that. Source: MoMo developer portal, "Sandbox User Provisioning".
 */

const SUBSCRIPTIONS = 'sim_mtn_momo.subscriptions'
const USERS = 'sim_mtn_momo.api_users'
/** The sandbox's own money: payouts are never short of it. */
const FLOAT = amountOf('1000000', CURRENCIES.sandbox)

const duplicate = refusal(
  409,
  'RESOURCE_ALREADY_EXIST',
  'Duplicated reference id. Creation of resource failed.',
)

async function productOf({ db }: House, { headers }: SimRequest): Promise<Product | undefined> {
  const key = headers['ocp-apim-subscription-key'] ?? ''
  return (await db(SUBSCRIPTIONS).where({ subscription_key: key }).first('product'))?.product
}

function hostIn(body: string): string | undefined {
  try {
    const { providerCallbackHost: host } = JSON.parse(body)
    return typeof host === 'string' && /^[A-Za-z0-9.-]{1,253}$/.test(host) ? host : undefined
  } catch {
    return undefined
  }
}

const denied = unauthorised('Access denied due to invalid subscription key.')

/** The API user of the path, if the caller's subscription made it. */
async function userOf(house: House, request: SimRequest): Promise<ApiUser | undefined> {
  const api_user = (request.params.id ?? '').toLowerCase()
  return house
    .db(USERS)
    .where({
      api_user,
      subscription_key: request.headers['ocp-apim-subscription-key'],
      environment: 'sandbox',
    })
    .first()
}

async function create(house: House, request: SimRequest) {
  const product = await productOf(house, request)
  if (product === undefined) return denied
  const id = request.headers['x-reference-id']
  if (!isUuidV4(id)) return badRequest('X-Reference-Id must be a UUID version 4')
  const host = hostIn(request.body)
  if (host === undefined) return badRequest('providerCallbackHost must be a host')
  const api_user = id.toLowerCase()
  const [made] = await house
    .db(USERS)
    .insert({
      api_user,
      // until a key is made nobody has it
      api_key: '',
      subscription_key: request.headers['ocp-apim-subscription-key'],
      product,
      provider_callback_host: host,
      environment: 'sandbox',
    })
    .onConflict('api_user')
    .ignore()
    .returning('api_user')
  if (made === undefined) return duplicate
  await openAccount(house.db, { api_user, currency: CURRENCIES.sandbox }, FLOAT)
  return { status: 201 }
}

async function makeKey(house: House, request: SimRequest) {
  if ((await productOf(house, request)) === undefined) return denied
  const user = await userOf(house, request)
  if (user === undefined) return notFound
  const apiKey = randomBytes(16).toString('hex')
  await house.db(USERS).where({ api_user: user.api_user }).update({ api_key: apiKey })
  return { status: 201, body: { apiKey } }
}

async function show(house: House, request: SimRequest) {
  if ((await productOf(house, request)) === undefined) return denied
  const user = await userOf(house, request)
  return user === undefined
    ? notFound
    : {
        status: 200,
        body: { providerCallbackHost: user.provider_callback_host, targetEnvironment: user.environment },
      }
}

export const provisioningRoutes = (house: House): Route[] => [
  { method: 'POST', path: '/v1_0/apiuser', handle: request => create(house, request) },
  { method: 'POST', path: '/v1_0/apiuser/:id/apikey', handle: request => makeKey(house, request) },
  { method: 'GET', path: '/v1_0/apiuser/:id', handle: request => show(house, request) },
]
