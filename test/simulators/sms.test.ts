import { createRequire } from 'node:module'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createStage, type Screen, type Stage } from './support.ts'

const AMINA = '+254700000001'

type Answer = { SMSMessageData: { Message: string; Recipients: Record<string, unknown>[] } }

let stage: Stage

beforeAll(async () => {
  stage = await createStage()
  await stage.simulators.seed({
    sms: {
      accounts: [
        {
          username: 'lender',
          apiKey: 'at-key',
          senders: ['LENDER'],
          deliveryUrl: `${stage.listener.url}/dlr`,
        },
      ],
    },
  })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.pass(60)
  stage.listener.heard.length = 0
})

const post = (fields: Record<string, string>, key = 'at-key') =>
  stage.call('/africastalking/version1/messaging', {
    method: 'POST',
    headers: { apiKey: key, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      username: 'lender',
      to: AMINA,
      message: 'You have paid',
      from: 'LENDER',
      bulkSMSMode: '1',
      ...fields,
    }).toString(),
  })

async function send(fields: Record<string, string> = {}) {
  const answer = await post(fields)
  const { SMSMessageData } = (await answer.json()) as Answer
  return { status: answer.status, said: SMSMessageData.Message, recipients: SMSMessageData.Recipients }
}

const reports = () => stage.listener.heard.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))

describe('a message', () => {
  it('is taken with 201, kept, and reported as sent, then as delivered', async () => {
    const { status, said, recipients } = await send({ message: 'Paid 1500' })
    expect(status).toBe(201)
    expect(said).toBe('Sent to 1/1 Total Cost: KES 0.8000 Message parts: 1')
    expect(recipients).toEqual([
      {
        cost: 'KES 0.8000',
        messageId: expect.stringMatching(/^ATXid_/),
        number: AMINA,
        status: 'Success',
        statusCode: 102,
      },
    ])
    await stage.pass(5)
    const id = recipients[0]?.messageId
    const report = { id, phoneNumber: AMINA, networkCode: '63902' }
    expect(reports()).toEqual([
      { ...report, status: 'Sent' },
      { ...report, status: 'Success' },
    ])
    // A plus sign that a query string has turned into a blank.
    expect(await stage.json(`/sms?to=${AMINA}`)).toMatchObject({
      data: [{ to: AMINA, from: 'LENDER', text: 'Paid 1500', at: expect.stringMatching(/Z$/) }],
      next: null,
    })
  })

  it('is sent at once with enqueue=0, and counts its parts', async () => {
    const { said, recipients } = await send({ enqueue: '0', message: 'x'.repeat(161) })
    expect(recipients[0]?.statusCode).toBe(101)
    expect(said).toMatch(/KES 1\.6000 Message parts: 2$/)
    expect((await send({ message: `ê${'x'.repeat(70)}` })).said).toMatch(/parts: 2$/)
  })

  it('is not sent from a foreign sender, though the status is 201', async () => {
    expect(await send({ from: 'OTHER' })).toEqual({ status: 201, said: 'InvalidSenderId', recipients: [] })
  })

  it('is taken from the official SDK as it is', async () => {
    const require = createRequire(import.meta.url)
    const constants: { SMS_URL: string } = require('africastalking/lib/common')
    constants.SMS_URL = `${stage.url}/africastalking/version1/messaging`
    const sdk: { SMS: { send(message: object): Promise<Answer> } } = require('africastalking')({
      username: 'lender',
      apiKey: 'at-key',
    })
    const { SMSMessageData } = await sdk.SMS.send({ to: [AMINA], message: 'Hello', senderId: 'LENDER' })
    expect(SMSMessageData.Recipients).toEqual([expect.objectContaining({ number: AMINA, statusCode: 102 })])
  })

  it('needs the right key, and says so in plain text', async () => {
    const answer = await post({}, 'wrong')
    expect([answer.status, await answer.text()]).toEqual([401, 'The supplied authentication is invalid'])
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
  })

  it('does not reach a number on the blacklist, nor one without a plus sign', async () => {
    await stage.call('/sms/blacklist/254700000009', { method: 'PUT' })
    const { said, recipients } = await send({ to: '+254700000009,254700000001' })
    expect(said).toBe('Sent to 0/2 Total Cost: 0 Message parts: 1')
    expect(recipients).toEqual([
      { cost: '0', messageId: 'None', number: '+254700000009', status: 'UserInBlacklist', statusCode: 406 },
      { cost: '0', messageId: 'None', number: '254700000001', status: 'InvalidPhoneNumber', statusCode: 403 },
    ])
    await stage.pass(5)
    expect(reports()).toEqual([])
    expect(await stage.json('/sms?to=254700000009')).toMatchObject({ data: [] })
  })

  it('may be reported twice, too early, as failed, or never', async () => {
    const told = async (kind: string) => {
      stage.listener.heard.length = 0
      await stage.script({ simulator: 'sms', kind })
      await send()
      const early = reports().length
      await stage.pass(5)
      return [early, ...reports().map(({ status }) => status)]
    }
    expect(await told('duplicate-callback')).toEqual([0, 'Sent', 'Success', 'Success'])
    expect(await told('callback-first')).toEqual([2, 'Sent', 'Success'])
    expect(await told('undelivered')).toEqual([0, 'Sent', 'Failed'])
    expect(await told('no-callback')).toEqual([0])
  })
})

describe('a phone', () => {
  it('shows what has come since it was last looked at', async () => {
    const attached = await stage.call(`/phones/${AMINA}/attach`, { method: 'POST' })
    const { next } = (await attached.json()) as { next: string }
    await send({ message: 'first' })
    const screen = await stage.json<Screen>(`/phones/${AMINA}/screen?since=${next}`)
    expect(screen.sms.map(({ text }) => text)).toEqual(['first'])
    await send({ message: 'second' })
    const later = await stage.json<Screen>(`/phones/${AMINA}/screen?since=${screen.next}`)
    expect(later.sms.map(({ text }) => text)).toEqual(['second'])
  })
})
