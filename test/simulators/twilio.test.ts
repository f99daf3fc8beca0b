import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import twilio from 'twilio'
import { createStage, type Screen, type Stage } from './support.ts'

/** The SDK itself is the caller, and its own check the judge of what is signed. */

const AMINA = '+254700000001'
const live = { accountSid: `AC${'0'.repeat(31)}1`, authToken: 'live-token' }
const test = { accountSid: `AC${'0'.repeat(31)}2`, authToken: 'test-token' }
const service = `MG${'0'.repeat(32)}`

let stage: Stage
let hook: string
beforeAll(async () => {
  stage = await createStage()
  hook = `${stage.listener.url}/status?tenant=a b`
  await stage.simulators.seed({
    twilio: {
      accounts: [
        { ...live, senders: ['+254711000000'], services: [service], inboundUrl: `${stage.listener.url}/sms` },
        { ...test, senders: [], test: true },
      ],
    },
  })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.pass(60)
  stage.listener.heard.length = 0
})

type Wanted = Parameters<ReturnType<typeof twilio>['messages']['create']>[0]
async function create(change: Partial<Wanted> = {}, { accountSid, authToken } = live) {
  const client = twilio(accountSid, authToken, { env: {} })
  client.api.baseUrl = `${stage.url}/twilio`
  return client.messages.create({ to: AMINA, from: '+254711000000', body: 'Paid 1500', ...change })
}
const code = async (change: Partial<Wanted>, account = live): Promise<number | undefined> => {
  try {
    await create(change, account)
    return undefined
  } catch (error) {
    return (error as { code?: number }).code
  }
}

it('takes a message, tells of it by signed web hooks, and shows it on the phone', async () => {
  const message = await create({ statusCallback: hook, body: 'a'.repeat(161) })
  expect(message).toMatchObject({
    status: 'queued',
    numSegments: '2',
    to: AMINA,
    accountSid: live.accountSid,
  })
  await stage.pass(5)
  const told = stage.listener.heard.map(({ headers, body }) => {
    const fields = Object.fromEntries(new URLSearchParams(body))
    const signature = String(headers['x-twilio-signature'])
    expect(twilio.validateRequest(live.authToken, signature, hook, fields)).toBe(true)
    expect(twilio.validateRequest('another', signature, hook, fields)).toBe(false)
    return [fields.MessageSid, fields.MessageStatus]
  })
  expect(told).toEqual([
    [message.sid, 'sent'],
    [message.sid, 'delivered'],
  ])
  const screen = await stage.json<Screen>(`/phones/${encodeURIComponent(AMINA)}/screen`)
  expect(screen.sms.map(({ text }) => text)).toContain('a'.repeat(161))
})

it('is as strict as the vendor', async () => {
  const bad: readonly (readonly [Partial<Wanted>, number])[] = [
    [{ to: '0700000001' }, 21211],
    [{ from: '+254799999999' }, 21606],
    [{ body: '' }, 21602],
    [{ body: 'a'.repeat(1601) }, 21617],
    [{ statusCallback: 'nowhere' }, 21609],
    [{ messagingServiceSid: `MG${'1'.repeat(32)}` }, 21701],
    [{ validityPeriod: 36_001 }, 20001],
    [{ validityPeriod: 0 }, 20001],
  ]
  for (const [change, expected] of bad) expect([change, await code(change)]).toEqual([change, expected])
  expect(await code({}, { ...live, authToken: 'wrong' })).toBe(20003)
  expect(await create({ messagingServiceSid: service })).toMatchObject({
    status: 'accepted',
    numSegments: '0',
  })
})

/** Source: twilio.com/docs/iam/test-credentials. */
it('knows the magic numbers of test credentials, and sends nothing for them', async () => {
  const good = { from: '+15005550006', to: '+14108675310' }
  const numbers: readonly (readonly [Partial<Wanted>, number | undefined])[] = [
    [{}, undefined],
    [{ from: '+15005550001' }, 21212],
    [{ from: '+15005550007' }, 21606],
    [{ from: '+15005550008' }, 21611],
    [{ from: '+254711000000' }, 21606],
    [{ to: '+15005550001' }, 21211],
    [{ to: '+15005550002' }, 21612],
    [{ to: '+15005550003' }, 21408],
    [{ to: '+15005550004' }, 21610],
    [{ to: '+15005550009' }, 21614],
  ]
  for (const [change, expected] of numbers)
    expect([change, await code({ ...good, ...change }, test)]).toEqual([change, expected])
  await create({ ...good, statusCallback: hook }, test)
  await stage.pass(60)
  expect(stage.listener.heard).toEqual([])
})

it('keeps whoever says STOP from its messages until she says START', async () => {
  const write = (body: string) =>
    stage.call(`/twilio/${live.accountSid}/inbound`, {
      method: 'POST',
      body: JSON.stringify({ from: AMINA, to: '+254711000000', body }),
    })
  await write('Stop')
  expect(await code({})).toBe(21610)
  // the listener answers with nothing, which is no TwiML
  expect(await (await write('START')).json()).toMatchObject({ status: 200, error: 12300 })
  expect(await code({})).toBeUndefined()
  const fields = Object.fromEntries(new URLSearchParams(stage.listener.heard[0]?.body))
  expect(fields).toMatchObject({ From: AMINA, Body: 'Stop', SmsStatus: 'received' })
})
