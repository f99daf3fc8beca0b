import { createHash } from 'node:crypto'
import type * as z from 'zod'
import type { Outcome } from '../../domain/outcome.ts'
import type { HttpAnswer, NoToken, Token, Tools } from '../../domain/outside.ts'
import type { Credentials, MtnConfig } from './config.ts'
import { parseJson, readCode, TokenAnswer } from './wire.ts'

export type Product = 'collection' | 'disbursement'

export type Answer = Extract<HttpAnswer, { kind: 'answer' }>
/** One call, with the headers that every call carries. */
type Call = (headers: Readonly<Record<string, string>>, deadlineMs: number) => Promise<HttpAnswer>

/**
 * Makes a call with the product's token, and once more with a fresh one where the first was refused; a 401 starts nothing.
 * All of it ends by `endMs` of the monotonic clock.
 */
export async function authorized(
  config: MtnConfig,
  product: Product,
  tools: Tools,
  call: Call,
  endMs = performance.now() + config.callMs,
): Promise<Answer | { outcome: Outcome }> {
  const credentials = config[product]
  if (credentials === undefined) return ours('configuration', `no credentials of the product ${product}`)
  const leftMs = () => Math.max(1, Math.floor(endMs - performance.now()))
  const { subscriptionKey, apiUser, apiKey } = credentials
  const digest = createHash('sha256').update(`${subscriptionKey}\n${apiKey}`).digest('hex').slice(0, 16)
  const key = `mtn-momo:${config.baseUrl}:${product}:${apiUser}:${digest}`
  for (let round = 0; round < 2; round++) {
    const token = await tools.tokens.get(key, () =>
      renew(config.baseUrl, product, credentials, tools, leftMs()),
    )
    if (typeof token !== 'string')
      return token.noToken === 'refused'
        ? ours('credentials', 'MTN gave no token')
        : { outcome: { kind: 'unknown', why: 'no clear answer from the token endpoint' } }
    const answer = await call(
      {
        authorization: `Bearer ${token}`,
        'x-target-environment': config.targetEnvironment,
        'ocp-apim-subscription-key': subscriptionKey,
      },
      leftMs(),
    )
    if (answer.kind === 'no-answer') return { outcome: { kind: 'unknown', why: answer.why } }
    if (answer.status === 403) return ours('address-refused', readCode(answer.body) ?? '403')
    if (answer.status !== 401) return answer
    tools.tokens.drop(key, token)
  }
  return ours('credentials', 'a fresh token was refused')
}

const ours = (fault: 'configuration' | 'credentials' | 'address-refused', detail: string) => ({
  outcome: { kind: 'our-fault', fault, detail } as const,
})

async function renew(
  baseUrl: string,
  product: Product,
  { subscriptionKey, apiUser, apiKey }: z.infer<typeof Credentials>,
  tools: Tools,
  deadlineMs: number,
): Promise<Token | NoToken> {
  const answer = await tools.http({
    method: 'POST',
    url: `${baseUrl}/${product}/token/`,
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
