import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createApp } from '../../src/http/app.ts'
import { createSessionHost } from '../../src/session/turn.ts'
import { createMemorySessions } from '../../src/store/sessions.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, type Row } from '../support/story.ts'

/** Who called back is what proves some callbacks: a proxy of ours may say so, and nobody else. */

const SAFARICOM = '196.201.214.200'
let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
})
afterAll(() => stage.close())

/** A confirmation that says from where it comes, heard by a server that trusts these proxies: whom that one heard. */
async function heardFrom(trustedProxies: readonly string[], forwarded: string): Promise<unknown> {
  const { gateway } = stage.house
  const sessions = createSessionHost(
    gateway,
    createMemorySessions(() => 0),
  )
  const app = createApp({ gateway, sessions, ring: () => undefined, role: 'web', trustedProxies })
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const body = JSON.stringify({ TransID: `UAD${forwarded}${trustedProxies.join()}` })
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/providers/demo-ke-daraja/callback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded },
    body,
  })
  expect(answer.status).toBe(200)
  await new Promise(done => server.close(done))
  const kept = (await createStory(stage, 'demo-ke').rows('callbacks')) as Row[]
  const requests = kept.map(({ request }) => request as { readonly body: string; readonly from: string })
  return requests.find(request => request.body === body)?.from
}

it('believes a proxy of ours, and what it heard itself, not what the caller wrote before', async () => {
  expect(await heardFrom(['127.0.0.0/8'], SAFARICOM)).toBe(SAFARICOM)
  // the caller claims to be Safaricom; our proxy adds whom it really heard
  expect(await heardFrom(['127.0.0.0/8'], `${SAFARICOM}, 203.0.113.9`)).toBe('203.0.113.9')
})

it('believes nobody else', async () => {
  expect(await heardFrom([], SAFARICOM)).toBe('127.0.0.1')
  expect(await heardFrom(['10.0.0.0/8'], SAFARICOM)).toBe('127.0.0.1')
})
