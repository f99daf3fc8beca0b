import type { IncomingMessage } from 'node:http'
import type { RawRequest } from '../domain/outside.ts'

/** What a gateway's or a provider's request may weigh; none that is known comes near it. */
export const MAX_BODY_BYTES = 32 * 1024

/** Reads a request as it came, up to the limit: our own reader costs a fraction of the stock parsers. */
export function readRaw(
  request: IncomingMessage & { query?: unknown },
  from: string,
): Promise<RawRequest | 'too-large'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let over = false
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_BODY_BYTES) over = true
      else chunks.push(chunk)
    })
    request.on('error', reject)
    request.on('end', () => {
      if (over) return resolve('too-large')
      const url = request.url ?? '/'
      const question = url.indexOf('?')
      resolve({
        method: request.method ?? 'GET',
        headers: request.headers as Record<string, string>,
        query: question < 0 ? {} : Object.fromEntries(new URLSearchParams(url.slice(question + 1))),
        body: Buffer.concat(chunks).toString('utf8'),
        from,
      })
    })
  })
}
