import { json, type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import type { Act } from '../gateway/step.ts'
import { isEventFilter } from '../gateway/tell-world.ts'
import { createEndpoints, MAX_ENDPOINTS } from '../gateway/webhook-endpoints.ts'
import type { Row } from '../store/database.ts'
import { callerOf, requireScope } from './auth.ts'
import { badRequest, notFound, type Problem, sendProblem } from './problem.ts'
import { badQuery } from './writes.ts'

const Body = z.strictObject({
  url: z.string(),
  /** Absent: everything. */
  events: z
    .array(
      z
        .string()
        .refine(isEventFilter, 'no such event: take a type, such as transaction.booked, transaction.*, or *'),
    )
    .min(1)
    .max(100)
    .default(['*']),
})

const Page = z.strictObject({
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const Range = z.strictObject({
  since: z.iso.datetime({ offset: true }).transform(text => new Date(text)),
  state: z
    .string()
    .max(50)
    .default('dead')
    .transform(text => text.split(','))
    .pipe(z.array(z.enum(['delivered', 'dead']))),
  after: z.uuid().optional(),
})

/** Deliveries that an endpoint shows. */
const SHOWN = 20

const disabled: Problem = {
  status: 409,
  title: 'Disabled',
  detail: 'this endpoint is disabled: enable it first',
}
const tooMany: Problem = {
  status: 409,
  title: 'Too many endpoints',
  detail: `at most ${MAX_ENDPOINTS} endpoints may be active: disable one first`,
}

const endpointView = (row: Row): object => ({
  id: row.id,
  url: row.url,
  events: row.events,
  state: row.state,
  disabledFor: row.disabled_for,
  restsUntil: row.rests_until,
  createdAt: row.created_at,
  changedAt: row.changed_at,
})

const deliveryView = (row: Row): object => ({
  id: row.id,
  endpointId: row.endpoint_id,
  eventId: row.event_id,
  type: row.type,
  state: row.state,
  createdAt: row.created_at,
  nextTryAt: row.state === 'queued' ? row.due_at : null,
  attempts: row.attempts,
})

/** What a handler makes of its request: an answer, or why not. */
type Answer = { readonly status?: number; readonly body: object } | Problem

/** `/api/v1/webhooks`: where a lender's own systems hear of what happens, by Standard Webhooks. */
export function webhookRoutes(gateway: Gateway, ring: () => void): Router {
  const { deps, stepper } = gateway
  const endpoints = createEndpoints({ ...deps, stepper })
  const router = Router()

  const rowOf = async ({ trx, setup }: Act, table: string, id: unknown): Promise<Row | undefined> => {
    const known = z.uuid().safeParse(id)
    return known.success
      ? trx(table).where({ tenant_id: setup.tenant.id, id: known.data }).first()
      : undefined
  }
  const endpointOf = (commit: Act, id: unknown): Promise<Row | undefined> =>
    rowOf(commit, 'webhook_endpoints', id)
  const one = async (commit: Act, id: unknown): Promise<object> =>
    endpointView((await endpointOf(commit, id)) ?? {})

  /** Runs the handler with the endpoint of the path, in one commit. */
  const onEndpoint =
    (handle: (commit: Act, endpoint: Row & { id: string }, request: Request) => Promise<Answer>) =>
    (request: Request): Promise<Answer> =>
      act(deps, callerOf(request).tenantId, async commit => {
        const endpoint = await endpointOf(commit, request.params.id)
        if (endpoint === undefined) return notFound('no such endpoint')
        return handle(commit, { ...endpoint, id: String(endpoint.id) }, request)
      })

  const answer =
    (handle: (request: Request) => Promise<Answer>) =>
    (request: Request, response: Response, next: (error: unknown) => void): void => {
      handle(request)
        .then(made => {
          if ('title' in made) return sendProblem(response, made)
          if (request.method === 'POST') ring()
          // an answer may hold a secret: nobody on the way keeps it
          response.setHeader('cache-control', 'no-store')
          response.status(made.status ?? 200).json(made.body)
        })
        .catch(next)
    }

  const create = async (request: Request): Promise<Answer> => {
    const body = Body.safeParse(request.body)
    if (!body.success) return badQuery(body.error)
    const refused = await deps.world.refuses(body.data.url)
    if (refused !== undefined) return badRequest(refused)
    return act(deps, callerOf(request).tenantId, async commit => {
      const made = await endpoints.create(commit, body.data.url, [...new Set(body.data.events)])
      if (made === undefined) return tooMany
      return { status: 201, body: { ...(await one(commit, made.id)), secret: made.secret } }
    })
  }

  const list = async (request: Request): Promise<Answer> => {
    const query = Page.safeParse(request.query)
    if (!query.success) return badQuery(query.error)
    const { after, limit } = query.data
    return act(deps, callerOf(request).tenantId, async ({ trx, setup }) => {
      const wanted = trx('webhook_endpoints')
        .where({ tenant_id: setup.tenant.id })
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (after !== undefined) wanted.where('id', '<', after)
      const rows: Row[] = await wanted
      const page = rows.slice(0, limit)
      return {
        body: { data: page.map(endpointView), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null },
      }
    })
  }

  const show = onEndpoint(async ({ trx, setup }, endpoint) => {
    const deliveries: Row[] = await trx('webhook_deliveries')
      .where({ tenant_id: setup.tenant.id, endpoint_id: endpoint.id })
      .orderBy('id', 'desc')
      .limit(SHOWN)
    return { body: { ...endpointView(endpoint), deliveries: deliveries.map(deliveryView) } }
  })

  const turn = (state: 'active' | 'disabled') =>
    onEndpoint(async (commit, { id }) => {
      await endpoints.set(commit, id, state)
      return { body: await one(commit, id) }
    })

  const rotate = onEndpoint(async (commit, { id }) => {
    const secret = await endpoints.rotate(commit, id)
    return { body: { ...(await one(commit, id)), secret } }
  })

  const test = onEndpoint(async (commit, { id, state }) => {
    if (state === 'disabled') return disabled
    const deliveryId = await endpoints.test(commit, id)
    return { status: 202, body: deliveryView((await rowOf(commit, 'webhook_deliveries', deliveryId)) ?? {}) }
  })

  const replayRange = onEndpoint(async (commit, { id, state }, request) => {
    const range = Range.safeParse(request.query)
    if (!range.success) return badQuery(range.error)
    if (state === 'disabled') return disabled
    const { since, state: states, after } = range.data
    return { status: 202, body: await endpoints.replayRange(commit, id, { since, states, after }) }
  })

  const replay = (request: Request): Promise<Answer> =>
    act(deps, callerOf(request).tenantId, async commit => {
      const delivery = await rowOf(commit, 'webhook_deliveries', request.params.id)
      if (delivery === undefined) return notFound('no such delivery')
      const endpoint = await endpointOf(commit, delivery.endpoint_id)
      if (endpoint?.state === 'disabled') return disabled
      // one that is on its way already needs no other way
      await endpoints.replay(commit, String(delivery.id))
      return {
        status: 202,
        body: deliveryView((await rowOf(commit, 'webhook_deliveries', delivery.id)) ?? {}),
      }
    })

  const [read, write] = [requireScope('webhooks:read'), requireScope('webhooks:write')]
  router.post('/', write, json({ limit: '16kb' }), answer(create))
  router.get('/', read, answer(list))
  router.get('/:id', read, answer(show))
  router.delete('/:id', write, answer(turn('disabled')))
  router.post('/:id/enable', write, answer(turn('active')))
  router.post('/:id/rotate', write, answer(rotate))
  router.post('/:id/test', write, answer(test))
  router.post('/:id/replay', write, answer(replayRange))
  router.post('/deliveries/:id/replay', write, answer(replay))
  return router
}
