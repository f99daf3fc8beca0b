import type { NextFunction, Request, Response } from 'express'
import type { Database } from '../store/database.ts'
import type { Keys } from '../store/keys.ts'
import { type Problem, sendProblem } from './problem.ts'

/** Who calls the API, by key: one tenant, and what the key may do. */
export type ApiCaller = {
  readonly tenantId: string
  readonly keyId: string
  /** The key's own name: who did it, where two people must agree. */
  readonly name: string
  readonly scopes: readonly string[]
}

const callers = new WeakMap<Request, ApiCaller>()

/** The caller that {@link requireKey} has found. */
export function callerOf(request: Request): ApiCaller {
  const caller = callers.get(request)
  if (caller === undefined) throw new Error('this route is not behind a key')
  return caller
}

/** Lets only requests with a known API key pass; keys are kept hashed. */
export const requireKey =
  (db: Database, keys: Keys) =>
  (request: Request, response: Response, next: NextFunction): void => {
    const match = /^Bearer (\S{8,200})$/.exec(request.headers.authorization ?? '')
    const refuse = (detail: string): void => {
      response.setHeader('www-authenticate', 'Bearer')
      sendProblem(response, {
        status: 401,
        title: 'Unauthorized',
        detail,
      })
    }
    if (match === null) {
      refuse('send your API key as "Authorization: Bearer <key>"')
      return
    }
    db.knex
      .raw('select tenant_id, id, name, scopes from resolve_api_key(?)', [
        keys.hash('api-key', match[1] ?? ''),
      ])
      .then(({ rows }) => {
        if (rows[0] === undefined) return refuse('this API key is not known here, or was revoked')
        const { tenant_id: tenantId, id: keyId, name, scopes } = rows[0]
        callers.set(request, { tenantId, keyId, name, scopes })
        next()
      })
      .catch(next)
  }

/** What is answered to a key without that scope; undefined where it has it. */
export const lacking = (request: Request, scope: string): Problem | undefined =>
  callerOf(request).scopes.includes(scope)
    ? undefined
    : { status: 403, title: 'Forbidden', detail: `this key lacks the scope ${scope}` }

/** Lets only keys with that scope pass. */
export const requireScope =
  (scope: string) =>
  (request: Request, response: Response, next: NextFunction): void => {
    const no = lacking(request, scope)
    if (no === undefined) next()
    else sendProblem(response, no)
  }
