import type { Http, HttpAnswer, HttpRequest } from '../domain/outside.ts'

export type OutboundOptions = {
  /** The longest answer that is read; a longer one is `too-large`. */
  readonly maxBytes: number
  /** Turns a configured URL into the one to call: simulators are known by a path, not by a host. */
  readonly resolve?: (url: string) => string
}

/** Codes of a connection that was never made: no byte of the request left this machine. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])
const TIMED_OUT = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

class TooLarge extends Error {}

/**
 * Calls outside on Node's fetch. What brings no whole answer is a value: only `refused` promises that nothing was sent.
 * Redirects are answers like any other and never followed, so that a credential goes only where configuration says.
 */
export function createHttp({ maxBytes, resolve = url => url }: OutboundOptions): Http {
  return async request => {
    const signal = AbortSignal.timeout(Math.max(1, request.deadlineMs))
    try {
      return await call(request, resolve(request.url), maxBytes, signal)
    } catch (error) {
      return { kind: 'no-answer', why: whyNot(error, signal) }
    }
  }
}

async function call(
  { method, headers, body }: HttpRequest,
  url: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const response = await fetch(url, {
    method,
    headers: { ...headers },
    redirect: 'manual',
    signal,
    ...(body === undefined ? {} : { body }),
  })
  const text = await readAtMost(response, maxBytes)
  return {
    kind: 'answer',
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: text,
  }
}

async function readAtMost(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.length
    if (size > maxBytes) throw new TooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function whyNot(error: unknown, signal: AbortSignal): 'timeout' | 'refused' | 'reset' | 'too-large' {
  if (error instanceof TooLarge) return 'too-large'
  if (signal.aborted) return 'timeout'
  // Fetch wraps the socket's error; it may be of another realm, so nothing is asked of its class.
  const code = codeOf(error) ?? codeOf((error as { cause?: unknown } | undefined)?.cause)
  if (code !== undefined && NEVER_CONNECTED.has(code)) return 'refused'
  return code !== undefined && TIMED_OUT.has(code) ? 'timeout' : 'reset'
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
