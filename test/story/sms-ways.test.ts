import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { bySmpp, byTwilio, SMSC, seedWays, sendBy, TWILIO } from '../support/sms-ways.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

/** The same lender's SMS by Twilio and by a line to an operator's SMSC. */

let stage: TestStage
let ke: Story
let amount = 10
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  await pass(stage, 60_000, 60_000)
  await seedWays(stage)
  ke = createStory(stage, 'demo-ke')
})
afterAll(() => stage.close())
afterEach(async () => {
  await stage.house.simulators?.faults.clear()
})

const lastMessage = async (): Promise<Row> => {
  const rows = await ke.rows('messages')
  const last = rows.sort((a, b) => String(a.id).localeCompare(String(b.id))).at(-1)
  if (last === undefined) throw new Error('no message')
  return last
}
/** A prompt of another amount, so that every text is one of its own. */
const ask = async (): Promise<Row> => {
  await ke.ask(`${amount++}.00`)
  return lastMessage()
}
const becomes = (id: unknown, state: string) =>
  hurry(
    stage,
    async () => (await ke.rows('messages', { id, state }))[0],
    30 * 60_000,
    `message ${state}`,
    10_000,
  )
const truth = async (of: 'twilio' | 'smsc'): Promise<Row[]> =>
  (await stage.get(`/sim/${of}/messages?limit=1000&to=${encodeURIComponent(ke.own)}`)).data
const suppressed = () => ke.rows('suppressions', { lifted_at: null })
const received = (kind: string) => ke.rows('callbacks', { kind })
const sim = (path: string, body: object, method = 'POST') =>
  fetch(`${stage.url}/sim${path}`, { method, body: method === 'DELETE' ? null : JSON.stringify(body) })
/** What her phone shows. */
const inbox = async (): Promise<string[]> => {
  const screen = await fetch(`${stage.url}/sim/phones/${encodeURIComponent(ke.own)}/screen?since=0`)
  return ((await screen.json()) as { sms: { text: string }[] }).sms.map(({ text }) => text)
}

