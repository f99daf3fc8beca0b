import { type LookupAddress, promises as resolver } from 'node:dns'
import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { hostOf, isLoopbackAddress, isPublicAddress, readPublicUrl } from '../domain/public-address.ts'
import { inTime } from '../domain/time.ts'
import type { Posted, PostOrder, World } from '../gateway/webhooks.ts'

export type WorldOptions = {
  /** The demo: this machine may be called too. */
  readonly loopback: boolean
  /** From the look-up of the name to the end of the answer. */
  readonly deadlineMs?: number
  /** Every address of a name; the machine's own resolver, unless a test stands in for a hostile one. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>
}

/** Standard Webhooks: give a receiver 15 to 30 seconds. */
const DEADLINE_MS = 15_000
/** Whoever names a URL waits for its look-up no longer than this; it is looked up again with each call anyway. */
const PATIENCE_MS = 2_000
/** Nothing is read out of an answer; more than this is not even taken. */
const MAX_ANSWER_BYTES = 64 * 1024

class NotPublic extends Error {}

/** Codes of a connection that was never made. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * Calls addresses that tenants name. The addresses of a name are checked in the look-up that the connection itself makes:
 * there is no second one that could answer otherwise (DNS rebinding). Redirects are answers like any other.
 */
export function createWorld({
  loopback,
  deadlineMs = DEADLINE_MS,
  resolve = host => resolver.lookup(host, { all: true }),
}: WorldOptions): World {
  const allowed = (address: string): boolean =>
    isPublicAddress(address) || (loopback && isLoopbackAddress(address))

  /** One address of ours among several is enough to refuse the name: nobody has an honest reason for it. */
  async function addressesOf(host: string): Promise<readonly LookupAddress[]> {
    const addresses = await resolve(host)
    if (addresses.some(({ address }) => !allowed(address))) throw new NotPublic()
    return addresses
  }

  const lookup: LookupFunction = (host, { all }, done) => {
    addressesOf(host).then(
      addresses =>
        all === true
          ? done(null, [...addresses])
          : done(null, addresses[0]?.address ?? '', addresses[0]?.family),
      (error: NodeJS.ErrnoException) => done(error, ''),
    )
  }

  return {
    async refuses(text) {
      const url = readPublicUrl(text, loopback)
      if (!(url instanceof URL)) return url.wrong
      const looked = addressesOf(hostOf(url)).then(
        () => false,
        (error: unknown) => error instanceof NotPublic,
      )
      const inside = await inTime(looked, PATIENCE_MS, () => false)
      return inside ? 'the URL points to an address that is not public' : undefined
    },
    async post(order) {
      // rules may have become stricter since it was stored
      const url = readPublicUrl(order.url, loopback)
      if (!(url instanceof URL)) return { kind: 'no-answer', why: 'not-public' }
      return call(url, order, lookup, AbortSignal.timeout(deadlineMs))
    },
  }
}

function call(
  url: URL,
  { headers, body }: PostOrder,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<Posted> {
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    agent: false,
    lookup,
    signal,
  }
  return new Promise(done => {
    let answered: Posted | undefined
    const request = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, options, response => {
      answered = read(response)
      discard(response, () => done(answered ?? { kind: 'no-answer', why: 'reset' }))
    })
    request.on('error', error => done(answered ?? { kind: 'no-answer', why: whyNot(error, signal) }))
    request.end(body)
  })
}

const read = ({ statusCode, headers }: IncomingMessage): Posted => {
  const seconds = Number(headers['retry-after'])
  return {
    kind: 'answer',
    status: statusCode ?? 0,
    ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
  }
}

/** The status is the answer: the rest is let through, up to the limit, for the receiver's sake. */
function discard(response: IncomingMessage, done: () => void): void {
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) response.destroy()
  })
  response.on('error', done)
  response.on('close', done)
}

function whyNot(
  error: NodeJS.ErrnoException,
  signal: AbortSignal,
): Extract<Posted, { kind: 'no-answer' }>['why'] {
  if (error instanceof NotPublic) return 'not-public'
  if (signal.aborted) return 'timeout'
  const code = error.code ?? ''
  if (NEVER_CONNECTED.has(code)) return 'refused'
  return /CERT|TLS|SSL|SIGNATURE|EPROTO/.test(code) ? 'tls' : 'reset'
}
