import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { type Caller, findTenant, type House, type User } from './house.ts'
import { Refusal, reply, replyText } from './refusal.ts'
import { table } from './schema.ts'

/**
 * The filters before every resource: tenant first, then credentials
 * (org.apache.fineract.infrastructure.security.filter.TenantAwareBasicAuthenticationFilter).
 */

export const API = '/fineract-provider/api/v1'
const CHALLENGE = { 'www-authenticate': 'Basic realm="Fineract Platform API"' }
const NAMES: Readonly<Record<number, string>> = { 400: 'Bad Request', 401: 'Unauthorized' }

/** `sendError`: the servlet container's body, not Fineract's envelope. */
function sendError(house: House, status: number, path: string): SimReply {
  const at = house.clock.now().toISOString()
  return reply(status, { timestamp: at, status, error: NAMES[status] ?? '', path }, CHALLENGE)
}

export async function findUser(
  { db }: House,
  tenant: string,
  username: string,
  password: string,
): Promise<User | undefined> {
  const row = await db(table('users')).where({ tenant, username, password }).first()
  return row === undefined ? undefined : { id: row.id, username: row.username, permissions: row.permissions }
}

function credentials(header: string | undefined): { username: string; password: string } | undefined {
  if (header === undefined || !/^basic /i.test(header)) return undefined
  const text = Buffer.from(header.slice(6), 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

export async function enterTenant(house: House, request: SimRequest) {
  const id = request.headers['fineract-platform-tenantid'] || request.query.get('tenantIdentifier')
  const tenant = id ? await findTenant(house.db, id) : undefined
  if (tenant?.settings.down) return 'hang-up' as const
  return tenant ?? sendError(house, 400, request.path)
}

async function enter(house: House, request: SimRequest): Promise<Caller | SimReply> {
  const tenant = await enterTenant(house, request)
  if (tenant === 'hang-up' || !('zone' in tenant)) return tenant
  const given = credentials(request.headers.authorization)
  const user = given && (await findUser(house, tenant.id, given.username, given.password))
  return user === undefined ? sendError(house, 401, request.path) : { tenant, user }
}

export type ApiHandler = (caller: Caller, request: SimRequest) => Promise<SimReply>

/** A refusal is an answer like another; anything else thrown is DefaultExceptionMapper's 500 without an envelope. */
async function answered(handle: () => Promise<SimReply>): Promise<SimReply> {
  try {
    return await handle()
  } catch (error) {
    if (error instanceof Refusal) return replyText(error.status, error.body)
    return reply(500, { Exception: error instanceof Error ? error.message : String(error) })
  }
}

export function apiRoute(house: House, method: string, path: string, handle: ApiHandler): Route {
  return {
    method,
    path: `${API}${path}`,
    handle: async request => {
      const caller = await enter(house, request)
      if (caller === 'hang-up' || !('tenant' in caller)) return caller
      const answer = await answered(() => handle(caller, request))
      if (answer === 'hang-up') return answer
      return { ...answer, headers: { 'x-notification-refresh': 'false', ...answer.headers } }
    },
  }
}

/** What no resource serves: the filters answer first, then an empty 404. */
export function unknownRoutes(house: House): Route[] {
  return ['GET', 'POST', 'PUT', 'DELETE'].map(method =>
    apiRoute(house, method, '/*', async () => ({ status: 404 })),
  )
}
