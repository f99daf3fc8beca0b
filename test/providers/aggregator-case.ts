import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import type { AttemptRef, Operation, Order } from '../../src/providers/provider.ts'

/** Pieces that the contract cases of the aggregators share. */

export const REFERENCE = '2f1c7a4e-5b0d-4a3c-9e8f-0123456789ab'
const ORIGINAL = '7d0f2c11-8f2b-4b57-9d37-3b1f0c6a5e42'

export const orderOf = (operation: Operation, change: Partial<AttemptRef>): Order => ({
  operation,
  reference: REFERENCE,
  amount: { minor: 1500n, currency: 'XAF' },
  msisdn: '+237670000001' as Msisdn,
  shownReference: 'LN77',
  callbackUrl: 'https://hatua.example/providers/tok/callback/s3cr3t',
  ...(operation === 'refund'
    ? { original: { reference: ORIGINAL, providerReference: 'P-0', receipt: 'R-0' } }
    : {}),
  ...change,
})

export const ok = (body: unknown, status = 200) => ({ status, body })
export const declined = (reason: string, again: string, code?: string) =>
  ({ kind: 'declined', reason, again, ...(code === undefined ? {} : { code }) }) as Outcome
export const ours = (fault: string, more: object = {}) => ({ kind: 'our-fault', fault, ...more }) as Outcome

export const callback = (body: unknown, method = 'POST'): RawRequest => ({
  method,
  headers: { 'content-type': 'application/json' },
  query: {},
  body: JSON.stringify(body),
  from: '127.0.0.1',
})

/** What stands at a path of a JSON body; undefined where the body is none. */
export function at(body: string, ...path: readonly string[]): unknown {
  let value: unknown = JSON.parse(body || 'null')
  for (const name of path) value = (value as Record<string, unknown> | null)?.[name]
  return value
}
