import type { Faults, Strike } from '../kit/faults.ts'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { FINERACT } from './house.ts'

/** Faults of the line and of the proxy before Fineract. `lost-answer` and `…-after` strike when the truth is committed. */
const KINDS = [
  'lost-request',
  'server-error',
  'lost-answer',
  'server-error-after',
  'slow',
  'cut-json',
] as const

export const WRITE_FAULTS: readonly string[] = KINDS
export const READ_FAULTS: readonly string[] = KINDS.map(kind => `query-${kind}`)

const PROXY_ERROR: SimReply = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms).unref())

async function spoil({ kind, ms }: Strike, answer: () => Promise<SimReply>): Promise<SimReply> {
  const fault = kind.replace(/^query-/, '')
  if (fault === 'lost-request') return 'hang-up'
  if (fault === 'server-error') return PROXY_ERROR
  const reply = await answer()
  if (fault === 'lost-answer') return 'hang-up'
  if (fault === 'server-error-after') return PROXY_ERROR
  if (fault === 'slow') await pause(ms)
  if (fault !== 'cut-json' || reply === 'hang-up' || typeof reply.body !== 'string') return reply
  return { ...reply, body: reply.body.slice(0, Math.ceil(reply.body.length / 2)) }
}

/** A route whose line can be spoilt by scripted faults; `about` names the phone that a request concerns. */
export function spoilable(
  faults: Faults,
  about: (request: SimRequest) => Promise<string | undefined>,
  route: Route,
): Route {
  const kinds = route.method === 'GET' ? READ_FAULTS : WRITE_FAULTS
  return {
    ...route,
    async handle(request) {
      const strike = await faults.take(FINERACT, kinds, await about(request))
      return strike === undefined ? route.handle(request) : spoil(strike, async () => route.handle(request))
    },
  }
}
