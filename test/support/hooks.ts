import { expect } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { openReceiver, type Received, type Receiver } from './receiver.ts'
import type { TestStage } from './stage.ts'
import type { Row } from './story.ts'

const PATH = '/api/v1/webhooks'

export type Answer = { readonly status: number; readonly type: string; readonly body: Row }
export type Endpoint = { readonly id: string; readonly secret: string }

/** The web hooks of a stage's lender: the API that arranges them, and a system of hers that listens. */
export type Hooks = Receiver & {
  call(method: string, path?: string, body?: unknown, key?: string): Promise<Answer>
  listen(events: readonly string[], path?: string): Promise<Endpoint>
  /** Sends a `webhook.test`: its delivery's id. */
  test(endpoint: Endpoint): Promise<string>
  deliveriesOf(endpoint: Pick<Endpoint, 'id'>): Promise<Row[]>
  stateOf(endpoint: Endpoint, deliveryId: string): Promise<unknown>
  /** Takes everything again. */
  welcome(): void
  /** Answers with that status, and a page that nobody reads. */
  refuse(status: number, headers?: Record<string, string>): void
  /** Nobody listens any more, and nothing has been heard. */
  hush(): Promise<void>
}

export async function openHooks(stage: TestStage): Promise<Hooks> {
  const receiver = await openReceiver()
  const hooks: Hooks = {
    ...receiver,
    async call(method, path = '', body, key = 'demo-ke-key') {
      const answer = await fetch(stage.url + PATH + path, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
      return { status: answer.status, type, body: (await answer.json()) as Row }
    },
    async listen(events, path = '/hook') {
      const { status, body } = await hooks.call('POST', '', { url: receiver.url + path, events })
      expect(status).toBe(201)
      return { id: String(body.id), secret: String(body.secret) }
    },
    async test({ id }) {
      const { status, body } = await hooks.call('POST', `/${id}/test`)
      expect(status).toBe(202)
      await stage.settle()
      return String(body.id)
    },
    async deliveriesOf({ id }) {
      return (await hooks.call('GET', `/${id}`)).body.deliveries as Row[]
    },
    async stateOf(endpoint, deliveryId) {
      return (await hooks.deliveriesOf(endpoint)).find(({ id }) => id === deliveryId)?.state
    },
    welcome: () => receiver.answer(response => void response.writeHead(204).end()),
    refuse: (status, headers = {}) =>
      receiver.answer(response => void response.writeHead(status, headers).end('<h1>Sorry</h1>')),
    async hush() {
      for (const { id } of (await stage.get(`${PATH}?limit=200`, 'demo-ke-key')).data)
        await hooks.call('DELETE', `/${id}`)
      hooks.welcome()
      receiver.received.length = 0
    },
  }
  return hooks
}

export const typeOf = ({ body }: Received): string => String(JSON.parse(body).type)

export const signatures = ({ headers }: Received): string[] => String(headers['webhook-signature']).split(' ')

/** What the reference library would have signed: it looks at the real time, so it verifies only what is of now. */
export const signedBy = (secret: string, { headers, body }: Received): string =>
  new Webhook(secret).sign(
    String(headers['webhook-id']),
    new Date(Number(headers['webhook-timestamp']) * 1000),
    body,
  )

/** Every refusal is an RFC 9457 document that says what is wrong. */
export function expectProblem(answer: Answer, status: number): void {
  expect(answer).toMatchObject({
    status,
    type: 'application/problem+json',
    body: { status, title: expect.any(String), detail: expect.any(String) },
  })
}
