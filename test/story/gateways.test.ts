import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createClient } from 'redis'
import { GATEWAY_NAMES } from '../../src/simulators/ussd/index.ts'
import { setPin } from '../../src/store/tenancy.ts'
import { testRedisUrl } from '../support/database.ts'
import { addGateways, phoneBehind } from '../support/gateways.ts'
import { leaks } from '../support/leaks.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory } from '../support/story.ts'
import { rowOf } from '../support/ussd.ts'

/** Digits that nothing else in the house contains. */
const PIN = '738291'
const WRONG = '946173'
const TYPED = new RegExp(`${PIN}|${WRONG}`)

const lines: string[] = []
const redis = createClient({ url: testRedisUrl() })
let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage({ onLogLine: line => void lines.push(line) })
  await addGateways(stage)
  await redis.connect()
  await stage.settle()
  const { id } = await rowOf(stage, 'select id from customers')
  await stage.house.db.asTenant('demo-ke', trx => setPin(trx, stage.house.keys, 'demo-ke', String(id), PIN))
})
afterAll(async () => {
  await redis.close()
  await stage.close()
})

const paid: string[] = []

it.each(GATEWAY_NAMES)('she dials behind %s, mistypes her PIN, and pays what was asked', async name => {
  const story = createStory(stage, 'demo-ke')
  // the seed's own request is paid first, then one for each gateway
  if (paid.length > 0) expect((await story.ask(`${100 + paid.length}.00`)).status).toBe(201)
  const { id } = await story.request()
  const phone = phoneBehind(name, stage)
  const screens = [await phone.dial()]
  for (const typed of ['1', '1', WRONG, PIN]) screens.push(await phone.answer(typed))
  expect(screens.map(({ kind }) => kind)).toEqual(['CON', 'CON', 'CON', 'CON', 'END'])
  expect(screens.at(-1)?.text).toMatch(/^M-PESA 0700000001 will ask for KES [\d,]+ soon\./)
  expect(await phone.repeat()).toMatchObject({ kind: 'END', text: screens.at(-1)?.text })
  expect((await story.state(id, 'paid')).transactions).toHaveLength(1)
  paid.push(name)
  expect(await story.booked()).toHaveLength(paid.length)
  const truth = await story.truth()
  expect(truth.map(({ status }) => status)).toEqual(paid.map(() => 'succeeded'))
})

it('and what she typed is afterwards in no log line, no Redis key and no column', async () => {
  expect(paid.length).toBe(GATEWAY_NAMES.length)
  expect(lines.filter(line => TYPED.test(line))).toEqual([])
  let keys = 0
  for await (const found of redis.scanIterator())
    for (const key of found) {
      keys += 1
      expect(key).not.toMatch(TYPED)
      expect(await redis.get(key)).not.toMatch(TYPED)
    }
  expect(keys).toBeGreaterThan(0)
  expect(await leaks(stage, TYPED)).toEqual([])
})
