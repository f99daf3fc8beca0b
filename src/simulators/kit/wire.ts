import type { Faults, Strike } from './faults.ts'
import type { Route, SimReply, SimRequest } from './http.ts'

/** Faults of the line between a client and a simulator. `…-after` and `lost-answer` strike when the truth is committed. */
export const WIRE_FAULTS = [
  'lost-request',
  'server-error',
  'lost-answer',
  'server-error-after',
  'slow',
  'cut-json',
] as const

const HTML: SimReply = {
  status: 503,
  headers: { 'content-type': 'text/html' },
  body: '<html><body><h1>503 Service Unavailable</h1></body></html>',
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms).unref())

function cut(reply: SimReply): SimReply {
  if (reply === 'hang-up' || reply.body === undefined) return reply
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
  return {
    status: reply.status,
    headers: { 'content-type': 'application/json', ...reply.headers },
    body: text.slice(0, Math.ceil(text.length / 2)),
  }
}

async function spoil(strike: Strike | undefined, answer: () => Promise<SimReply>): Promise<SimReply> {
  if (strike === undefined) return answer()
  if (strike.kind.endsWith('lost-request')) return 'hang-up'
  if (strike.kind.endsWith('server-error')) return HTML
  const reply = await answer()
  if (strike.kind.endsWith('lost-answer')) return 'hang-up'
  if (strike.kind.endsWith('server-error-after')) return HTML
  if (strike.kind.endsWith('cut-json')) return cut(reply)
  await pause(strike.ms)
  return reply
}

export type Spoilable = {
  readonly simulator: string
  /** Which faults strike here: `WIRE_FAULTS`, or `QUERY_FAULTS` on an inquiry. */
  readonly kinds: readonly string[]
  /** Whom a request is about, so that a fault for one number spares the others. */
  readonly about: (request: SimRequest) => Promise<string | undefined> | string | undefined
}

/** The same faults for a provider's inquiry: `query-lost-answer`, `query-slow`… */
export const QUERY_FAULTS: readonly string[] = WIRE_FAULTS.map(kind => `query-${kind}`)

/** A route whose line can be spoilt by scripted faults. */
export function spoilable(faults: Faults, { simulator, kinds, about }: Spoilable, route: Route): Route {
  return {
    ...route,
    async handle(request) {
      const strike = await faults.take(simulator, kinds, await about(request))
      return spoil(strike, async () => route.handle(request))
    },
  }
}

/** A number out of a JSON body, found without trusting the body's form. */
export function fieldOf(body: string, ...path: readonly string[]): string | undefined {
  try {
    let value: unknown = JSON.parse(body)
    for (const name of path) value = (value as Record<string, unknown> | null | undefined)?.[name]
    return value === undefined || value === null ? undefined : String(value)
  } catch {
    return undefined
  }
}
