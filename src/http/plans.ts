import { json, Router } from 'express'
import { z } from 'zod'
import { parseMoney, toText } from '../domain/money.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { viewPlan } from '../gateway/plan-view.ts'
import { wallet } from '../store/people.ts'
import { callerOf, lacking } from './auth.ts'
import { badRequest, notFound } from './problem.ts'
import { issues, reading } from './writes.ts'

const Asked = z.strictObject({
  operation: z.enum(['collect', 'disburse']),
  walletId: z.uuid(),
  amount: z.string().max(20),
})

/** Who may see the order may see its plan. */
const SCOPES = { collect: 'collection-requests:read', disburse: 'disbursements:read' } as const

/** `/api/v1/plans`: how an amount would move to or from a wallet, and what it would cost. Nothing is written. */
export function planRoutes({ deps }: Gateway): Router {
  const router = Router()
  router.post(
    '/',
    json({ limit: '16kb' }),
    reading(async request => {
      const body = Asked.safeParse(request.body)
      if (!body.success) return badRequest('the request is not understood', issues(body.error))
      const { operation, walletId, amount: text } = body.data
      const no = lacking(request, SCOPES[operation])
      if (no !== undefined) return no
      const { tenantId } = callerOf(request)
      return act(deps, tenantId, async commit => {
        const found = await wallet(commit.trx, tenantId, walletId)
        if (found === undefined) return notFound('no such wallet')
        const amount = parseMoney(text, found.currency)
        if (amount === undefined || amount.minor === 0n)
          return badRequest(`"${text}" is no amount of ${found.currency} above zero`)
        return {
          operation,
          walletId,
          ...toText(amount),
          plan: await viewPlan(commit, found, operation, amount),
        }
      })
    }),
  )
  return router
}
