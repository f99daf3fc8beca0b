import { createHash } from 'node:crypto'
import type { Outcome } from '../../domain/outcome.ts'
import type { HttpAnswer, NoToken, Token, Tools } from '../../domain/outside.ts'
import { readWire } from './document.ts'
import { compileJson } from './json.ts'
import { basicOf, headersOf, pairs, requestOf } from './request.ts'
import type { Step } from './step.ts'
import { fill, NoValue } from './template.ts'
import { type Occasion, valuesOf } from './values.ts'

export type Answer = Extract<HttpAnswer, { kind: 'answer' }>

/** All calls of one attempt end by one deadline, the token's included. */
export type Calls = { readonly tools: Tools; readonly endMs: number }

export const callsOf = (tools: Tools, callMs: number): Calls => ({ tools, endMs: performance.now() + callMs })

const leftMs = ({ endMs }: Calls): number => Math.max(1, Math.floor(endMs - performance.now()))

/**
 * Takes a step: with a token where the profile has one, and once more with a fresh one where the first was refused, for a
 * 401 starts nothing.
 */
export async function take(
  step: Step,
  occasion: Occasion,
  calls: Calls,
): Promise<Answer | { outcome: Outcome }> {
  try {
    return await taken(step, occasion, calls)
  } catch (error) {
    if (error instanceof NoValue) return ours('configuration', `no value for ${error.message}`)
    throw error
  }
}

async function taken(step: Step, occasion: Occasion, calls: Calls): Promise<Answer | { outcome: Outcome }> {
  const request = requestOf(step, occasion)
  const call = async (headers: Readonly<Record<string, string>>): Promise<HttpAnswer> =>
    calls.tools.http({ ...request, headers: { ...request.headers, ...headers }, deadlineMs: leftMs(calls) })
  const { token } = occasion.profile.auth
  if (token === undefined) return answered(await call({}))
  const key = keyOf(occasion)
  const { tokens } = calls.tools
  for (let round = 0; round < 2; round++) {
    const value = await tokens.get(key, () => renew(occasion, calls))
    if (typeof value !== 'string')
      return value.noToken === 'refused'
        ? ours('credentials', 'no token was given')
        : { outcome: { kind: 'unknown', why: 'no clear answer from where tokens are given' } }
    const answer = await call({ [token.header.toLowerCase()]: token.prefix + value })
    if (answer.kind === 'no-answer' || answer.status !== 401) return answered(answer)
    tokens.drop(key, value)
  }
  return ours('credentials', 'a fresh token was refused')
}

const answered = (answer: HttpAnswer): Answer | { outcome: Outcome } =>
  answer.kind === 'answer' ? answer : { outcome: { kind: 'unknown', why: answer.why } }

const ours = (fault: 'configuration' | 'credentials', detail: string) => ({
  outcome: { kind: 'our-fault', fault, detail } as const,
})

/** One token for one set of credentials: nothing of them can be read out of the key. */
function keyOf({ profile, config }: Occasion): string {
  const digest = createHash('sha256').update(JSON.stringify(config.fields)).digest('hex').slice(0, 24)
  return `aggregator:${profile.profile}:${config.baseUrl}:${digest}`
}

const REFUSED = [400, 401, 403]

async function renew(occasion: Occasion, calls: Calls): Promise<Token | NoToken> {
  const { token } = occasion.profile.auth
  if (token === undefined) return { noToken: 'refused' }
  const values = valuesOf(occasion)
  const fields = pairs(token.body, values)
  const url = fill(token.url, values) ?? ''
  const isQuery = token.send === 'query'
  const answer = await calls.tools.http({
    method: isQuery ? 'GET' : 'POST',
    url: isQuery ? `${url}?${new URLSearchParams(fields)}` : url,
    headers: {
      ...(isQuery
        ? {}
        : {
            'content-type': token.send === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
          }),
      ...headersOf(token.headers, values),
      ...basicOf(token.basic, values),
    },
    ...(isQuery
      ? {}
      : {
          body:
            token.send === 'json'
              ? JSON.stringify(Object.fromEntries(fields))
              : String(new URLSearchParams(fields)),
        }),
    deadlineMs: leftMs(calls),
  })
  if (answer.kind === 'no-answer') return { noToken: 'no-answer' }
  if (REFUSED.includes(answer.status)) return { noToken: 'refused' }
  return readToken(answer, token)
}

const FALLBACK_SECONDS = 300

function readToken(
  { status, body, headers }: Answer,
  { value, livesSeconds }: { readonly value: string; readonly livesSeconds: string },
): Token | NoToken {
  const wire = status === 200 || status === 201 ? readWire('json', { body, headers }) : undefined
  const found = wire && compileJson(value)(wire.content)
  if (typeof found !== 'string' || found === '') return { noToken: 'no-answer' }
  const seconds = Number(wire && compileJson(livesSeconds)(wire.content))
  return { value: found, livesMs: (seconds > 0 ? seconds : FALLBACK_SECONDS) * 1000 }
}
