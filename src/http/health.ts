import { Router } from 'express'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Database } from '../store/database.ts'

const READY_MS = 2000

/** `/healthz`: the process lives. `/readyz`: it can work, so Postgres answers. `/metrics`: for Prometheus. */
export function healthRoutes(db: Database): Router {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'hatua_' })
  const router = Router()
  router.get('/', (_request, response) => {
    response.setHeader('content-type', 'text/plain')
    response.end(
      'This is Hatua. People dial it; programs ask /api/v1. It lives: /healthz. It can work: /readyz.\n',
    )
  })
  router.get('/healthz', (_request, response) => void response.end('ok'))
  router.get('/readyz', (_request, response) => {
    const late = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error('late')), READY_MS).unref(),
    )
    Promise.race([db.knex.raw('select 1'), late]).then(
      () => response.end('ready'),
      () => {
        response.statusCode = 503
        response.end('postgres does not answer')
      },
    )
  })
  router.get('/metrics', (_request, response, next) => {
    registry
      .metrics()
      .then(text => {
        response.setHeader('content-type', registry.contentType)
        response.end(text)
      })
      .catch(next)
  })
  return router
}
