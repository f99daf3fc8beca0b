import type { IncomingMessage, ServerResponse } from 'node:http'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import type { Gateway } from '../gateway/index.ts'
import type { SessionHost } from '../session/turn.ts'
import type { StoredClock } from '../store/clock.ts'
import { requireKey } from './auth.ts'
import { batchRoutes } from './batches.ts'
import { bookingRoutes } from './bookings.ts'
import { callbackRoutes } from './callbacks.ts'
import { caseRoutes } from './cases.ts'
import { channelRoutes } from './channels.ts'
import { clockRoutes } from './clock.ts'
import { collectionRequestRoutes } from './collection-requests.ts'
import { connectionRoutes } from './connections.ts'
import { disbursementRoutes } from './disbursements.ts'
import { healthRoutes } from './health.ts'
import { messageRoutes } from './messages.ts'
import { planRoutes } from './plans.ts'
import { notFound, type Problem, sendProblem, unsupported } from './problem.ts'
import { proposalRoutes } from './proposals.ts'
import { providerRoutes } from './providers.ts'
import { deskRoutes, suspenseRoutes, unresolvedRoutes } from './suspense.ts'
import { termRoutes } from './terms.ts'
import { transactionRoutes } from './transactions.ts'
import { treasuryRoutes } from './treasury.ts'
import { webhookRoutes } from './webhooks.ts'

export type AppDeps = {
  readonly gateway: Gateway
  readonly sessions: SessionHost
  /** Rings when something is due at once. */
  readonly ring: () => void
  /** A worker answers for its health alone. */
  readonly role: 'all' | 'web' | 'worker'
  /** Only with simulators on. */
  readonly simulators?: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined
  /** Proxies whose word on a caller's address is taken (`X-Forwarded-For`). */
  readonly trustedProxies?: readonly string[]
  /** The clock of a simulated world; only with simulators on. */
  readonly clock?: StoredClock | undefined
}

/** Faults of the request itself, as the body parsers throw them, by their HTTP status. */
const CLIENT_FAULTS: Readonly<Record<number, Problem>> = {
  400: {
    status: 400,
    title: 'Bad request',
    detail: 'the body is not the JSON that its content-type promises',
  },
  413: { status: 413, title: 'Too large', detail: 'the body is too large' },
  415: unsupported,
}

export function createApp(deps: AppDeps): Express {
  const { gateway, sessions, ring, role, simulators, clock, trustedProxies = [] } = deps
  const { db, keys, log } = gateway.deps
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('trust proxy', [...trustedProxies])
  if (role !== 'worker') {
    app.use(channelRoutes(gateway, sessions))
    app.use(callbackRoutes(gateway, ring))
    app.use('/api/v1', requireKey(db, keys))
    app.use('/api/v1/collection-requests', collectionRequestRoutes(gateway, ring))
    app.use('/api/v1/transactions', transactionRoutes(gateway, ring), deskRoutes(gateway, ring))
    app.use('/api/v1/disbursements', disbursementRoutes(gateway, ring))
    app.use('/api/v1/batches', batchRoutes(gateway, ring))
    app.use('/api/v1/bookings', bookingRoutes(gateway, ring))
    app.use('/api/v1/connections', connectionRoutes(gateway))
    app.use('/api/v1/cases', caseRoutes(gateway, ring))
    app.use('/api/v1/messages', messageRoutes(gateway))
    app.use('/api/v1/plans', planRoutes(gateway))
    app.use('/api/v1/providers', providerRoutes())
    app.use('/api/v1/proposals', proposalRoutes(gateway, ring))
    app.use('/api/v1/suspense', suspenseRoutes(gateway, ring))
    app.use('/api/v1', termRoutes(gateway, ring))
    app.use('/api/v1/treasury', treasuryRoutes(gateway, ring))
    app.use('/api/v1/unresolved', unresolvedRoutes(gateway))
    app.use('/api/v1/webhooks', webhookRoutes(gateway, ring))
  }
  app.use(healthRoutes(db))
  if (clock !== undefined && role !== 'worker') app.use('/sim/clock', clockRoutes(clock, ring))
  if (simulators !== undefined)
    app.use('/sim', (request, response, next) => {
      simulators(request, response).catch(next)
    })
  app.use((request, response) =>
    sendProblem(response, notFound(`nothing answers ${request.method} ${request.path}`)),
  )
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const problem = CLIENT_FAULTS[(error as { status?: number }).status ?? 0]
    if (problem !== undefined) return sendProblem(response, problem)
    log.error(
      { route: request.baseUrl + (request.route?.path ?? ''), error: String(error) },
      'a request failed',
    )
    sendProblem(response, {
      status: 503,
      title: 'Not available',
      detail: 'something that this needs does not answer: try again',
    })
  })
  return app
}
