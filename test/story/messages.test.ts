import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  await pass(stage, 60_000, 60_000)
  ke = createStory(stage, 'demo-ke')
})
afterAll(() => stage.close())

const lastMessage = async (): Promise<Row> => {
  const rows = await ke.rows('messages')
  const last = rows.sort((a, b) => String(a.id).localeCompare(String(b.id))).at(-1)
  if (last === undefined) throw new Error('no message')
  return last
}

describe('a message', () => {
  it.each([
    { kind: 'lost-answer', copies: 2 },
    { kind: 'lost-request', copies: 1 },
    { kind: 'server-error', copies: 1 },
  ])('$kind: is sent once more, and not again', async ({ kind, copies }) => {
    const before = (await ke.sms(ke.own)).length
    await stage.fault({ simulator: 'sms', kind, msisdn: ke.own })
    await ke.ask('10.00')
    await pass(stage, 3_600_000, 60_000)
    expect(await ke.sms(ke.own)).toHaveLength(before + copies)
    expect((await lastMessage()).state).toBe('delivered')
  })

  it('whose answers are all lost goes out twice, and rests', async () => {
    const before = (await ke.sms(ke.own)).length
    await stage.fault({ simulator: 'sms', kind: 'lost-answer', msisdn: ke.own, times: 5 })
    await ke.ask('11.00')
    await pass(stage, 7_200_000, 60_000)
    expect(await ke.sms(ke.own)).toHaveLength(before + 2)
    expect(await lastMessage()).toMatchObject({ state: 'unknown', due_at: null })
    await stage.house.simulators?.faults.clear()
  })

  it('waits while the lender’s own account is at fault, with one alarm, and goes out when it is mended', async () => {
    const before = (await ke.sms(ke.own)).length
    await stage.fault({ simulator: 'sms', kind: 'insufficient-balance', msisdn: ke.own, times: 6 })
    await ke.ask('12.00')
    await ke.ask('13.00')
    await pass(stage, 3_600_000, 60_000)
    expect(await ke.sms(ke.own)).toHaveLength(before + 2)
    expect(await ke.cases()).toEqual(['our-fault'])
  })

  it('to a number that wants none is suppressed, until she wants it again', async () => {
    await stage.fault({ simulator: 'sms', kind: 'user-in-blacklist', msisdn: ke.own })
    for (const amount of ['14.00', '14.50']) {
      await ke.ask(amount)
      expect((await lastMessage()).state).toBe('suppressed')
    }
    const start = { id: 'in-start', from: ke.own, to: 'UMOJA', text: 'Start', date: '2026-03-05 08:00:00' }
    await fetch(`${stage.url}/sms/demo-ke/inbound`, { method: 'POST', body: new URLSearchParams(start) })
    await stage.settle()
    expect(await ke.rows('suppressions', { lifted_at: null })).toEqual([])
    await stage.fault({ simulator: 'sms', kind: 'do-not-disturb', msisdn: ke.own })
    await ke.ask('14.60')
    expect((await lastMessage()).state).toBe('suppressed')
    expect(await ke.rows('suppressions', { lifted_at: null })).toEqual([])
  })

  it('that is stale is not sent any more', async () => {
    await stage.fault({ simulator: 'sms', kind: 'gateway-error', msisdn: ke.own, times: 10_000 })
    const before = (await ke.sms(ke.own)).length
    await ke.ask('17.00')
    await pass(stage, 26 * 3_600_000, 900_000)
    await stage.house.simulators?.faults.clear()
    await pass(stage, 3_600_000, 600_000)
    const prompts = (await ke.sms(ke.own)).slice(before).filter(text => text.includes('KES 17 '))
    expect(prompts).toEqual([])
    const states = (await ke.rows('messages')).filter(({ body }) => String(body).includes('KES 17 '))
    expect(states.map(({ state }) => state)).toEqual(['expired'])
  })
})

describe('news of her money that does not reach her', () => {
  const untold = (state: string) => ke.rows('cases', { kind: 'not-told', state })

  it('is shown to a person with its text, and no more when it arrives after all', async () => {
    await stage.fault({ simulator: 'sms', kind: 'undelivered', msisdn: ke.own })
    await ke.ask('18.00')
    expect(await untold('open')).toEqual([])
    const id = (await ke.request()).id
    await stage.fault({ simulator: 'sms', kind: 'undelivered', msisdn: ke.own })
    await ke.approve('own')
    await ke.state(id, 'paid')
    await pass(stage, 60_000, 10_000)
    const last = await lastMessage()
    expect(last).toMatchObject({ state: 'failed', about: 'paid' })
    expect(await untold('open')).toMatchObject([
      { subject_id: last.id, detail: { message: 'paid', phone: ke.own, text: last.body } },
    ])
    const report = new URLSearchParams({ id: String(last.provider_id), status: 'Success' })
    await fetch(`${stage.url}/sms/demo-ke/delivery`, { method: 'POST', body: report })
    await pass(stage, 60_000, 10_000)
    expect(await untold('open')).toEqual([])
    expect(await untold('settled')).toHaveLength(1)
  })

  it('is tried until its validity ends, and then shown', async () => {
    await ke.ask('19.00')
    const id = (await ke.request()).id
    await stage.fault({ simulator: 'sms', kind: 'gateway-error', msisdn: ke.own, times: 10_000 })
    await ke.approve('own')
    await ke.state(id, 'paid')
    await pass(stage, 71 * 3_600_000, 6 * 3_600_000)
    expect(await untold('open')).toEqual([])
    await pass(stage, 2 * 3_600_000, 1_800_000)
    expect(await untold('open')).toMatchObject([{ detail: { message: 'paid' } }])
    await stage.house.simulators?.faults.clear()
  })
})

it('an opt-out at the operator keeps prompts from her, each time that she says so', async () => {
  const post = async (path: string, form: Record<string, string>) => {
    await fetch(`${stage.url}/sms/demo-ke/${path}`, { method: 'POST', body: new URLSearchParams(form) })
    await stage.settle()
  }
  const told = () => ke.rows('suppressions', { lifted_at: null })
  for (const id of ['start-1', 'start-2']) {
    await post('optout', { senderId: 'UMOJA', phoneNumber: ke.own })
    expect(await told()).toMatchObject([{ msisdn: ke.own, told_by: 'her' }])
    await post('inbound', { id, from: ke.own, to: 'UMOJA', text: 'START' })
    expect(await told()).toEqual([])
    await pass(stage, 3_600_000, 3_600_000)
  }
})
