import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { secretText, signatureOf } from '../../src/gateway/webhooks.ts'
import { expectProblem, type Hooks, openHooks, signatures, signedBy } from '../support/hooks.ts'
import type { Received } from '../support/receiver.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

const HOUR_MS = 3_600_000

let stage: TestStage
let ke: Story
let hooks: Hooks
const lines: string[] = []
beforeAll(async () => {
  stage = await openTestStage({ onLogLine: line => lines.push(line) })
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  hooks = await openHooks(stage)
})
afterAll(async () => {
  await hooks.close()
  await stage.close()
})
beforeEach(() => hooks.hush())

describe('a signature', () => {
  it('is what the reference library verifies, for any body, and for no other', () => {
    const secret = secretText(Buffer.alloc(32, 7))
    const nowSeconds = Math.floor(Date.now() / 1000)
    for (const body of ['{}', '{"name":"Nguéma","emoji":"🌍"}', '{"a":1.50}']) {
      const headers = {
        'webhook-id': '01a2',
        'webhook-timestamp': String(nowSeconds),
        'webhook-signature': signatureOf(secret, '01a2', nowSeconds, body),
      }
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body))
      expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow()
      expect(() => new Webhook(secretText(Buffer.alloc(32, 8))).verify(body, headers)).toThrow()
    }
  })

  it('by a new secret comes beside the old one’s for a day', async () => {
    const endpoint = await hooks.listen(['*'])
    const { status, body } = await hooks.call('POST', `/${endpoint.id}/rotate`)
    expect(status).toBe(200)
    expect(body.secret).not.toBe(endpoint.secret)
    await hooks.test(endpoint)
    const [both] = hooks.received as [Received]
    expect(signatures(both)).toEqual([signedBy(String(body.secret), both), signedBy(endpoint.secret, both)])
    await pass(stage, 24 * HOUR_MS, HOUR_MS)
    await hooks.test(endpoint)
    const alone = hooks.received.at(-1) as Received
    expect(signatures(alone)).toEqual([signedBy(String(body.secret), alone)])
  })

  it('has a secret that is told once, and stands nowhere in the open', async () => {
    const endpoint = await hooks.listen(['*'])
    await hooks.test(endpoint)
    expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const seen = [
      JSON.stringify(await hooks.call('GET')),
      JSON.stringify(await hooks.call('GET', `/${endpoint.id}`)),
      JSON.stringify(await ke.rows('webhook_endpoints')),
      JSON.stringify(await ke.rows('webhook_deliveries')),
      ...lines,
    ].join('\n')
    expect(seen).not.toContain(endpoint.secret.slice('whsec_'.length))
    expect(seen).not.toContain('whsec_')
  })
})

describe('an endpoint', () => {
  it.each([
    [{ url: 'http://hooks.example.com/' }, /https/],
    [{ url: 'https://user:pass@8.8.8.8/' }, /password/],
    [{ url: 'https://10.0.0.1/' }, /not public/],
    [{ url: 'http://169.254.169.254/latest/meta-data/' }, /https/],
    [{ url: 'https://169.254.169.254/' }, /not public/],
    [{ url: 'https://[fd00::1]/' }, /not public/],
    [{ url: `https://8.8.8.8/${'x'.repeat(2000)}` }, /characters/],
    [{ url: 'nowhere' }, /no URL/],
    [{ url: 7 }, /not understood/],
    [{}, /not understood/],
    [[], /not understood/],
    [{ url: 'https://8.8.8.8/', events: [] }, /not understood/],
    [{ url: 'https://8.8.8.8/', events: ['transaction.lost'] }, /not understood/],
    [{ url: 'https://8.8.8.8/', events: ['message.*'] }, /not understood/],
    [{ url: 'https://8.8.8.8/', events: ['**'] }, /not understood/],
    [{ url: 'https://8.8.8.8/', secret: 'whsec_mine' }, /not understood/],
  ])('is not made of %j', async (body, why) => {
    const before = await ke.rows('webhook_endpoints')
    const answer = await hooks.call('POST', '', body)
    expectProblem(answer, 400)
    expect(String(answer.body.detail)).toMatch(why)
    expect(await ke.rows('webhook_endpoints')).toEqual(before)
  })

  it('is one of twenty at most, however many ask at once', async () => {
    const url = `${hooks.url}/many`
    const answers = await Promise.all(Array.from({ length: 25 }, () => hooks.call('POST', '', { url })))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20)
    for (const answer of answers.filter(({ status }) => status !== 201)) expectProblem(answer, 409)
    const pages = await hooks.call('GET', '?limit=3')
    expect(pages.body).toMatchObject({ data: [{ url }, { url }, { url }], next: expect.any(String) })
    const further = await hooks.call('GET', `?limit=3&after=${pages.body.next}`)
    expect(further.body.data).not.toContainEqual((pages.body.data as Row[])[0])
  })

  it('belongs to one lender, and needs the right of the key', async () => {
    const { id } = await hooks.listen(['*'])
    const deliveryId = await hooks.test({ id, secret: '' })
    for (const [method, path] of [
      ['GET', `/${id}`],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/enable`],
      ['POST', `/${id}/rotate`],
      ['POST', `/${id}/test`],
      ['POST', `/${id}/replay?since=2026-03-05T00:00:00Z`],
      ['POST', `/deliveries/${deliveryId}/replay`],
    ] as const) {
      expectProblem(await hooks.call(method, path, undefined, 'demo-cm-key'), 404)
      expectProblem(await hooks.call(method, path.replace(/[0-9a-f]{8}-/, 'nothing-')), 404)
    }
    expect((await hooks.call('GET', '', undefined, 'demo-cm-key')).body.data).not.toContainEqual(
      expect.objectContaining({ id }),
    )
    const [known] = await ke.rows('api_keys')
    await ke.change('api_keys', {}, { scopes: ['webhooks:read'] })
    expectProblem(await hooks.call('POST', '', { url: hooks.url }), 403)
    expectProblem(await hooks.call('DELETE', `/${id}`), 403)
    expectProblem(await hooks.call('POST', `/${id}/rotate`), 403)
    expect((await hooks.call('GET', `/${id}`)).status).toBe(200)
    await ke.change('api_keys', {}, { scopes: ['webhooks:write'] })
    expectProblem(await hooks.call('GET'), 403)
    await ke.change('api_keys', {}, { scopes: known?.scopes })
  })

  it('is replayed only by a range that is understood', async () => {
    const { id } = await hooks.listen(['*'])
    for (const query of [
      '',
      '?since=yesterday',
      '?since=2026-03-05',
      '?since=2026-03-05T00:00:00Z&state=queued',
    ])
      expectProblem(await hooks.call('POST', `/${id}/replay${query}`), 400)
  })
})
