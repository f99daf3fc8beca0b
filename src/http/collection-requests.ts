import { json, type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { collection } from '../../flows/collection.ts'
import { toGsm7 } from '../domain/gsm7.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import type { PushOrder, PushRefusal, Refused } from '../gateway/push.ts'
import type { Act } from '../gateway/step.ts'
import { requestById, requestViews } from '../gateway/views.ts'
import type { LifeRow } from '../store/lives.ts'
import { callerOf, requireScope } from './auth.ts'
import { type Ask, type Kept, type KeyClash, kept, once } from './idempotency.ts'
import { badRequest, notFound, type Problem, sendProblem } from './problem.ts'
import { customerIds } from './views.ts'

const Body = z.strictObject({
  loanId: z.union([z.string().min(1).max(100), z.number().int().positive()]).transform(String),
  amount: z.string().optional(),
  mode: z.enum(['ask', 'prompt']),
  /** Added to the SMS. */
  message: z.string().max(60).transform(toGsm7).optional(),
})

const Query = z.object({
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
  'no-such-loan': { status: 404, title: 'Not found' },
  'core-away': { status: 503, title: 'Not available' },
  'nothing-to-pay': { status: 409, title: 'Nothing to pay' },
  'bad-amount': { status: 400, title: 'Bad amount' },
  'over-the-debt': { status: 409, title: 'More than the debt' },
  'no-consent': { status: 409, title: 'No consent' },
  'no-wallet': { status: 409, title: 'No wallet' },
  'being-paid': { status: 409, title: 'Being paid' },
  'declined-today': { status: 409, title: 'Declined today' },
  'over-limit': { status: 409, title: 'Over a limit' },
}

const problemOf = ({ why, detail }: Refused): Problem => ({ ...PROBLEMS[why], detail })

const issues = (error: z.ZodError): string[] =>
  error.issues.map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`)

const noKey = badRequest(
  'send an Idempotency-Key header of your own: new for each request, the same for its repetitions',
)
const keyClash: Problem = {
  status: 422,
  title: 'Key used before',
  detail: 'this Idempotency-Key was sent with another body: draw a new key',
}

function sendJson(response: Response, body: object, status = 200): void {
  response.statusCode = status
  response.setHeader('content-type', status < 300 ? 'application/json' : 'application/problem+json')
  response.end(JSON.stringify(body))
}

/** `/api/v1/collection-requests`: an officer asks for money on a loan, and sees what became of it. */
export function collectionRequestRoutes(gateway: Gateway, ring: () => void): Router {
  const { deps, pusher } = gateway
  const router = Router()

  async function push(request: Request, response: Response): Promise<void> {
    const { tenantId } = callerOf(request)
    const key = request.headers['idempotency-key']
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,100}$/.test(key)) return sendProblem(response, noKey)
    const body = Body.safeParse(request.body)
    if (!body.success)
      return sendProblem(response, badRequest('the request is not understood', issues(body.error)))
    const order = body.data
    const asking = ({ trx, at }: Act): Ask => ({ trx, keys: deps.keys, tenantId, key, body: order, at })
    const before = await act(deps, tenantId, commit => kept(asking(commit)))
    const answer = before ?? (await write(tenantId, order, asking))
    if ('why' in answer) return sendProblem(response, problemOf(answer))
    if ('kind' in answer) return sendProblem(response, keyClash)
    ring()
    sendJson(response, answer.body, answer.status)
  }

  /** Reads the loan, then pushes and keeps the answer in one commit. */
  async function write(
    tenantId: string,
    order: PushOrder,
    asking: (commit: Act) => Ask,
  ): Promise<Kept | KeyClash | Refused> {
    const target = await pusher.target(tenantId, order.loanId)
    if (target.kind === 'refused') return target
    return act(deps, tenantId, commit =>
      once(asking(commit), async () => {
        const pushed = await pusher.push(commit, order, target)
        if (pushed.kind === 'refused')
          return {
            status: PROBLEMS[pushed.why].status,
            body: { type: 'about:blank', ...problemOf(pushed) },
          }
        const status = pushed.fresh ? 201 : 200
        return { status, body: (await requestById(commit, pushed.requestId)) ?? {} }
      }),
    )
  }

  async function list(request: Request, response: Response): Promise<void> {
    const { tenantId } = callerOf(request)
    const query = Query.safeParse(request.query)
    if (!query.success)
      return sendProblem(response, badRequest('the query is not understood', issues(query.error)))
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
    if (page === undefined)
      return sendProblem(
        response,
        badRequest('customer must be our id of her, or her phone as +254700000001'),
      )
    sendJson(response, page)
  }

  async function show(request: Request, response: Response): Promise<void> {
    const { tenantId } = callerOf(request)
    const id = z.uuid().safeParse(request.params.id)
    const found = id.success ? await act(deps, tenantId, commit => requestById(commit, id.data)) : undefined
    if (found === undefined) return sendProblem(response, notFound('no such collection request'))
    sendJson(response, found)
  }

  const read = requireScope('collection-requests:read')
  router.post(
    '/',
    requireScope('collection-requests:write'),
    json({ limit: '16kb' }),
    (request, response, next) => {
      push(request, response).catch(next)
    },
  )
  router.get('/', read, (request, response, next) => {
    list(request, response).catch(next)
  })
  router.get('/:id', read, (request, response, next) => {
    show(request, response).catch(next)
  })
  return router
}
