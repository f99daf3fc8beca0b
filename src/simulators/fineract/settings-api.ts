import type { Route } from '../kit/http.ts'
import { dateArray } from './dates.ts'
import { parseObject } from './fields.ts'
import { API, apiRoute, enterTenant, findUser } from './gate.ts'
import { type House, OFFICE_ID, requireRead } from './house.ts'
import type { Json } from './json.ts'
import { envelope, Refusal, reply, replyText } from './refusal.ts'
import { table } from './schema.ts'

/** AuthenticationApiResource: the one call that carries its credentials in the body. */
function authenticationRoute(house: House): Route {
  return {
    method: 'POST',
    path: `${API}/authentication`,
    handle: async request => {
      const tenant = await enterTenant(house, request)
      if (tenant === 'hang-up' || !('zone' in tenant)) return tenant
      try {
        const { username, password } = parseObject(request.body)
        const user = await findUser(house, tenant.id, String(username), String(password))
        if (user === undefined)
          return replyText(
            401,
            envelope(
              401,
              'error.msg.not.authenticated',
              'Invalid authentication details were passed in api request.',
            ),
          )
        const key = Buffer.from(`${username}:${password}`).toString('base64')
        return reply(200, {
          username: user.username,
          userId: user.id,
          base64EncodedAuthenticationKey: key,
          authenticated: true,
          officeId: OFFICE_ID,
          officeName: 'Head Office',
          roles: [
            { id: 1, name: user.permissions === 'ALL_FUNCTIONS' ? 'Super user' : 'Gateway', disabled: false },
          ],
          permissions: user.permissions === 'ALL_FUNCTIONS' ? ['ALL_FUNCTIONS'] : user.permissions,
          shouldRenewPassword: false,
          isTwoFactorAuthenticationRequired: false,
        })
      } catch (error) {
        if (error instanceof Refusal) return replyText(error.status, error.body)
        throw error
      }
    },
  }
}

export function settingsRoutes(house: House): Route[] {
  return [
    authenticationRoute(house),
    apiRoute(house, 'GET', '/paymenttypes', async ({ tenant, user }) => {
      requireRead(user, 'PAYMENTTYPE')
      const rows = await house.db(table('payment_types')).where({ tenant: tenant.id }).orderBy('id')
      return reply(
        200,
        rows.map(
          (row, at): Json => ({
            id: Number(row.id),
            name: row.name,
            description: row.name,
            isCashPayment: false,
            position: at + 1,
            isSystemDefined: false,
          }),
        ),
      )
    }),
    // The stored dates; nothing is stored while `enable-business-date` was never on.
    apiRoute(house, 'GET', '/businessdate', async ({ tenant, user }) => {
      requireRead(user, 'BUSINESS_DATE')
      const date = tenant.settings.businessDate
      if (date == null) return reply(200, [])
      return reply(200, [{ description: 'Business Date', type: 'BUSINESS_DATE', date: dateArray(date) }])
    }),
  ]
}
