import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { seedDemo } from '../../src/commands/seed-demo.ts'
import { createVirtualClock } from '../../src/domain/virtual-clock.ts'
import { createApp } from '../../src/http/app.ts'
import { createHouse, createLog, type House } from '../../src/main.ts'
import { createSessionHost } from '../../src/session/turn.ts'
import { MAX_OFFSET_MS, openClock } from '../../src/store/clock.ts'
import { createMemorySessions } from '../../src/store/sessions.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createClient, openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory } from '../support/story.ts'

type Told = { readonly now: string; readonly offset: string }
type Answer = {
  readonly status: number
  readonly type: string | null
  readonly body: Record<string, unknown>
}

const HOUR_MS = 3_600_000
const WITHIN_MS = 10_000

async function post(url: string, body: string): Promise<Answer> {
  const answer = await fetch(`${url}/sim/clock`, { method: 'POST', body })
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: (await answer.json()) as Record<string, unknown>,
  }
}

const advance = (url: string, duration: string): Promise<Answer> =>
  post(url, JSON.stringify({ advance: duration }))
const told = async (url: string): Promise<Told> => (await (await fetch(`${url}/sim/clock`)).json()) as Told

describe('the time machine', () => {
  describe('on a stage', () => {
    let stage: TestStage
    beforeAll(async () => {
      stage = await openTestStage()
    })
    afterAll(() => stage.close())

    /** Seconds pass by the time machine alone; the stage's own clock stands still. */
    async function passUntil(held: () => Promise<boolean>): Promise<void> {
      for (let step = 0; step < 20; step++) {
        await stage.settle()
        if (await held()) return
        expect((await advance(stage.url, 'PT2S')).status).toBe(200)
      }
      throw new Error('not within 40 s')
    }

    it('carries workers, wallets, tokens and the core along', async () => {
      const story = createStory(stage, 'demo-ke')
      const paid = async (amount: string) => {
        const { body } = await story.ask(amount)
        await story.approve()
        await passUntil(async () => (await story.request(String(body.id))).state === 'paid')
      }
      await paid('100.00')
      // the access tokens of all parties are over, on both sides, and the core has another day
      await advance(stage.url, 'P2D')
      await paid('200.00')
      expect((await story.booked()).map(({ amount, date }) => ({ amount, date }))).toEqual([
        { amount: '100.00', date: '2026-03-05' },
        { amount: '200.00', date: '2026-03-07' },
      ])
      expect((await story.truth()).at(-1)).toMatchObject({
        status: 'succeeded',
        completedAt: expect.stringContaining('2026-03-07T08:00'),
      })
      expect((await story.sms(story.own)).at(-1)).toContain(asSms('200'))
    })

    it.each([
      ['not JSON', 'PT2H', '{"advance":"PT2H"}'],
      ['half of it', '{"advance":', '{"advance":"PT2H"}'],
      ['nothing', '', '{"advance":"PT2H"}'],
      ['a number', '{"advance":7200}', '{"advance":"PT2H"}'],
      ['something besides', '{"advance":"PT2H","to":"2027-01-01"}', '{"advance":"PT2H"}'],
      ['no duration', '{"advance":"2 hours"}', 'P1DT2H30M'],
      ['a step back', '{"advance":"-PT2H"}', 'never goes back'],
      ['no step', '{"advance":"PT0S"}', 'more than nothing'],
      ['a month', '{"advance":"P1M"}', '"P30D"'],
      ['a year', '{"advance":"P1Y"}', '"P30D"'],
      ['more than a leap year', '{"advance":"P366DT0.001S"}', '366 days'],
    ])('refuses %s and says what to do', async (_what, body, says) => {
      const before = await told(stage.url)
      const answer = await post(stage.url, body)
      expect(answer).toMatchObject({ status: 400, type: 'application/problem+json' })
      expect(answer.body).toMatchObject({ status: 400, detail: expect.stringContaining(says) })
      expect(await told(stage.url)).toEqual(before)
    })
  })

  describe('on a database', () => {
    let database: TestDatabase
    let houses: House[]
    const secretsKey = randomBytes(32)
    const base = createVirtualClock(new Date('2026-03-05T08:00:00Z'))
    beforeEach(async () => {
      database = await createTestDatabase()
      houses = []
    })
    afterEach(async () => {
      for (const house of houses) await house.close()
      await database.drop()
    })

    async function open(options: { simulators?: boolean; role?: 'all' | 'web' | 'worker' } = {}) {
      const house = await createHouse({
        databaseUrl: database.url,
        secretsKey,
        simulators: options.simulators ?? true,
        role: options.role ?? 'all',
        clock: base,
        log: createLog('silent'),
      })
      houses.push(house)
      const url = `http://127.0.0.1:${await house.serve(0, '127.0.0.1')}`
      return { house, url, now: () => house.gateway.deps.clock.now().toISOString() }
    }

    it('tells the time, and how far it is ahead', async () => {
      const { url, now } = await open()
      expect(await told(url)).toEqual({ now: '2026-03-05T08:00:00.000Z', offset: 'PT0S' })
      expect(await advance(url, 'PT2H')).toEqual({
        status: 200,
        type: 'application/json',
        body: { now: '2026-03-05T10:00:00.000Z', offset: 'PT2H' },
      })
      await advance(url, 'P1DT0.5S')
      expect(await told(url)).toEqual({ now: '2026-03-06T10:00:00.500Z', offset: 'P1DT2H0.500S' })
      expect(now()).toBe('2026-03-06T10:00:00.500Z')
    })

    it('ends a dialogue that was left alone for hours', async () => {
      const { house, url } = await open()
      await seedDemo(house, true)
      const phone = createClient(url).phone('demo-ke')
      await phone.dial()
      await advance(url, 'PT2H')
      expect((await phone.answer('5')).text).not.toContain('Kiswahili')
      expect((await createClient(url).phone('demo-ke').dial()).text).toContain('Wanjiku')
    })

    it('is kept over a restart', async () => {
      const before = await open()
      await advance(before.url, 'P3D')
      await before.house.close()
      houses = []
      const after = await open()
      expect(await told(after.url)).toEqual({ now: '2026-03-08T08:00:00.000Z', offset: 'P3D' })
    })

    it('is followed by every other process on the database, before long', async () => {
      const web = await open({ role: 'web' })
      const worker = await open({ role: 'worker' })
      worker.house.start()
      await advance(web.url, 'PT5H')
      const start = performance.now()
      while (worker.now() !== '2026-03-05T13:00:00.000Z') {
        expect(performance.now() - start).toBeLessThan(WITHIN_MS)
        await new Promise(resolve => setImmediate(resolve))
      }
    })

    it('adds up what several processes ask for at once', async () => {
      const [one, two] = [await open(), await open()]
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) => advance(at % 2 === 0 ? one.url : two.url, 'PT1M')),
      )
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
      expect((await open()).now()).toBe('2026-03-05T08:20:00.000Z')
    })

    it('never goes back, whatever stands in the table', async () => {
      const { house } = await open()
      const clock = await openClock(house.db.knex, base)
      await clock.advance(2 * HOUR_MS)
      await house.db.knex('virtual_clock').update({ offset_ms: 0 })
      expect(await clock.advance(HOUR_MS)).toBe(true)
      expect(clock.now().toISOString()).toBe('2026-03-05T10:00:00.000Z')
      await expect(clock.advance(-1)).rejects.toThrow('never goes back')
    })

    it('ends before a year has five digits', async () => {
      const { house, url } = await open()
      await advance(url, 'PT1S')
      await house.db.knex('virtual_clock').update({ offset_ms: MAX_OFFSET_MS - HOUR_MS })
      expect(await advance(url, 'PT2H')).toMatchObject({ status: 409, type: 'application/problem+json' })
      expect((await advance(url, 'PT1H')).status).toBe(200)
    })

    it('wakes the workers once the answer is out, and only then', async () => {
      const { house } = await open()
      const clock = await openClock(house.db.knex, base)
      let rung = 0
      const app = createApp({
        gateway: house.gateway,
        sessions: createSessionHost(
          house.gateway,
          createMemorySessions(() => clock.now().getTime()),
        ),
        ring: () => {
          rung += 1
        },
        role: 'web',
        clock,
      })
      const server = app.listen(0, '127.0.0.1')
      try {
        await new Promise(resolve => server.once('listening', resolve))
        const address = server.address()
        const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
        await told(url)
        await advance(url, 'P1Y')
        expect(rung).toBe(0)
        await advance(url, 'PT1H')
        expect(rung).toBe(1)
      } finally {
        server.closeAllConnections()
        await new Promise(resolve => server.close(resolve))
      }
    })

    it('is nowhere without simulators, and moves nobody there', async () => {
      const simulated = await open()
      await advance(simulated.url, 'PT2H')
      const real = await open({ simulators: false })
      expect(real.now()).toBe('2026-03-05T08:00:00.000Z')
      expect((await advance(real.url, 'PT2H')).status).toBe(404)
      expect((await fetch(`${real.url}/sim/clock`)).status).toBe(404)
    })

    it('takes a leap year at once', async () => {
      const { url } = await open()
      expect((await advance(url, 'P366D')).body).toEqual({ now: '2027-03-06T08:00:00.000Z', offset: 'P366D' })
    })
  })
})
