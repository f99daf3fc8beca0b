import { type Request, type Response, Router } from 'express'
import type { RawRequest } from '../domain/outside.ts'
import type { Gateway } from '../gateway/index.ts'
import { adapterOf } from '../gateway/road.ts'
import { verdictOn } from '../gateway/validate.ts'
import type { HttpReply } from '../providers/provider.ts'
import type { Connection } from '../store/tenants.ts'
import { notFound, sendProblem } from './problem.ts'
import { MAX_BODY_BYTES, readRaw } from './raw.ts'

function reply(response: Response, { status, contentType, body }: HttpReply): void {
  response.statusCode = status
  response.setHeader('content-type', contentType)
  response.end(body)
}

/** Payment providers and aggregators: kept raw, answered fast, and read from a due row. */
export function callbackRoutes(gateway: Gateway, ring: () => void): Router {
  const { tenants, log } = gateway.deps
  const router = Router()

  /** The connection that is meant and what it is told, or an answer that there is none. */
  async function heard(
    request: Request,
    response: Response,
  ): Promise<{ raw: RawRequest; connection: Connection } | undefined> {
    const raw = await readRaw(request, request.ip ?? '')
    const tooLarge = { status: 413, title: 'Too large', detail: `send at most ${MAX_BODY_BYTES} bytes` }
    if (raw === 'too-large') return void sendProblem(response, tooLarge)
    const connection = await tenants.connectionByToken(String(request.params.token))
    if (connection !== undefined) return { raw, connection }
    sendProblem(response, notFound('no connection has this token'))
  }

  async function keep(request: Request, response: Response): Promise<void> {
    const told = await heard(request, response)
    if (told === undefined) return
    const { raw, connection } = told
    const { secret } = request.params
    const { answer, callbackAnswer } = adapterOf(connection)
    const said = answer?.(raw, connection.config) ?? callbackAnswer
    if (said.status >= 400) {
      log.warn(
        { tenant: connection.tenantId, connection: connection.name, said: said.body },
        'callback refused',
      )
      return reply(response, said)
    }
    await gateway.callbacks.keep(
      {
        kind: 'payment',
        sourceId: connection.id,
        tenantId: connection.tenantId,
        secret: typeof secret === 'string' ? secret : undefined,
      },
      raw,
    )
    reply(response, said)
    log.info({ tenant: connection.tenantId, connection: connection.name }, 'callback kept')
    ring()
  }

  /** A provider asks before it takes a customer's money: answered at once, and nothing is kept of it. */
  async function validate(request: Request, response: Response): Promise<void> {
    const told = await heard(request, response)
    if (told === undefined) return
    const { raw, connection } = told
    const verdict = await verdictOn(gateway.deps, connection, raw)
    log.info({ tenant: connection.tenantId, connection: connection.name, verdict }, 'asked before a payment')
    const { validation } = adapterOf(connection)
    if (validation === undefined || verdict === 'not-asked-here')
      return sendProblem(response, notFound('this connection is not asked before a payment'))
    if (verdict === 'unreadable')
      return sendProblem(response, {
        status: 400,
        title: 'Bad request',
        detail: 'not a question about a payment in the form of this provider',
      })
    reply(response, validation.answer(verdict, connection.config))
  }

  router.post('/providers/:token/validation', (request, response, next) => {
    validate(request, response).catch(next)
  })
  for (const path of ['/providers/:token/callback', '/providers/:token/callback/:secret'])
    for (const verb of ['post', 'put'] as const)
      router[verb](path, (request, response, next) => {
        keep(request, response).catch(next)
      })
  return router
}
