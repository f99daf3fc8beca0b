import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { byTwilio, keepForFallback, seedWays } from '../support/sms-ways.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

/** A lender with two ways to a phone: Africa's Talking first, Twilio where that cannot. */

let stage: TestStage
let ke: Story
let amount = 10
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  await pass(stage, 60_000, 60_000)
  await seedWays(stage)
  await keepForFallback(stage, byTwilio)
  ke = createStory(stage, 'demo-ke')
})
afterAll(() => stage.close())
afterEach(async () => {
  await stage.house.simulators?.faults.clear()
})

/** A prompt of another amount: its row, and which gateways have taken its text. */
async function ask(): Promise<{ id: string; row(): Promise<Row>; ways(): Promise<string[]> }> {
  await ke.ask(`${amount++}.00`)
  const rows = await ke.rows('messages')
  const last = rows.sort((a, b) => String(a.id).localeCompare(String(b.id))).at(-1)
  if (last === undefined) throw new Error('no message')
  const row = async () => (await ke.rows('messages', { id: last.id }))[0] ?? {}
  const at = async (path: string, name: string) =>
    (await stage.get(`${path}?limit=1000&to=${encodeURIComponent(ke.own)}`)).data.flatMap(({ text }) =>
      text === last.body ? [name] : [],
    )
  return {
    id: String(last.id),
    row,
    ways: async () => [...(await at('/sim/sms', 'first')), ...(await at('/sim/twilio/messages', 'second'))],
  }
}
const fault = (simulator: 'sms' | 'twilio', kind: string, times = 1) =>
  stage.fault({ simulator, kind, msisdn: ke.own, times })

it('goes by the first while that can', async () => {
  const { row, ways } = await ask()
  await pass(stage, 60_000, 10_000)
  expect(await ways()).toEqual(['first'])
  expect((await row()).state).toBe('delivered')
})

it.each(['gateway-error', 'risk-hold', 'could-not-route', 'insufficient-balance'])(
  'goes by the second at once where the first says %s',
  async kind => {
    await fault('sms', kind)
    const { row, ways } = await ask()
    expect(await ways()).toEqual(['second'])
    await pass(stage, 60_000, 10_000)
    expect((await row()).state).toBe('delivered')
  },
)

it('and a fault of the lender’s own is an alarm all the same', async () => {
  expect(await ke.cases()).toEqual(['our-fault'])
})

it('goes by the second where the first’s answer was lost, and by none a third time', async () => {
  await fault('sms', 'lost-answer', 5)
  await fault('twilio', 'lost-answer', 5)
  const { row, ways } = await ask()
  await pass(stage, 3_600_000, 60_000)
  expect(await ways()).toEqual(['first', 'second'])
  expect((await row()).state).toBe('unknown')
})

it('comes back to the first where neither can just now', async () => {
  await fault('sms', 'gateway-error')
  await fault('twilio', 'queue-full')
  const { row, ways } = await ask()
  expect(await ways()).toEqual([])
  await pass(stage, 120_000, 10_000)
  expect(await ways()).toEqual(['first'])
  expect((await row()).state).toBe('delivered')
})

describe('where the first has taken it and tells nothing', () => {
  const report = async (id: unknown, status: string) => {
    const told = new URLSearchParams({ id: String(id), status })
    await fetch(`${stage.url}/sms/demo-ke/delivery`, { method: 'POST', body: told })
    await stage.settle()
  }
  async function silent(secondToo: boolean) {
    await fault('sms', 'no-callback')
    if (secondToo) await fault('twilio', 'no-callback')
    const message = await ask()
    return { ...message, first: (await message.row()).provider_id }
  }

  it('it goes by no other where the lender has no rule for that', async () => {
    const { row, ways } = await silent(false)
    await pass(stage, 3_600_000, 600_000)
    expect(await ways()).toEqual(['first'])
    expect(await row()).toMatchObject({ state: 'accepted', due_at: null })
  })

  it('it goes by the second once, after so many minutes; a late no changes nothing, a late yes does', async () => {
    await stage.house.db.asTenant('demo-ke', trx =>
      trx('tenants')
        .where({ id: 'demo-ke' })
        .update({ settings: trx.raw(`settings || '{"sms":{"unheardMinutes":15}}'::jsonb`) }),
    )
    stage.house.gateway.deps.tenants.forget('demo-ke')
    const { row, ways, first } = await silent(true)
    await pass(stage, 14 * 60_000, 60_000)
    expect(await ways()).toEqual(['first'])
    await pass(stage, 120_000, 60_000)
    expect(await ways()).toEqual(['first', 'second'])
    await report(first, 'Failed')
    expect((await row()).state).toBe('accepted')
    await pass(stage, 3_600_000, 600_000)
    expect(await ways()).toEqual(['first', 'second'])
    await report(first, 'Success')
    expect((await row()).state).toBe('delivered')
  })

  it('what the second delivered stays delivered', async () => {
    const { row, first } = await silent(false)
    await pass(stage, 17 * 60_000, 60_000)
    expect((await row()).state).toBe('delivered')
    await report(first, 'Failed')
    expect((await row()).state).toBe('delivered')
  })
})

it('never goes by the second where she wants no messages', async () => {
  await fault('sms', 'user-in-blacklist')
  const { row, ways } = await ask()
  await pass(stage, 3_600_000, 600_000)
  expect(await ways()).toEqual([])
  expect((await row()).state).toBe('suppressed')
})
