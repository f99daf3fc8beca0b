import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createClient } from 'redis'
import { setStaffPin } from '../../src/store/staff.ts'
import { setPin } from '../../src/store/tenancy.ts'
import { testRedisUrl } from '../support/database.ts'
import { leaks } from '../support/leaks.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { rowOf } from '../support/ussd.ts'

/** Digits that nothing else in the house contains, so that each place where they turn up is a leak. */
const PIN = '738291'
const WRONG = '946173'
const STAFF_PIN = '615829'
const LOAN_PIN = new RegExp(`${PIN}|${WRONG}|${STAFF_PIN}`)

describe('a PIN', () => {
  const lines: string[] = []
  const redis = createClient({ url: testRedisUrl() })
  let stage: TestStage
  beforeAll(async () => {
    stage = await openTestStage({ onLogLine: line => void lines.push(line) })
    await redis.connect()
    await stage.settle()
    const { id } = await rowOf(stage, 'select id from customers')
    await stage.house.db.asTenant('demo-ke', trx => setPin(trx, stage.house.keys, 'demo-ke', String(id), PIN))
    const officer = await rowOf(stage, 'select id from staff')
    await stage.house.db.asTenant('demo-ke', trx =>
      setStaffPin(trx, stage.house.keys, 'demo-ke', String(officer.id), STAFF_PIN),
    )
  })
  afterAll(async () => {
    await redis.close()
    await stage.close()
  })

  it('that was typed, right and wrong, is afterwards in no log line, no Redis key and no column', async () => {
    const phone = stage.phone('demo-ke')
    const screens: string[] = []
    const type = async (...inputs: string[]) => {
      for (const input of inputs) screens.push((await phone.answer(input)).text)
    }
    await phone.dial()
    await type('00', '2', WRONG, PIN, '00', '0')
    await phone.drop()
    await phone.dial()
    await type('1', '1', WRONG)
    await phone.stale(1)
    await type(PIN)
    await phone.repeat()
    const officer = stage.phone('demo-ke', '+254700000010')
    screens.push((await officer.dial()).text)
    for (const input of [WRONG, STAFF_PIN, '1', '0700000001', '0'])
      screens.push((await officer.answer(input)).text)
    expect(screens.at(-2)).toContain('Wanjiku')
    await officer.drop()
    await stage.pass(20_000)
    expect(await rowOf(stage, 'select state from transactions')).toEqual({ state: 'booked' })

    expect(screens.filter(text => LOAN_PIN.test(text))).toEqual([])
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.filter(line => LOAN_PIN.test(line))).toEqual([])
    for await (const keys of redis.scanIterator())
      for (const key of keys) {
        expect(key).not.toMatch(LOAN_PIN)
        expect(await redis.get(key)).not.toMatch(LOAN_PIN)
      }
    expect(await leaks(stage, LOAN_PIN)).toEqual([])
  })
})
