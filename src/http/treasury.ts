import { Router } from 'express'
import { z } from 'zod'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { moveTerms, moveView } from '../gateway/treasury.ts'
import type { Row } from '../store/database.ts'
import { callerOf, requireScope } from './auth.ts'
import { proposing } from './proposals.ts'
import { badQuery, reading } from './writes.ts'

const Query = z.strictObject({
  connection: z.string().max(60).optional(),
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** `/api/v1/treasury/moves`: money between the lender's bank and its accounts at providers. */
export function treasuryRoutes(gateway: Gateway, ring: () => void): Router {
  const { deps } = gateway
  const router = Router()
  const propose = proposing(gateway, ring)

  const list = reading(async request => {
    const query = Query.safeParse(request.query)
    if (!query.success) return badQuery(query.error)
    const { connection, after, limit } = query.data
    const { tenantId } = callerOf(request)
    return act(deps, tenantId, async ({ trx }) => {
      const wanted = trx('treasury_moves')
        .where({ tenant_id: tenantId })
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (connection !== undefined) wanted.where({ connection })
      if (after !== undefined) wanted.where('id', '<', after)
      const rows: Row[] = await wanted
      return {
        data: rows.slice(0, limit).map(moveView),
        next: rows.length > limit ? rows[limit - 1]?.id : null,
      }
    })
  })

  router.get('/moves', requireScope('treasury:read'), list)
  router.post(
    '/moves',
    requireScope('treasury:write'),
    propose(moveTerms, ({ body }) => ({ action: 'treasury-move', terms: body, subjectId: deps.ids.next() })),
  )
  return router
}
