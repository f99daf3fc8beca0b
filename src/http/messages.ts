import { Router } from 'express'
import { z } from 'zod'
import { localDate } from '../domain/time.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { smsSpent } from '../gateway/sms-spent.ts'
import { callerOf, requireScope } from './auth.ts'
import { badQuery, reading } from './writes.ts'

const Query = z.strictObject({
  month: z
    .string()
    .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'a month is written like 2026-03')
    .optional(),
})

/** `/api/v1/messages/spent`: what the SMS of a month came to. */
export function messageRoutes({ deps }: Gateway): Router {
  const router = Router()
  router.get(
    '/spent',
    requireScope('terms:read'),
    reading(async request => {
      const query = Query.safeParse(request.query)
      if (!query.success) return badQuery(query.error)
      const { tenantId } = callerOf(request)
      return act(deps, tenantId, async commit => {
        const today = localDate(commit.at, commit.setup.tenant.zone)
        const month = query.data.month ?? today.slice(0, 7)
        return { month, data: await smsSpent(commit, month), next: null }
      })
    }),
  )
  return router
}
