import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A real HTTP server on loopback that answers by a script: what adapters meet outside, faults included. */

export type Received = {
  readonly method: string
  /** Path and query, as they stood on the wire. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `hang` never answers, `drip` sends headers and half a body and then nothing, `reset` cuts the connection. */
export type Scripted =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'drip'
  | 'reset'

export type Script = (request: Received) => Scripted

export type ScriptedServer = {
  readonly url: string
  /** Every request since the last script was set. */
  readonly received: readonly Received[]
  script(script: Script): void
  close(): Promise<void>
}

export async function startScripted(): Promise<ScriptedServer> {
  let script: Script = () => ({ status: 501 })
  const received: Received[] = []
  const server = createServer((incoming, response) => {
    void read(incoming).then(request => {
      received.push(request)
      play(script(request), response)
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    script(next) {
      script = next
      received.length = 0
    },
    async close() {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}

async function read(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk)
  return {
    method: incoming.method ?? '',
    url: incoming.url ?? '',
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: Buffer.concat(chunks).toString('utf8'),
  }
}

function play(scripted: Scripted, response: ServerResponse): void {
  if (scripted === 'hang') return
  if (scripted === 'reset') {
    response.socket?.destroy()
    return
  }
  if (scripted === 'drip') {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"status":')
    return
  }
  const text = typeof scripted.body === 'string' ? scripted.body : JSON.stringify(scripted.body ?? '')
  response.writeHead(scripted.status, { 'content-type': 'application/json', ...scripted.headers })
  response.end(scripted.body === undefined ? '' : text)
}
