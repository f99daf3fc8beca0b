import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createHttp } from '../../src/http/outbound.ts'
import { type Scripted, type ScriptedServer, startScripted } from '../contract/scripted-server.ts'

describe('outbound calls', () => {
  let server: ScriptedServer
  beforeAll(async () => {
    server = await startScripted()
  })
  afterAll(() => server.close())
  const http = createHttp({ maxBytes: 1_000 })
  const get = (answer: Scripted, deadlineMs = 2_000) => {
    server.script(() => answer)
    return http({ method: 'GET', url: server.url, deadlineMs })
  }

  it('bring status, headers and body', async () => {
    expect(await get({ status: 418, body: 'tea', headers: { 'X-Kind': 'Green' } })).toMatchObject({
      kind: 'answer',
      status: 418,
      headers: { 'x-kind': 'Green' },
      body: 'tea',
    })
  })

  it.each([
    ['hang', 'timeout'],
    ['drip', 'timeout'],
    ['reset', 'reset'],
    [{ status: 200, body: 'x'.repeat(1_001) }, 'too-large'],
  ] as const)('bring no answer from %j: %s', async (answer, why) => {
    expect(await get(answer, 200)).toEqual({ kind: 'no-answer', why })
  })

  it('know a connection that was never made', async () => {
    const gone = await startScripted()
    await gone.close()
    for (const url of [gone.url, 'http://nowhere.invalid/'])
      expect(await http({ method: 'POST', url, body: 'x', deadlineMs: 2_000 })).toEqual({
        kind: 'no-answer',
        why: 'refused',
      })
  })

  it('follow no redirect', async () => {
    expect(await get({ status: 302, headers: { location: 'http://127.0.0.1:1/' } })).toMatchObject({
      status: 302,
    })
    expect(server.received).toHaveLength(1)
  })

  it('go where the resolver says', async () => {
    server.script(() => ({ status: 200 }))
    const resolved = createHttp({ maxBytes: 1_000, resolve: url => url.replace('sim:', `${server.url}/sim`) })
    await resolved({ method: 'PUT', url: 'sim:/mtn', body: 'x', headers: { a: 'b' }, deadlineMs: 2_000 })
    expect(server.received).toMatchObject([
      { method: 'PUT', url: '/sim/mtn', body: 'x', headers: { a: 'b' } },
    ])
  })
})
