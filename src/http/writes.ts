import { json, type NextFunction, type Request, type RequestHandler, type Response } from 'express'
import type { z } from 'zod'
import { act, type GatewayDeps } from '../gateway/context.ts'
import type { Act } from '../gateway/step.ts'
import { type ApiCaller, callerOf } from './auth.ts'
import { type Ask, type Kept, type KeyClash, kept, once } from './idempotency.ts'
import { badRequest, type Problem, sendProblem, unsupported } from './problem.ts'

/** A write of the API: whose, about what, and what was said. */
export type Wanted<Body> = {
  readonly caller: ApiCaller
  readonly body: Body
  /** An id of the path; what is no id is one that nothing has. */
  readonly param: (name: string) => string
}

export type Write<Body extends object, Seen> = {
  readonly body: z.ZodType<Body>
  /** Reads outside, before the commit; a problem ends it, and is not kept: the same key may try again. */
  readonly look?: (wanted: Wanted<Body>) => Promise<Seen | Problem>
  /** Where the body is longer than most, or no JSON. */
  readonly parse?: RequestHandler
  /** After the commit. */
  readonly done?: (wanted: Wanted<Body>) => void
  /** Runs in the commit that keeps its answer; a problem is an answer too, for which nothing was written. */
  readonly carryOut: (commit: Act, wanted: Wanted<Body>, seen: Seen) => Promise<Kept | Problem>
}

/** Where a write finds in the middle of its commit that it cannot be done: all of it is undone. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.title)
    this.problem = problem
  }
}

/** What is wrong, a line each; `of`: what was read, where a line is about the whole of it. */
export const issues = (error: z.ZodError, of: 'body' | 'query' = 'body'): string[] =>
  error.issues.map(issue => `${issue.path.join('.') || of}: ${issue.message}`)

export const badQuery = (error: z.ZodError): Problem =>
  badRequest('the query is not understood', issues(error, 'query'))

/** A body of another type than the route reads is there, and was not looked at. */
const isUnread = ({ body, headers }: Request): boolean =>
  body === undefined && (Number(headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in headers)

const noKey = badRequest(
  'send an Idempotency-Key header of your own: new for each request, the same for its repetitions',
)
const keyClash: Problem = {
  status: 422,
  title: 'Key used before',
  detail: 'this Idempotency-Key was sent with another request: draw a new key',
}

export const isProblem = (answer: unknown): answer is Problem =>
  typeof answer === 'object' && answer !== null && 'title' in answer && 'detail' in answer

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** An id as it stands in a path; what is no id is one that nothing has. */
export const idOf = (request: Request, name = 'id'): string => {
  const text = String(request.params[name] ?? '').toLowerCase()
  return UUID.test(text) ? text : NOBODY
}

function send(response: Response, { status, body }: Kept): void {
  response.statusCode = status
  response.setHeader('content-type', status < 300 ? 'application/json' : 'application/problem+json')
  response.end(JSON.stringify(body))
}

/**
 * A route that writes, once for its `Idempotency-Key`: what a repetition gets is what the first one got. The key stands
 * for person, method, path and body together: of two persons who must agree, neither is answered with the other's words.
 */
export function writing(deps: GatewayDeps, ring: () => void) {
  return <Body extends object, Seen = undefined>(route: Write<Body, Seen>): RequestHandler[] => {
    async function answer(request: Request): Promise<Kept | Problem> {
      const key = request.headers['idempotency-key']
      if (typeof key !== 'string' || !/^[\x21-\x7e]{1,100}$/.test(key)) return noKey
      if (isUnread(request)) return unsupported
      const body = route.body.safeParse(request.body ?? {})
      if (!body.success) return badRequest('the request is not understood', issues(body.error))
      const caller = callerOf(request)
      const { tenantId } = caller
      const wanted = { caller, body: body.data, param: (name: string) => idOf(request, name) }
      const on = `${request.method} ${request.originalUrl}`
      const said = { by: caller.name, on, body: body.data }
      const asking = ({ trx, at }: Act): Ask => ({ trx, keys: deps.keys, tenantId, key, body: said, at })
      const before = await act(deps, tenantId, commit => kept(asking(commit)))
      const made = before ?? (await write(wanted, asking))
      return 'kind' in made ? keyClash : made
    }

    async function write(
      wanted: Wanted<Body>,
      asking: (commit: Act) => Ask,
    ): Promise<Kept | KeyClash | Problem> {
      const seen = route.look === undefined ? undefined : await route.look(wanted)
      if (isProblem(seen)) return seen
      const answer = await act(deps, wanted.caller.tenantId, commit =>
        once(asking(commit), async () => {
          const made = await route.carryOut({ ...commit, by: wanted.caller.name }, wanted, seen as Seen)
          return isProblem(made) ? { status: made.status, body: { type: 'about:blank', ...made } } : made
        }),
      )
      route.done?.(wanted)
      return answer
    }

    return [
      route.parse ?? json({ limit: '16kb' }),
      (request: Request, response: Response, next: NextFunction) => {
        answer(request)
          .catch((error: unknown) => {
            if (error instanceof Refusal) return error.problem
            throw error
          })
          .then(made => {
            if (isProblem(made)) return sendProblem(response, made)
            if (made.status < 300) ring()
            send(response, made)
          })
          .catch(next)
      },
    ]
  }
}

/** A route that reads. */
export const reading =
  (read: (request: Request) => Promise<object | Problem>): RequestHandler =>
  (request, response, next) => {
    read(request)
      .then(found => (isProblem(found) ? sendProblem(response, found) : response.json(found)))
      .catch(next)
  }
