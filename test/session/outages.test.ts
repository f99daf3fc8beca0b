import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { openStage, type Stage } from '../../src/commands/stage.ts'
import { createTestDatabase, type TestDatabase, testRedisUrl } from '../support/database.ts'
import { openProxy, type ServerProxy } from '../support/proxy.ts'
import { startRedis } from '../support/redis.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { postHop, rowOf, rowsOf } from '../support/ussd.ts'

/** What the strictest gateway waits for an answer. */
const GATEWAY_MS = 7000

/** A hop, and how long it took. */
async function timed(stage: Pick<Stage, 'url'>, session: string, text: string) {
  const began = performance.now()
  const answer = await postHop(stage, { session, text })
  return { answer, ms: performance.now() - began }
}

describe('with Redis gone', () => {
  it('a hop gets a sentence, and what was decided stands', async () => {
    const redis = await startRedis()
    const stage = await openTestStage({ redisUrl: redis.url })
    try {
      await stage.settle()
      for (const text of ['', '1', '1*1']) await postHop(stage, { session: 'ATUid_r', text })
      await redis.stop()
      const { answer, ms } = await timed(stage, 'ATUid_r', '1*1*2580')
      expect(answer).toMatch(/^END Sorry, .*\+254709000111/)
      expect(ms).toBeLessThan(GATEWAY_MS)
      expect((await timed(stage, 'ATUid_r2', '')).answer).toMatch(/^END Sorry/)
      expect(await rowOf(stage, 'select state from collection_requests')).toEqual({ state: 'asked' })
    } finally {
      await redis.stop()
      await stage.close()
    }
  })
})

describe('with Postgres gone', () => {
  let database: TestDatabase
  let proxy: ServerProxy
  let stage: Stage
  beforeAll(async () => {
    database = await createTestDatabase()
    proxy = await openProxy(database.url)
    stage = await openStage({ databaseUrl: proxy.url, redisUrl: testRedisUrl() })
    await stage.settle()
  })
  afterAll(async () => {
    proxy.mend()
    await stage.close()
    await proxy.close()
    await database.drop()
  })
  afterEach(() => {
    proxy.mend()
    // what one test leaves open is not gone on with by the next
    stage.clock.advance(4 * 60_000)
  })

  const ready = async () => (await fetch(`${stage.url}/readyz`)).status

  it.each(['cut', 'freeze'] as const)(
    'by a %s, the phone hears a sentence in time, and goes on when it is back',
    async how => {
      const session = `ATUid_${how}`
      await postHop(stage, { session, text: '' })
      // what is known of the tenant is old by now, and must still do
      stage.clock.advance(60_000)
      proxy[how]()
      expect(await ready()).toBe(503)
      const menu = await timed(stage, session, '0')
      expect(menu.answer).toContain('1 Pay my loan')
      expect(menu.ms).toBeLessThan(GATEWAY_MS)
      const first = await timed(stage, `${session}_2`, '')
      expect(first.answer).toMatch(/^END Sorry/)
      expect(first.ms).toBeLessThan(GATEWAY_MS)
      // of this tenant nothing is known yet, not even its language
      const unseen = await postHop(stage, { session, text: '', tenant: 'demo-cm' })
      expect(unseen).toMatch(/^END Sorry, .* in a few minutes\.$/)

      proxy.mend()
      await until(async () => (await ready()) === 200)
      expect(await postHop(stage, { session, text: '0*5' })).toContain('0 Back')
      stage.clock.advance(4 * 60_000)
      expect(await postHop(stage, { session: `${session}_3`, text: '' })).toContain('1 Pay now')
    },
  )

  it('in the moment of approving, she hears to wait or that it failed; never that it is done', async () => {
    const session = 'ATUid_deciding'
    for (const text of ['', '1', '1*1']) await postHop(stage, { session, text })
    stage.clock.advance(60_000)
    proxy.freeze()
    const { answer, ms } = await timed(stage, session, '1*1*2580')
    expect(answer).toMatch(/^END (Sorry|We are not sure)/)
    expect(ms).toBeLessThan(GATEWAY_MS)
    proxy.mend()
    await until(async () => (await ready()) === 200)
    expect(await rowsOf(stage, 'select id from transactions')).toEqual([])
    expect(await postHop(stage, { session, text: '1*1*2580' })).toMatch(/^END (Sorry|We are not sure)/)
  })
})

describe('with Fineract', () => {
  let stage: TestStage
  beforeAll(async () => {
    stage = await openTestStage()
    await stage.settle()
  })
  afterAll(() => stage.close())

  const controls = (settings: object) =>
    fetch(`${stage.url}/sim/fineract/demo-ke/controls`, { method: 'POST', body: JSON.stringify(settings) })

  it('slow, she chooses her wallet for the amount that is known', async () => {
    await stage.fault({ simulator: 'fineract', kind: 'query-slow', times: 20 })
    const phone = stage.phone('demo-ke')
    expect((await phone.dial()).text).toContain('1 Pay now')
    const wallets = await phone.answer('1')
    expect(wallets.text).toContain('Pay KES 1,300 with:')
    expect(wallets.elapsedMs).toBeLessThan(GATEWAY_MS)
    await phone.drop()
    await stage.house.simulators?.faults.clear()
  })

  it('gone, she pays all the same, and it is booked when Fineract is back', async () => {
    await controls({ down: true })
    const phone = stage.phone('demo-ke')
    await phone.dial()
    await phone.answer('1')
    await phone.answer('1')
    expect((await phone.answer('2580')).kind).toBe('END')
    const state = async () => (await rowOf(stage, 'select state from transactions')).state
    await stage.until(async () => (await state()) === 'confirmed', 15_000, 'the provider confirms')
    await stage.pass(5000)
    expect(await state()).toBe('confirmed')
    // a list that only Fineract has is not to be had just now
    await phone.dial()
    await phone.answer('2')
    expect(await phone.answer('2580')).toMatchObject({ kind: 'END', text: expect.stringMatching(/^Sorry/) })
    await controls({ down: false })
    await stage.until(async () => (await state()) === 'booked', 600_000, 'it is booked')
  })

  it('gone, a phone that only it knows is told so politely', async () => {
    await controls({ down: true })
    expect(await stage.phone('demo-ke', '+254700000099').dial()).toMatchObject({
      kind: 'END',
      text: expect.stringMatching(/^Sorry/),
    })
    await controls({ down: false })
  })
})

/** Waits for the world outside the virtual clock: a server that comes back. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!(await condition())) if (performance.now() > deadline) throw new Error('it did not come back')
}
