import type { Outcome } from '../../domain/outcome.ts'
import type { HttpAnswer, Tools } from '../../domain/outside.ts'
import type { WaveConfig } from './config.ts'
import { parseJson, type Refused, readRefusal } from './wire.ts'

/** A refusal of Wave's own, or what settles the matter before that. */
export type NoValue =
  | { readonly kind: 'refused'; readonly refused: Refused }
  | { readonly kind: 'outcome'; readonly outcome: Extract<Outcome, { kind: 'unknown' | 'our-fault' }> }
export type Said = { readonly kind: 'value'; readonly value: unknown } | NoValue

export type Call = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
  readonly idempotencyKey?: string
  /** Of the monotonic clock; absent: one call's own deadline from now. */
  readonly endMs?: number
}

/** The wallet may not use this API, or not now; any other 403 comes from something before it. */
const WALLET: ReadonlySet<string | undefined> = new Set([
  'invalid-wallet',
  'disabled-wallet',
  'unauthorized-wallet',
])

/** A 200 with nothing in it: Wave's whole answer to a refund. Cut JSON and pages are not that. */
export const WORDLESS = Symbol('an empty 200')

/** One call with the wallet's key. It is made once: Wave's key never ends, and no call that moves money is repeated. */
export async function call(
  wanted: Call,
  { baseUrl, apiKey, callMs }: WaveConfig,
  { http }: Tools,
): Promise<Said> {
  const { method, path, body, idempotencyKey, endMs } = wanted
  const answer = await http({
    method,
    url: baseUrl + path,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    deadlineMs: endMs === undefined ? callMs : Math.max(1, Math.floor(endMs - performance.now())),
  })
  return read(answer)
}

function read(answer: HttpAnswer): Said {
  if (answer.kind === 'no-answer') return { kind: 'outcome', outcome: unknown(answer.why) }
  if (answer.status === 200)
    return { kind: 'value', value: answer.body === '' ? WORDLESS : parseJson(answer.body) }
  const refused = readRefusal(answer.status, answer.body)
  if (refused.status === 401) return ours('credentials', refused)
  if (refused.status === 403)
    return ours(WALLET.has(refused.code) ? 'configuration' : 'address-refused', refused)
  return { kind: 'refused', refused }
}

const ours = (
  fault: 'credentials' | 'configuration' | 'address-refused',
  { status, code }: Refused,
): Said => ({
  kind: 'outcome',
  outcome: { kind: 'our-fault', fault, detail: code ?? String(status) },
})

export const unknown = (why: string) => ({ kind: 'unknown', why }) as const

/** A refusal that says neither yes nor no. */
export const unclear = ({ status, code }: Refused) =>
  unknown(`answer ${status}${code === undefined ? '' : ` ${code}`}`)

/** What the lender must set right; no customer is told that it failed. */
export const fault = (detail: string): Outcome => ({ kind: 'our-fault', fault: 'configuration', detail })
