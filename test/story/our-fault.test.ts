import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { expectBooksToAgree } from '../support/books.ts'
import { withoutRoutes } from '../support/connections.ts'
import { addLoans, insideSimulators } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Story, type TenantName } from '../support/story.ts'

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  await withoutRoutes(stage, 'demo-cm')
  await addLoans(stage, 'demo-ke', [{ id: 2 }])
  await addLoans(stage, 'demo-cm', [{ id: 2 }])
})
afterAll(() => stage.close())

/** The provider takes our credentials no more, or again. */
const credentials = (tenant: TenantName, good: boolean): Promise<unknown> =>
  insideSimulators(stage, async db => {
    if (tenant === 'demo-ke')
      return db('sim_mpesa.apps').update({
        consumer_secret: good ? 'demo-consumer-secret' : 'rotated',
        token: null,
      })
    await db('sim_mtn_momo.tokens').delete()
    return db('sim_mtn_momo.api_users').update({
      api_key: good ? 'demo-mtn-api-key-000000000000000' : 'rotated',
    })
  })

const connectionOf = async (story: Story) => (await story.rows('connections', { name: story.connection }))[0]

describe.each(['demo-ke', 'demo-cm'] as const)('credentials that %s refuses', tenant => {
  it('rest the connection with one alarm; nobody is told that anything failed, and all is paid when they are mended', async () => {
    const story = createStory(stage, tenant)
    const amount = tenant === 'demo-ke' ? '10.00' : '10'
    const before = (await story.truth()).length
    const first = String((await story.ask(amount, '1')).body.id)
    await story.approve('own')
    const second = String((await story.ask(amount, '2')).body.id)
    await story.approve('payer')
    await credentials(tenant, false)
    // the phone that pays has heard of it
    await stage.settle()
    const heard = [...(await story.sms(story.own)), ...(await story.sms(story.payer))].length

    await pass(stage, 600_000, 10_000)
    for (const id of [first, second])
      expect(await story.request(id)).toMatchObject({
        state: 'approved',
        transactions: [expect.objectContaining({ state: 'logged' })],
      })
    // Daraja's app is one for all, MTN's products have each their own
    const pausedFor = tenant === 'demo-ke' ? 'credentials' : 'collect:credentials'
    expect(await connectionOf(story)).toMatchObject({ state: 'paused', paused_for: pausedFor })
    expect(await story.cases()).toEqual(['our-fault'])
    expect((await story.truth()).slice(before)).toEqual([])
    expect([...(await story.sms(story.own)), ...(await story.sms(story.payer))]).toHaveLength(heard)

    await credentials(tenant, true)
    await story.change('connections', {}, { state: 'active', paused_for: null, paused_at: null })
    await story.state(first, 'paid', 300_000, 2000)
    await story.state(second, 'paid', 300_000, 2000)
    expect((await story.truth()).slice(before)).toEqual([
      expect.objectContaining({ status: 'succeeded', amount }),
      expect.objectContaining({ status: 'succeeded', amount }),
    ])
    await expectBooksToAgree(stage, tenant)
  })

  it('while a prompt is out: the money is found when they are mended', async () => {
    const story = createStory(stage, tenant)
    const { body } = await story.ask(tenant === 'demo-ke' ? '11.00' : '11')
    await stage.fault({ simulator: story.provider, kind: 'no-callback' })
    await story.approve('own')
    await story.movement(String(body.id), 'pending')
    await credentials(tenant, false)
    await hurry(stage, async () => (await connectionOf(story))?.state === 'paused', 120_000, 'paused')
    const alarms = (await story.cases()).length
    await pass(stage, 120_000, 10_000)
    expect(await story.cases()).toHaveLength(alarms)
    expect((await story.request(String(body.id))).transactions[0]?.state).toBe('pending')
    await credentials(tenant, true)
    await story.change('connections', {}, { state: 'active', paused_for: null, paused_at: null })
    await story.state(String(body.id), 'paid', 300_000, 2000)
    await expectBooksToAgree(stage, tenant)
  })
})

it('two pushes to one phone wait for each other, for it shows one prompt at a time', async () => {
  const story = createStory(stage, 'demo-ke')
  const before = (await story.truth()).length
  const first = String((await story.ask('12.00', '1')).body.id)
  await story.approve('own')
  const second = String((await story.ask('13.00', '2')).body.id)
  await story.approve('own')
  await story.state(first, 'paid')
  await story.state(second, 'paid')
  // the simulator, as Safaricom, refuses a second prompt on a phone that shows one
  expect((await story.truth()).slice(before).map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
  await expectBooksToAgree(stage, 'demo-ke')
})