describe('by Twilio', () => {
  const write = async (body: string, extra: object = {}) => {
    const answer = await sim(`/twilio/${TWILIO.accountSid}/inbound`, {
      ...{ from: ke.own, to: byTwilio.address, body },
      ...extra,
    })
    const told = (await answer.json()) as { status: number; said: string; error?: number }
    await stage.settle()
    return told
  }
  beforeAll(() => sendBy(stage, byTwilio))

  it('her receipt goes out and is reported as delivered', async () => {
    await ask()
    const { id } = await ke.request()
    await ke.approve('own')
    await ke.state(id, 'paid')
    const { about, body, ...message } = await lastMessage()
    expect({ about, parts: message.parts }).toEqual({ about: 'paid', parts: 1 })
    await becomes(message.id, 'delivered')
    expect((await truth('twilio')).at(-1)).toMatchObject({
      text: body,
      sid: message.provider_id,
      from: byTwilio.address,
      validitySeconds: 36_000,
    })
    expect(await inbox()).toContain(body)
  })

  it('reports that come out of their order end the same', async () => {
    await stage.fault({ simulator: 'twilio', kind: 'out-of-order', msisdn: ke.own })
    const { id } = await ask()
    await becomes(id, 'delivered')
    await pass(stage, 60_000, 10_000)
    expect((await lastMessage()).state).toBe('delivered')
  })

  it('a report without a good signature is refused, and kept nowhere', async () => {
    const before = (await received('delivery')).length
    await stage.fault({ simulator: 'twilio', kind: 'forged', msisdn: ke.own })
    const { id } = await ask()
    await pass(stage, 60_000, 10_000)
    expect(await ke.rows('messages', { id })).toMatchObject([{ state: 'accepted' }])
    expect(await received('delivery')).toHaveLength(before)
    for (const path of ['delivery', 'inbound']) {
      const answer = await fetch(`${stage.url}/sms/demo-ke/${path}`, {
        method: 'POST',
        headers: { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
        body: new URLSearchParams({ MessageSid: 'SM1', MessageStatus: 'delivered' }),
      })
      expect(answer.status).toBe(403)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
    }
    expect(await received('inbound')).toEqual([])
  })

  it('a lost answer is sent once more, and not again', async () => {
    const before = (await truth('twilio')).length
    await stage.fault({ simulator: 'twilio', kind: 'lost-answer', msisdn: ke.own, times: 5 })
    const { id } = await ask()
    await becomes(id, 'unknown')
    await pass(stage, 3_600_000, 600_000)
    expect(await truth('twilio')).toHaveLength(before + 2)
  })

  it('what she writes is answered, in base64 too, with nothing in the web hook’s own answer', async () => {
    const before = (await truth('twilio')).length
    const empty = { status: 200, said: '<Response/>', sid: expect.any(String) }
    expect(await write('HELP')).toEqual(empty)
    const long = `Habari, naomba msaada wenu kuhusu mkopo wangu tafadhali ${'sana '.repeat(4)}`
    expect(await write(long, { base64: true })).toEqual(empty)
    expect(await truth('twilio')).toHaveLength(before + 2)
    expect((await received('inbound')).map(({ fate }) => fate)).toEqual(['answered', 'answered'])
  })

  it.each([
    ['unsubscribed', 'suppressed'],
    ['stopped-late', 'failed'],
  ])('that she wants nothing is learnt from the gateway too: %s', async (kind, state) => {
    await stage.fault({ simulator: 'twilio', kind, msisdn: ke.own })
    await becomes((await ask()).id, state)
    expect(await suppressed()).toMatchObject([{ msisdn: ke.own, told_by: 'gateway' }])
    await write('UNSTOP')
    expect(await suppressed()).toEqual([])
  })
})

describe('by a line to an SMSC', () => {
  const lines = async (): Promise<number> => {
    const answer = await fetch(`${stage.url}/sim/smsc/${SMSC.systemId}/lines`)
    return ((await answer.json()) as { bound: number }).bound
  }
  const write = async (text: string) => {
    await sim(`/smsc/${SMSC.systemId}/inbound`, { from: ke.own, to: bySmpp.address, text })
    await stage.settle()
  }
  /** Lines are looked after in real time. */
  const until = async (condition: () => Promise<boolean>, withinMs = 20_000) => {
    const end = performance.now() + withinMs
    while (!(await condition())) {
      if (performance.now() > end) throw new Error('not in time')
      await stage.settle()
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  beforeAll(async () => {
    await sendBy(stage, bySmpp)
    await until(async () => (await lines()) === 1)
  })

  it('her receipt goes out and its own receipt, in the other base, tells that she has it', async () => {
    const { id: prompt } = await ask()
    await becomes(prompt, 'delivered')
    const { id } = await ke.request()
    await ke.approve('own')
    await ke.state(id, 'paid')
    const { about, body, ...message } = await lastMessage()
    expect(about).toBe('paid')
    await becomes(message.id, 'delivered')
    expect((await truth('smsc')).at(-1)).toMatchObject({
      text: body,
      from: bySmpp.address,
      coding: 0,
      validity: '000003000000000R',
    })
    expect(await inbox()).toContain(body)
  })

  it('a receipt in its text alone is read', async () => {
    await stage.fault({ simulator: 'smsc', kind: 'text-only', msisdn: ke.own })
    await becomes((await ask()).id, 'delivered')
  })

  it.each([
    ['lost-answer', 2],
    ['cut', 2],
    ['lost-request', 1],
    ['unlisted-status', 1],
  ])('%s: is sent once more, and not again', async (kind, copies) => {
    const before = (await truth('smsc')).length
    await stage.fault({ simulator: 'smsc', kind })
    const { id } = await ask()
    await until(async () => (await lines()) === 1)
    await becomes(id, 'delivered')
    expect(await truth('smsc')).toHaveLength(before + copies)
  })

  it('what she writes is kept once, answered, and acknowledged; hours later the same words are another message', async () => {
    const before = (await received('inbound')).length
    const sent = (await truth('smsc')).length
    await write('HELP')
    await write('HELP')
    expect(await received('inbound')).toHaveLength(before + 1)
    expect(await truth('smsc')).toHaveLength(sent + 1)
    await pass(stage, 3_600_000, 3_600_000)
    await write('HELP')
    expect(await received('inbound')).toHaveLength(before + 2)
    expect(await truth('smsc')).toHaveLength(sent + 2)
  })

  it('keeps no number that may be a PIN', async () => {
    await write('NDIYO 2580')
    // of the row what was sent alone: an id drawn by chance may have these digits
    const kept = JSON.stringify((await received('inbound')).map(({ request }) => request))
    expect(kept).toContain('NDIYO ***')
    expect(kept).not.toMatch(/2580|32353830/)
  })

  it('STOP reaches the list by this way too', async () => {
    await write('Acha!')
    expect((await ask()).state).toBe('suppressed')
    await write('anza')
    await becomes((await ask()).id, 'delivered')
  })

  it('a line that was cut is there again, and what waited at the SMSC comes by it', async () => {
    const before = (await received('inbound')).length
    await sim(`/smsc/${SMSC.systemId}/lines`, {}, 'DELETE')
    await write('BAL')
    await until(async () => (await lines()) === 1)
    await until(async () => (await received('inbound')).length === before + 1)
  })

  it('a second process leaves the messages of the line to the first, and takes it over when that lets go', async () => {
    const { createLines } = await import('../../src/gateway/lines.ts')
    const { deps, callbacks } = stage.house.gateway
    const [{ id } = { id: '' }] = await ke.rows('channels', { kind: 'sms' })
    // the clock leaps in a test, and past the end of a lease: the first renews it
    await until(async () =>
      (await ke.rows('lines')).some(({ held_until }) => (held_until as Date) > stage.clock.now()),
    )
    let elapsed = 0
    const second = createLines({ ...deps, callbacks, elapsed: () => elapsed })
    await second.look()
    expect(second.of(String(id))).toBeUndefined()
    await stage.house.gateway.lines.close()
    expect(await lines()).toBe(0)
    elapsed += 5_000
    await second.look()
    expect(second.of(String(id))).toBeDefined()
    const { id: message, state } = await ask()
    expect(state).toBe('queued')
    await second.close()
    await until(async () => {
      await pass(stage, 1_000, 1_000)
      return (await lines()) === 1
    })
    await becomes(message, 'delivered')
  })

  it('a wrong password is the lender’s own fault: one alarm, and the message waits', async () => {
    await sendBy(stage, { ...bySmpp, config: { ...bySmpp.config, password: 'wrong' } })
    await until(async () => (await lines()) === 0)
    const { id } = await ask()
    await until(async () => {
      await pass(stage, 10_000, 10_000)
      return (await ke.cases()).includes('our-fault')
    })
    await sendBy(stage, bySmpp)
    await until(async () => (await lines()) === 1)
    await becomes(id, 'delivered')
  })
})
