import { Router } from 'express'
import { z } from 'zod'
import { collection } from '../../flows/collection.ts'
import { toGsm7 } from '../domain/gsm7.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import type { PushOrder, PushRefusal, Refused, Target } from '../gateway/push.ts'
import { requestById, requestViews } from '../gateway/views.ts'
import type { LifeRow } from '../store/lives.ts'
import { callerOf, requireScope } from './auth.ts'
import { PLAN_PROBLEMS } from './plan-problems.ts'
import { badRequest, notFound, type Problem } from './problem.ts'
import { customerIds } from './views.ts'
import { badQuery, idOf, reading, writing } from './writes.ts'

const Body = z.strictObject({
  loanId: z
    .union(
      [z.string().min(1).max(100), z.number().int().positive()],
      "the loan's id, as text or a whole number",
    )
    .transform(String),
  amount: z.string().optional(),
  mode: z.enum(['ask', 'prompt']),
  /** Added to the SMS. */
  message: z.string().max(60).transform(toGsm7).optional(),
})

const Query = z.strictObject({
  customer: z.string().max(64).optional(),
  state: z
    .string()
    .max(100)
    .transform(text => text.split(','))
    .pipe(z.array(z.enum(Object.keys(collection.states))))
    .optional(),
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Each refusal of a push as an RFC 9457 problem. */
const PROBLEMS: Readonly<Record<PushRefusal, Pick<Problem, 'status' | 'title'>>> = {
  ...PLAN_PROBLEMS,
  'no-such-loan': { status: 404, title: 'Not found' },
  'core-away': { status: 503, title: 'Not available' },
  'nothing-to-pay': { status: 409, title: 'Nothing to pay' },
  'bad-amount': { status: 400, title: 'Bad amount' },
  'over-the-debt': { status: 409, title: 'More than the debt' },
  'no-consent': { status: 409, title: 'No consent' },
  'no-wallet': { status: 409, title: 'No wallet' },
  'being-paid': { status: 409, title: 'Being paid' },
  'declined-today': { status: 409, title: 'Declined today' },
}

const problemOf = ({ why, detail }: Refused): Problem => ({ ...PROBLEMS[why], detail })

/** `/api/v1/collection-requests`: an officer asks for money on a loan, and sees what became of it. */
export function collectionRequestRoutes(gateway: Gateway, ring: () => void): Router {
  const { deps, pusher } = gateway
  const router = Router()

  /** Reads the loan, then pushes and keeps the answer in one commit. */
  const push = writing(
    deps,
    ring,
  )<PushOrder, Target>({
    body: Body,
    async look({ caller, body }) {
      const target = await pusher.target(caller.tenantId, body.loanId)
      return target.kind === 'refused' ? problemOf(target) : target
    },
    async carryOut(commit, { body }, target) {
      const pushed = await pusher.push(commit, body, target)
      if (pushed.kind === 'refused') return problemOf(pushed)
      const status = pushed.fresh ? 201 : 200
      return { status, body: (await requestById(commit, pushed.requestId)) ?? {} }
    },
  })

  const list = reading(async request => {
    const { tenantId } = callerOf(request)
    const query = Query.safeParse(request.query)
    if (!query.success) return badQuery(query.error)
    const { customer, state, after, limit } = query.data
    const page = await act(deps, tenantId, async commit => {
      const wanted = commit
        .trx('collection_requests')
        .where({ tenant_id: tenantId })
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (state !== undefined) wanted.whereIn('state', state)
      if (after !== undefined) wanted.where('id', '<', after)
      const theirs = customer === undefined ? undefined : await customerIds(commit, customer)
      if (customer !== undefined && theirs === undefined) return undefined
      if (theirs !== undefined) wanted.whereIn('customer_id', theirs)
      const rows: LifeRow[] = await wanted
      const data = await requestViews(commit, rows.slice(0, limit))
      return { data, next: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null }
    })
    return page ?? badRequest('customer must be our id of her, or her phone as +254700000001')
  })

  const show = reading(async request => {
    const { tenantId } = callerOf(request)
    const found = await act(deps, tenantId, commit => requestById(commit, idOf(request)))
    return found ?? notFound('no such collection request')
  })

  const read = requireScope('collection-requests:read')
  router.post('/', requireScope('collection-requests:write'), push)
  router.get('/', read, list)
  router.get('/:id', read, show)
  return router
}
