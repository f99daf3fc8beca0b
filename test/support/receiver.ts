import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The bytes as they came: a signature is over these, not over what a parser makes of them. */
  readonly body: string
}

/** A lender's own system on loopback: keeps what it receives, and answers as the test wants it to. */
export type Receiver = {
  readonly url: string
  readonly received: Received[]
  /** How it answers from now on; at first, with 204. */
  answer(how: (response: ServerResponse, request: Received) => void): void
  close(): Promise<void>
}

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const welcome = (response: ServerResponse): void => void response.writeHead(204).end()
  let how: (response: ServerResponse, request: Received) => void = welcome
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const whole = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      }
      received.push(whole)
      how(response, whole)
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer(next) {
      how = next
    },
    async close() {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}
