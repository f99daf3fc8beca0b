import { type Request, type Response, Router } from 'express'
import type { Gateway } from '../gateway/index.ts'
import { adapterOf } from '../gateway/road.ts'
import { notFound, sendProblem } from './problem.ts'
import { MAX_BODY_BYTES, readRaw } from './raw.ts'

/** Payment providers and aggregators: kept raw, answered fast, and read from a due row. */
export function callbackRoutes(gateway: Gateway, ring: () => void): Router {
  const { tenants, log } = gateway.deps
  const router = Router()

  async function keep(request: Request, response: Response): Promise<void> {
    const raw = await readRaw(request, request.ip ?? '')
    if (raw === 'too-large')
      return sendProblem(response, {
        status: 413,
        title: 'Too large',
        detail: `send at most ${MAX_BODY_BYTES} bytes`,
      })
    const connection = await tenants.connectionByToken(String(request.params.token))
    if (connection === undefined) return sendProblem(response, notFound('no connection has this token'))
    const { secret } = request.params
    await gateway.callbacks.keep(
      {
        kind: 'payment',
        sourceId: connection.id,
        tenantId: connection.tenantId,
        secret: typeof secret === 'string' ? secret : undefined,
      },
      raw,
    )
    const answer = adapterOf(connection).callbackAnswer
    response.statusCode = answer.status
    response.setHeader('content-type', answer.contentType)
    response.end(answer.body)
    log.info({ tenant: connection.tenantId, connection: connection.name }, 'callback kept')
    ring()
  }

  for (const path of ['/providers/:token/callback', '/providers/:token/callback/:secret'])
    for (const verb of ['post', 'put'] as const)
      router[verb](path, (request, response, next) => {
        keep(request, response).catch(next)
      })
  return router
}
