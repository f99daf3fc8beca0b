import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createClient } from 'redis'
import { GATEWAY_NAMES } from '../../src/simulators/ussd/index.ts'
import { gatewayContract } from '../contract/ussd-gateway.ts'
import { testRedisUrl } from '../support/database.ts'
import { addGateways, phoneBehind } from '../support/gateways.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { rowsOf } from '../support/ussd.ts'

/** Every gateway, the same cases: what differs is what a gateway tells, never what a dialogue does. */
let stage: TestStage
let asked = 0
const redis = createClient({ url: testRedisUrl() })

beforeAll(async () => {
  stage = await openTestStage()
  await addGateways(stage)
  await redis.connect()
})
afterAll(async () => {
  await redis.close()
  await stage.close()
})

/** A request waits for her before each case. */
beforeEach(async () => {
  if ((await rowsOf(stage, "select id from collection_requests where state = 'asked'")).length > 0) return
  await stage.pass(60_000, 5_000)
  asked += 1
  await stage.post(
    '/api/v1/collection-requests',
    { loanId: '1', amount: '20.00', mode: 'ask' },
    { key: 'demo-ke-key', idempotencyKey: `gateway-${asked}` },
  )
  await stage.settle()
})

gatewayContract({
  name: "Africa's Talking",
  stage: () => stage,
  phone: () => stage.phone('demo-ke'),
  old: 'known',
  dialsDeep: true,
  tellsDrop: false,
})

/** One counts its hops, one names them. */
const OLD: Readonly<Record<string, 'known' | 'known-if-answered'>> = {
  hubtel: 'known',
  beem: 'known-if-answered',
}
const TELLS_DROP: readonly string[] = ['infobip', 'beem', 'comviva']

for (const name of GATEWAY_NAMES)
  gatewayContract({
    name,
    stage: () => stage,
    phone: () => phoneBehind(name, stage),
    old: OLD[name] ?? 'unknown',
    dialsDeep: name !== 'beem',
    tellsDrop: TELLS_DROP.includes(name),
  })

it('Hubtel tells that our answer came too late: the session is over, and what was typed in it moves nothing more', async () => {
  let late = false
  const phone = phoneBehind('hubtel', stage, {
    timeoutMs: 300,
    fetch: async (url, init) => {
      const answer = await fetch(url, { ...init, signal: null })
      if (!late || String(init?.body).includes('"timeout"')) return answer
      // our answer was given, and reaches nobody
      await answer.arrayBuffer()
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    },
  })
  await phone.dial()
  late = true
  await expect(phone.answer('1')).rejects.toThrow('no answer within 300 ms')
  late = false
  const over = await phone.insist('1')
  expect(over).toMatchObject({ kind: 'END', text: expect.stringMatching(/^Sorry, this is not possible/) })
})

it('a channel is told which code it serves, and no other is served by it', async () => {
  const answer = await fetch(`${stage.url}/ussd/nalo`, {
    method: 'POST',
    body: JSON.stringify({
      USERID: 'x',
      MSISDN: '254700000001',
      USERDATA: '*999#',
      MSGTYPE: true,
      SESSIONID: '1',
    }),
  })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ detail: 'this channel serves *384*100#, not *999#' })
})

describe('a session that Redis has forgotten, whose gateway does not say again what was typed', () => {
  const decisions = async (session: string) =>
    (await rowsOf(stage, `select kind from decisions where session_id = '${session}'`)).length

  it('begins again at the first screen, for nobody knows which one she answered', async () => {
    const phone = phoneBehind('hubtel', stage)
    const first = (await phone.dial()).text
    for (const typed of ['00', '2', '2580']) await phone.answer(typed)
    await phone.answer('1')
    await redis.flushDb()
    expect((await phone.answer('1')).text).toBe(first)
    expect((await phone.answer('1')).text).toContain('with:')
    expect(await decisions(phone.sessionId)).toBe(1)
  })

  it('goes on deciding under turns of its own', async () => {
    const phone = phoneBehind('nalo', stage)
    await phone.dial()
    for (const typed of ['00', '2', '2580']) await phone.answer(typed)
    await redis.flushDb()
    for (const typed of ['7', '00', '2']) await phone.answer(typed)
    expect((await phone.answer('2580')).text).toContain('Balance')
    expect(await decisions(phone.sessionId)).toBe(2)
  })

  it('shows its end once more, where it had ended', async () => {
    const phone = phoneBehind('hubtel', stage)
    await phone.dial()
    for (const typed of ['1', '1']) await phone.answer(typed)
    const end = await phone.answer('2580')
    await redis.flushDb()
    expect(await phone.repeat()).toMatchObject({ kind: 'END', text: end.text })
    expect(await phone.insist('1')).toMatchObject({ kind: 'END', text: end.text })
    expect(await decisions(phone.sessionId)).toBe(2)
  })

  it('ends in doubt where a decision was taken, and what it led to was never recorded', async () => {
    const phone = phoneBehind('nalo', stage)
    await phone.dial()
    for (const typed of ['1', '1', '2580']) await phone.answer(typed)
    await redis.flushDb()
    await rowsOf(stage, `update turns set session = null where session_id = '${phone.sessionId}'`)
    expect(await phone.repeat()).toMatchObject({
      kind: 'END',
      text: expect.not.stringContaining('Umoja Credit: KES'),
    })
    expect(await decisions(phone.sessionId)).toBe(2)
  })
})

it('a screen that is too long for its gateway is turned by 98, and every hop of it is still placed', async () => {
  const phone = phoneBehind('nalo', stage)
  await phone.dial()
  await phone.answer('1')
  await phone.answer('1')
  const first = await phone.answer('12')
  expect(first.text).toMatch(/^A PIN has 4 to 6 digits\.\nPay KES .*\n98 More$/s)
  const second = await phone.answer('98')
  expect(second.text).toBe('Enter your Umoja Credit PIN\n0 Back')
  expect(await phone.repeat()).toMatchObject({ kind: 'CON', text: second.text })
  expect((await phone.answer('98')).text).toMatch(/^A PIN has 4 to 6 digits\./)
  expect((await phone.answer('2580')).kind).toBe('END')
})
