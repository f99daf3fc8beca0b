import { afterAll, beforeAll } from '@jest/globals'
import twilio from 'twilio'
import { type SmsWayCase, smsWayContract } from '../contract/sms-channel.ts'
import { bySmpp, byTwilio, SMSC, seedWays, sendBy, TWILIO } from '../support/sms-ways.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Story } from '../support/story.ts'

/** Every SMS gateway, the same cases: what differs is how a gateway tells, never what becomes of a message. */

let stage: TestStage
let ke: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  await pass(stage, 60_000, 60_000)
  await seedWays(stage)
  ke = createStory(stage, 'demo-ke')
})
afterAll(() => stage.close())

const own = () => encodeURIComponent(ke.own)
const copies = async (path: string): Promise<number> =>
  (await stage.get(`${path}?limit=1000&to=${own()}`)).data.length

async function post(path: string, fields: Record<string, string>, headers = {}): Promise<number> {
  const body = new URLSearchParams(fields)
  const { status } = await fetch(`${stage.url}/sms/${path}`, { method: 'POST', headers, body })
  await stage.settle()
  return status
}

const shared = { stage: () => stage, story: () => ke }

const africastalking: SmsWayCase = {
  ...shared,
  name: 'Africa’s Talking',
  simulator: 'sms',
  begin: () => Promise.resolve(),
  faults: { refusedForGood: 'could-not-route', refusedForNow: 'gateway-error', throttled: 'risk-hold' },
  taken: () => copies('/sim/sms'),
  async report(id, word) {
    const status = { sent: 'Sent', delivered: 'Success', failed: 'Failed' }[word]
    await post('demo-ke/delivery', { id, status })
  },
  async write(id, text, from = ke.own) {
    await post('demo-ke/inbound', { id, from, to: 'UMOJA', text, date: '2026-03-05 08:00:00' })
  },
  // nothing is signed there: the address is the proof, and another one is nobody's
  forge: id => post('demo-kx/delivery', { id, status: 'Success' }),
  forged: 404,
  nobodys: 'ATXid_nobody',
}

/** Signed as the SDK signs. */
const signed = (path: string, fields: Record<string, string>, token = TWILIO.authToken): Promise<number> =>
  post(path, fields, {
    'x-twilio-signature': twilio.getExpectedTwilioSignature(token, `${stage.url}/sms/${path}`, fields),
  })

const byTwilioToo: SmsWayCase = {
  ...shared,
  name: 'Twilio',
  simulator: 'twilio',
  begin: () => sendBy(stage, byTwilio),
  faults: { refusedForGood: 'not-mobile', refusedForNow: 'queue-full', throttled: 'too-many-calls' },
  taken: () => copies('/sim/twilio/messages'),
  async report(id, word) {
    const status = { sent: 'sent', delivered: 'delivered', failed: 'undelivered' }[word]
    await signed('demo-ke/delivery', { MessageSid: id, MessageStatus: status, To: ke.own })
  },
  async write(id, text, from = ke.own) {
    const sid = `SM${Buffer.from(id).toString('hex').padStart(32, '0').slice(-32)}`
    await signed('demo-ke/inbound', { MessageSid: sid, From: from, To: byTwilio.address, Body: text })
  },
  forge: id => signed('demo-ke/delivery', { MessageSid: id, MessageStatus: 'delivered' }, 'another token'),
  forged: 403,
  nobodys: `SM${'f'.repeat(32)}`,
}

const bySmppToo: SmsWayCase = {
  ...shared,
  name: 'a line to an SMSC',
  simulator: 'smsc',
  async begin() {
    await sendBy(stage, bySmpp)
    const bound = async () => {
      const answer = await fetch(`${stage.url}/sim/smsc/${SMSC.systemId}/lines`)
      return ((await answer.json()) as { bound: number }).bound
    }
    // lines are looked after in real time
    const end = performance.now() + 20_000
    while ((await bound()) === 0) {
      if (performance.now() > end) throw new Error('no line in time')
      await stage.settle()
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  },
  faults: { refusedForGood: 'bad-destination', refusedForNow: 'system-error', throttled: 'throttled' },
  taken: () => copies('/sim/smsc/messages'),
  async report(id, word) {
    const stat = { sent: 'ENROUTE', delivered: 'DELIVRD', failed: 'UNDELIV' }[word]
    const text = `id:${Number.parseInt(id, 16)} sub:001 dlvrd:001 submit date:2603050800 done date:2603050801 stat:${stat} err:000 text:x`
    const [channel] = await ke.rows('channels', { kind: 'sms' })
    await stage.house.gateway.callbacks.keep(
      { sourceId: String(channel?.id), tenantId: 'demo-ke', kind: 'delivery' },
      {
        ...{ method: 'DELIVER_SM', headers: { 'content-type': 'application/json' }, query: {} },
        body: JSON.stringify({ from: ke.own.slice(1), to: '22384', esmClass: 4, coding: 0, text }),
        from: '127.0.0.1',
      },
    )
    await stage.settle()
  },
  // it names no message: the same words within some hours are the same one
  async write(_, text, from = ke.own) {
    const to = bySmpp.address
    await fetch(`${stage.url}/sim/smsc/${SMSC.systemId}/inbound`, {
      method: 'POST',
      body: JSON.stringify({ from, to, text }),
    })
    await stage.settle()
  },
  // only its line counts: a web hook in its name is kept, and nobody can read it
  forge: id => post('demo-ke/delivery', { id, stat: 'DELIVRD' }),
  forged: 200,
  nobodys: 'ffffff',
}

for (const way of [africastalking, byTwilioToo, bySmppToo]) smsWayContract(way)
