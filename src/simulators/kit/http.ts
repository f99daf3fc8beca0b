import type { IncomingMessage, ServerResponse } from 'node:http'

/** A small router on node:http: the simulators share nothing with the server they are there to test. */

export type SimRequest = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly params: Readonly<Record<string, string>>
}

/** `hang-up` cuts the connection without an answer: a lost answer, as the caller sees it. */
export type SimReply =
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | object
    }
  | 'hang-up'

export type Route = {
  readonly method: string
  /** Segments; `:name` takes one, a last `*` the rest. */
  readonly path: string
  readonly handle: (request: SimRequest) => Promise<SimReply> | SimReply
}

const MAX_BODY_BYTES = 1_000_000

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new Error('body too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {}
  for (const [at, part] of pattern.entries()) {
    if (part === '*') return params
    const segment = segments[at]
    if (segment === undefined) return undefined
    if (part.startsWith(':')) params[part.slice(1)] = decoded(segment)
    else if (part.toLowerCase() !== segment.toLowerCase()) return undefined
  }
  return segments.length === pattern.length ? params : undefined
}

const segmentsOf = (path: string): string[] => path.split('/').filter(part => part !== '')

/** The same routes under a path of their own. */
export const mounted = (prefix: string, routes: readonly Route[]): Route[] =>
  routes.map(route => ({ ...route, path: `${prefix}${route.path}` }))

export type SimHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Answers requests by the first route that fits; `request.url` is taken relative to the mount point. */
export function createRouter(routes: readonly Route[]): SimHandler {
  const table = routes.map(route => ({ ...route, segments: segmentsOf(route.path) }))
  return async (incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://simulator')
    const segments = segmentsOf(url.pathname)
    const fitting = table.flatMap(route => {
      const params = match(route.segments, segments)
      return params === undefined ? [] : [{ route, params }]
    })
    const hit = fitting.find(({ route }) => route.method === incoming.method)
    let reply: SimReply
    if (hit === undefined)
      reply = {
        status: fitting.length > 0 ? 405 : 404,
        body: { error: `no ${incoming.method} ${url.pathname} here` },
      }
    else {
      try {
        reply = await hit.route.handle({
          method: incoming.method ?? 'GET',
          path: url.pathname,
          query: url.searchParams,
          headers: Object.fromEntries(
            Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
          ),
          body: await read(incoming),
          params: hit.params,
        })
      } catch (error) {
        reply = {
          status: 500,
          body: { simulatorError: error instanceof Error ? error.message : String(error) },
        }
      }
    }
    send(response, reply)
  }
}

function send(response: ServerResponse, reply: SimReply): void {
  if (reply === 'hang-up') {
    response.socket?.destroy()
    return
  }
  const json = typeof reply.body === 'object'
  response.writeHead(reply.status, {
    ...(json ? { 'content-type': 'application/json' } : {}),
    ...reply.headers,
  })
  response.end(json ? JSON.stringify(reply.body) : (reply.body ?? ''))
}
