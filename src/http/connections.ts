import { Router } from 'express'
import { act } from '../gateway/context.ts'
import { lastHour } from '../gateway/health.ts'
import type { Gateway } from '../gateway/index.ts'
import { productsOf } from '../gateway/road.ts'
import type { Act } from '../gateway/step.ts'
import type { Row } from '../store/database.ts'
import { callerOf, requireScope } from './auth.ts'
import { reading } from './writes.ts'

/** What each connection can do with the credentials it has, and how it is. No credential stands in any of it. */
async function connectionsOf(commit: Act): Promise<object> {
  const { trx, setup } = commit
  const rows: Row[] = await trx('connections')
    .where({ tenant_id: setup.tenant.id })
    .select('id', 'state', 'paused_for', 'paused_at', 'sick_until')
  const hours = await lastHour(commit)
  return {
    data: setup.connections.map(connection => {
      // how it is may be newer than what is remembered of it
      const now = rows.find(({ id }) => id === connection.id)
      return {
        name: connection.name,
        adapter: connection.adapter,
        provider: connection.provider === '' ? null : connection.provider,
        aggregator: connection.aggregator ?? null,
        currency: connection.currency,
        offers: productsOf(connection).flat(),
        state: now?.state,
        pausedFor: now?.paused_for == null ? [] : String(now.paused_for).split(' '),
        pausedAt: now?.paused_at ?? null,
        sickUntil: now?.sick_until ?? null,
        lastHour: hours.get(connection.id) ?? { calls: 0, unanswered: 0, callbackMs: null },
      }
    }),
    next: null,
  }
}

/** `/api/v1/connections`: a tenant's accounts at its providers. */
export function connectionRoutes({ deps }: Gateway): Router {
  const router = Router()
  router.get(
    '/',
    requireScope('terms:read'),
    reading(request => act(deps, callerOf(request).tenantId, connectionsOf)),
  )
  return router
}
