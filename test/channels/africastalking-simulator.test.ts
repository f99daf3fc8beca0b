import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type AfricasTalkingConfig, africastalkingSms } from '../../src/channels/africastalking/index.ts'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Tools } from '../../src/domain/outside.ts'
import { createStage, type Stage } from '../simulators/support.ts'

const AMINA = '+254700000001' as Msisdn

let stage: Stage
let config: AfricasTalkingConfig
const tools: Tools = {
  http: () => Promise.reject(new Error('the SDK has its own')),
  tokens: { get: () => Promise.reject(new Error('no tokens here')), drop() {} },
  now: () => new Date(),
}

beforeAll(async () => {
  stage = await createStage()
  await stage.simulators.seed({
    sms: {
      accounts: [
        {
          username: 'hatua',
          apiKey: 'at-key',
          senders: ['HATUA'],
          deliveryUrl: `${stage.listener.url}/delivery`,
        },
      ],
    },
  })
  config = africastalkingSms.config({
    baseUrl: `${stage.url}/africastalking`,
    username: 'hatua',
    apiKey: 'at-key',
    from: 'HATUA',
    callMs: 2_000,
  })
})
afterAll(() => stage.close())

const send = (change: Partial<AfricasTalkingConfig> = {}, text = 'Leo KES 1,500') =>
  africastalkingSms.send(
    { to: AMINA, text, validForMs: 3_600_000, about: 'prompt', language: 'en', deliveryUrl: '' },
    { ...config, ...change },
    tools,
  )

it('sends, and reads the reports of delivery in their order', async () => {
  const sent = await send()
  expect(sent).toMatchObject({ kind: 'accepted', providerId: expect.stringMatching(/^ATXid_/), parts: 1 })
  await stage.pass(60)
  const reports = stage.listener.heard.map(({ method, body }) =>
    africastalkingSms.readDelivery({ method, headers: {}, query: {}, body, from: '127.0.0.1' }, config),
  )
  expect(reports.map(report => ('word' in report ? report.word : report.why))).toEqual(['sent', 'delivered'])
  expect(reports[0]).toMatchObject({
    phone: AMINA,
    providerId: sent.kind === 'accepted' ? sent.providerId : '?',
  })
})

it('does not know what a lost answer hid', async () => {
  await stage.script({ simulator: 'sms', kind: 'lost-answer' })
  expect((await send()).kind).toBe('unknown')
})

it('tells our faults from hers', async () => {
  expect(await send({ from: 'NOBODY' })).toEqual({ kind: 'our-fault', why: 'InvalidSenderId' })
  expect(await send({ apiKey: 'wrong' })).toEqual({ kind: 'our-fault', why: 'credentials refused' })
  await stage.script({ simulator: 'sms', kind: 'user-in-blacklist' })
  expect(await send()).toMatchObject({ kind: 'refused', why: 'suppressed' })
})
