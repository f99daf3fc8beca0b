import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSimulators } from '../../src/simulators/index.ts'
import { createTestDatabase } from '../support/database.ts'

/** A clock that moves only when a test says so. */
export function createVirtualClock(start = '2026-03-02T09:00:00.000Z') {
  let at = Date.parse(start)
  return {
    now: () => new Date(at),
    pass(seconds: number) {
      at += seconds * 1000
    },
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** A real server on a free port of this machine. */
export async function listen(handler: Handler): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => void handler(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

type Fault = { readonly simulator: string; readonly kind: string; readonly msisdn?: string }

export type Transaction = { readonly reference: string; readonly status: string; readonly receipt?: string }

export type Screen = {
  readonly prompts: { promptId: string }[]
  readonly sms: { text: string }[]
  readonly next: string
}

export type Heard = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Stands where the product would: keeps every callback, in the order of arrival. */
export async function createListener() {
  const heard: Heard[] = []
  const server = await listen(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    )
    heard.push({ method: request.method ?? '', path: request.url ?? '', headers, body })
    response.end()
  })
  return { ...server, heard }
}

/** The simulators on a database of their own, served, with somebody who hears their callbacks. */
export async function createStage() {
  const database = await createTestDatabase()
  const clock = createVirtualClock()
  const simulators = await createSimulators({ databaseUrl: database.url, clock })
  const server = await listen(simulators.handle)
  const listener = await createListener()
  const call = (path: string, init?: RequestInit) => fetch(server.url + path, init)
  return {
    clock,
    simulators,
    listener,
    url: server.url,
    call,
    json: async <T>(path: string) => (await (await call(path)).json()) as T,
    script: (fault: Fault) => call('/faults', { method: 'POST', body: JSON.stringify(fault) }),
    async transactions(provider: string) {
      const page = await call(`/providers/${provider}/transactions?limit=1000`)
      return ((await page.json()) as { data: Transaction[] }).data
    },
    async truth(provider: string, reference: string) {
      return (await this.transactions(provider)).find(row => row.reference === reference)
    },
    async balance(provider: string, msisdn: string) {
      const wallets = await call(`/providers/${provider}/wallets`)
      const { data } = (await wallets.json()) as { data: { msisdn: string; balance: string }[] }
      return data.find(row => row.msisdn === `+${msisdn}`)?.balance
    },
    /** Lets virtual seconds go by, and everything happen that falls due in them. */
    async pass(seconds: number) {
      clock.pass(seconds)
      await simulators.tick()
    },
    async close() {
      await server.close()
      await listener.close()
      await simulators.close()
      await database.drop()
    },
  }
}

export type Stage = Awaited<ReturnType<typeof createStage>>
