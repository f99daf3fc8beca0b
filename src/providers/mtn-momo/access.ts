import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Outcome } from '../../domain/outcome.ts'
import type { HttpAnswer, NoToken, Token, Tools } from '../../domain/outside.ts'
import { parseJson, readCode, TokenAnswer } from './wire.ts'

/** A connection to MTN MoMo. Each product has a subscription key, an API user and a token of its own. */
export const Config = z.object({
  baseUrl: z.url().transform(url => url.replace(/\/+$/, '')),
  targetEnvironment: z.string().regex(/^[a-z]+$/, 'lower-case letters, such as mtncameroon or sandbox'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code; the sandbox wants EUR'),
  collection: z.object({
    subscriptionKey: z.string().min(1),
    apiUser: z.string().min(1),
    apiKey: z.string().min(1),
  }),
  callMs: z.int().positive().max(60_000).default(15_000),
})
export type MtnConfig = z.infer<typeof Config>

export type Answer = Extract<HttpAnswer, { kind: 'answer' }>
type Call = (token: string, deadlineMs: number) => Promise<HttpAnswer>

/** Makes a call with a token, and once more with a fresh one where the first was refused; a 401 starts nothing. */
export async function authorized(
  config: MtnConfig,
  tools: Tools,
  call: Call,
): Promise<Answer | { outcome: Outcome }> {
  const endMs = performance.now() + config.callMs
  const leftMs = () => Math.max(1, Math.floor(endMs - performance.now()))
  const { subscriptionKey, apiUser, apiKey } = config.collection
  const digest = createHash('sha256').update(`${subscriptionKey}\n${apiKey}`).digest('hex').slice(0, 16)
  const key = `mtn-momo:${config.baseUrl}:collection:${apiUser}:${digest}`
  for (let round = 0; round < 2; round++) {
    const token = await tools.tokens.get(key, () => renew(config, tools, leftMs()))
    if (typeof token !== 'string')
      return token.noToken === 'refused'
        ? { outcome: { kind: 'our-fault', fault: 'credentials', detail: 'MTN gave no token' } }
        : { outcome: { kind: 'unknown', why: 'no clear answer from the token endpoint' } }
    const answer = await call(token, leftMs())
    if (answer.kind === 'no-answer') return { outcome: { kind: 'unknown', why: answer.why } }
    if (answer.status === 403)
      return {
        outcome: { kind: 'our-fault', fault: 'address-refused', detail: readCode(answer.body) ?? '403' },
      }
    if (answer.status !== 401) return answer
    tools.tokens.drop(key, token)
  }
  return { outcome: { kind: 'our-fault', fault: 'credentials', detail: 'a fresh token was refused' } }
}

async function renew(config: MtnConfig, tools: Tools, deadlineMs: number): Promise<Token | NoToken> {
  const { subscriptionKey, apiUser, apiKey } = config.collection
  const answer = await tools.http({
    method: 'POST',
    url: `${config.baseUrl}/collection/token/`,
    headers: {
      authorization: `Basic ${Buffer.from(`${apiUser}:${apiKey}`).toString('base64')}`,
      'ocp-apim-subscription-key': subscriptionKey,
    },
    deadlineMs,
  })
  if (answer.kind === 'no-answer') return { noToken: 'no-answer' }
  if ([400, 401, 403].includes(answer.status)) return { noToken: 'refused' }
  const token = answer.status === 200 ? TokenAnswer.safeParse(parseJson(answer.body)) : undefined
  if (token?.success !== true) return { noToken: 'no-answer' }
  return { value: token.data.access_token, livesMs: token.data.expires_in * 1000 }
}

/** What every call carries. */
export const headers = (config: MtnConfig, token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  'x-target-environment': config.targetEnvironment,
  'ocp-apim-subscription-key': config.collection.subscriptionKey,
})
