import { type Request, type Response, Router } from 'express'
import { roomOf, type WireReply } from '../channels/channel.ts'
import { dialectOf, smsGatewayNamed } from '../channels/index.ts'
import { inTime } from '../domain/time.ts'
import type { Gateway } from '../gateway/index.ts'
import { AWAY } from '../session/rules.ts'
import type { SessionHost } from '../session/turn.ts'
import type { Channel } from '../store/tenants.ts'
import { badRequest, notFound, type Problem, sendProblem } from './problem.ts'
import { MAX_BODY_BYTES, readRaw } from './raw.ts'

const tooLarge: Problem = { status: 413, title: 'Too large', detail: `send at most ${MAX_BODY_BYTES} bytes` }
const noChannel: Problem = notFound(
  'no channel has this token: take the address from the channel that you configured',
)

const unproven: Problem = {
  status: 403,
  title: 'Not proven',
  detail:
    'the signature does not fit this address and body: is PUBLIC_URL the address that the gateway was given?',
}

/** An opt-out has no id: she may say so again another day, and is heard again. */
const SAME_OPT_OUT_MS = 10 * 60_000

/** While the database is away and this token was never seen, a phone gets a sentence all the same; and in time. */
const LOOK_UP_MS = 1500

/** USSD and SMS gateways. The channel behind the token knows its dialect. */
export function channelRoutes(gateway: Gateway, sessions: SessionHost): Router {
  const { tenants, log } = gateway.deps
  const router = Router()

  const channelBehind = (token: string): Promise<Channel | undefined | 'away'> =>
    inTime<Channel | undefined | 'away'>(
      tenants.channelByToken('ussd', token).catch(error => {
        log.error({ error: String(error) }, 'no channel can be looked up')
        return 'away'
      }),
      LOOK_UP_MS,
      () => 'away',
    )

  async function hop(request: Request, response: Response): Promise<void> {
    const raw = await readRaw(request, request.ip ?? '')
    if (raw === 'too-large') return sendProblem(response, tooLarge)
    const channel = await channelBehind(String(request.params.token))
    if (channel === 'away') {
      response.setHeader('content-type', 'text/plain')
      response.end(`END ${AWAY}`)
      return
    }
    if (channel === undefined) return sendProblem(response, noChannel)
    const dialect = dialectOf(channel)
    const told = { ...raw, target: request.url }
    const read = dialect.readHop(told)
    if ('why' in read) return sendProblem(response, badRequest(read.why))
    if ('how' in read) {
      await sessions.close(channel, read)
      log.info({ tenant: channel.tenantId, status: read.how }, 'ussd session ended')
      return send(response, dialect.writeClosed(told))
    }
    if (read.code !== channel.address)
      return sendProblem(response, badRequest(`this channel serves ${channel.address}, not ${read.code}`))
    const reply = await sessions.hop(channel, read, roomOf(dialect, read.network))
    send(response, dialect.writeReply(reply, told))
  }

  function send(response: Response, reply: WireReply): void {
    response.setHeader('content-type', reply.contentType)
    for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value)
    response.end(reply.body)
  }

  router.post('/ussd/:token/events', (request, response, next) => {
    event(request, response).catch(next)
  })

  /** The end of a session as the gateway tells it: counted, never believed about money. */
  async function event(request: Request, response: Response): Promise<void> {
    const raw = await readRaw(request, request.ip ?? '')
    if (raw === 'too-large') return sendProblem(response, tooLarge)
    const channel = await tenants.channelByToken('ussd', String(request.params.token))
    if (channel === undefined) return sendProblem(response, noChannel)
    const end = dialectOf(channel).readEnd(raw)
    if ('why' in end) return sendProblem(response, badRequest(end.why))
    log.info(
      { tenant: channel.tenantId, status: end.status, hops: end.hops, durationMs: end.durationMs },
      'ussd session ended',
    )
    response.end()
  }

  /** Most gateways post; some ask, and some say in the address behind the token what they want. */
  for (const verb of ['get', 'post'] as const)
    router[verb]('/ussd/:token{/*behind}', (request, response, next) => {
      hop(request, response).catch(next)
    })

  /** Delivery reports, and what people write to the sender: kept raw, answered at once, read from a due row. */
  for (const path of ['delivery', 'inbound', 'optout'] as const)
    router.post(`/sms/:token/${path}`, (request, response, next) => {
      keep(path, request, response).catch(next)
    })

  async function keep(
    path: 'delivery' | 'inbound' | 'optout',
    request: Request,
    response: Response,
  ): Promise<void> {
    const raw = await readRaw(request, request.ip ?? '')
    if (raw === 'too-large') return sendProblem(response, tooLarge)
    const channel = await tenants.channelByToken('sms', String(request.params.token))
    if (channel === undefined) return sendProblem(response, noChannel)
    const { proves, callbackAnswer } = smsGatewayNamed(channel.adapter)
    const url = `${gateway.deps.publicUrl()}${request.originalUrl}`
    if (proves?.(raw, url, channel.config) === false) {
      log.warn({ tenant: channel.tenantId, channel: channel.id, path }, 'not proven to come from the gateway')
      return sendProblem(response, unproven)
    }
    const source = { sourceId: channel.id, tenantId: channel.tenantId }
    await gateway.callbacks.keep(
      path === 'optout'
        ? { ...source, kind: 'inbound', sameWithinMs: SAME_OPT_OUT_MS }
        : { ...source, kind: path },
      raw,
    )
    if (callbackAnswer !== undefined) response.setHeader('content-type', callbackAnswer.contentType)
    response.end(callbackAnswer?.body)
  }

  return router
}
