import { Router } from 'express'
import { z } from 'zod'
import { casePage, caseRow, caseRowView, ownCase, settleCases, standsStill } from '../gateway/case-desk.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import type { Act } from '../gateway/step.ts'
import { callerOf, requireScope } from './auth.ts'
import { notFound, type Problem } from './problem.ts'
import { badQuery, idOf, reading, writing } from './writes.ts'

const Query = z.strictObject({
  state: z.enum(['open', 'settled']).default('open'),
  about: z.string().max(40).optional(),
  owner: z.string().max(100).optional(),
  subject: z.uuid().optional(),
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
const Owner = z.strictObject({ owner: z.string().trim().min(1).max(100).nullable() })
const Settled = z.strictObject({ note: z.string().trim().min(3).max(500) })

const settledAlready: Problem = {
  status: 409,
  title: 'Settled already',
  detail: 'this case is settled',
}

/** `/api/v1/cases`: what somebody must look into, and what was done about it. */
export function caseRoutes(gateway: Gateway, ring: () => void): Router {
  const { deps } = gateway
  const router = Router()
  const write = writing(deps, ring)
  const mayRead = requireScope('cases:read')
  const mayWrite = requireScope('cases:write')

  const view = async (commit: Act, id: string): Promise<object | undefined> => {
    const row = await caseRow(commit, id)
    return row && caseRowView(row, commit)
  }

  const list = reading(async request => {
    const query = Query.safeParse(request.query)
    if (!query.success) return badQuery(query.error)
    return act(deps, callerOf(request).tenantId, commit => casePage(commit, query.data))
  })
  const show = reading(
    async request =>
      (await act(deps, callerOf(request).tenantId, commit => view(commit, idOf(request)))) ??
      notFound('no such case'),
  )

  router.get('/', mayRead, list)
  router.get('/:id', mayRead, show)
  router.put(
    '/:id/owner',
    mayWrite,
    write({
      body: Owner,
      async carryOut(commit, { body, param }) {
        const owned = await ownCase(commit, param('id'), body.owner)
        const now = await view(commit, param('id'))
        if (now === undefined) return notFound('no such case')
        return owned ? { status: 200, body: now } : settledAlready
      },
    }),
  )
  router.post(
    '/:id/settle',
    mayWrite,
    write({
      body: Settled,
      async carryOut(commit, { caller, body, param }) {
        const id = param('id')
        const row = await caseRow(commit, id)
        if (row === undefined) return notFound('no such case')
        const stands = await standsStill(commit, row)
        if (stands !== undefined) return { status: 409, title: 'Not settled by a word', detail: stands }
        const done = { note: body.note, settledBy: caller.name }
        if ((await settleCases(deps.ids, commit, { id }, done)) === 0) return settledAlready
        return { status: 200, body: (await view(commit, id)) ?? {} }
      },
    }),
  )
  return router
}
