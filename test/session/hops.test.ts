import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createClient } from 'redis'
import { testRedisUrl } from '../support/database.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { converse, postHop, rowOf, rowsOf } from '../support/ussd.ts'

/** Hops as networks deliver them: twice, late, cut, out of order, and from somebody else. */
let stage: TestStage
const redis = createClient({ url: testRedisUrl() })
let sessions = 0
/** A new session for each test, so that each tells its own story. */
let session = ''

beforeAll(async () => {
  stage = await openTestStage()
  await redis.connect()
  await redis.flushDb()
  await stage.settle()
})
afterAll(async () => {
  await redis.close()
  await stage.close()
})
beforeEach(() => {
  // what another one left open is not gone on with
  stage.clock.advance(4 * 60_000)
  sessions += 1
  session = `ATUid_hops_${sessions}`
})

const talk = (...texts: string[]) => converse(stage, { session }, texts)
const hop = (text: string) => postHop(stage, { session, text })
const pinTries = async () => (await rowOf(stage, 'select pin_tries from customers')).pin_tries
const turns = async () =>
  (await rowsOf(stage, `select turn from turns where session_id = '${session}'`)).length

describe('a repeated hop', () => {
  it('gets the same answer, and what is typed next still counts once', async () => {
    const [first, wallets, again, pin, menu] = await talk('', '1', '1', '1*1', '1*1*00')
    expect(first).toContain('1 Pay now')
    expect(again).toBe(wallets)
    expect(pin).toContain('PIN')
    expect(menu).toContain('1 Pay my loan')
  })

  it('with a wrong PIN burns one try, not two', async () => {
    const before = await pinTries()
    const [, , , wrong, again] = await talk('', '1', '1*1', '1*1*9999', '1*1*9999')
    expect(wrong).toContain('Wrong PIN, 2 left.')
    expect(again).toBe(wrong)
    expect(before).toBe(0)
    expect(await pinTries()).toBe(1)
    expect(await hop('1*1*9999*0')).toContain('with:')
  })

  it('a shortened or an older one gets the last answer, and nothing moves', async () => {
    const [first, , pin] = await talk('', '1', '1*1')
    expect(first).not.toBe(pin)
    expect(await talk('1', '', '1*2', '7')).toEqual([pin, pin, pin, pin])
    expect(await hop('1*1*0')).toContain('1 M-PESA')
  })

  it('one that overtakes another is not understood, and the slower one moves nothing', async () => {
    await hop('')
    const early = await hop('1*1')
    expect(early).toMatch(/^CON Choose a number\.\n.*1 Pay now/s)
    expect(await hop('1')).toBe(early)
    expect(await hop('1*1*1')).toContain('1 M-PESA')
  })
})

describe('a foreign hop', () => {
  it('of another phone under a known session ends politely and shows nothing of hers', async () => {
    const [, wallets] = await talk('', '1')
    const foreign = await postHop(stage, { session, text: '1*1', phone: '+254700000009' })
    expect(foreign).toMatch(/^END /)
    expect(foreign).not.toMatch(/07000|KES|Wanjiku/)
    expect(await hop('1')).toBe(wallets)
  })

  it('of another code is refused: this channel does not serve it', async () => {
    await hop('')
    await expect(postHop(stage, { session, text: '1', code: '*999#' })).rejects.toThrow('400')
  })
})

describe('a session that nobody knows', () => {
  it('is taken for one that was dialled with all that was typed, and never gets beyond a PIN', async () => {
    const asked = await hop('1*1*2580')
    expect(asked).toMatch(/^CON Never dial a PIN\.\n.*PIN/s)
    expect(await hop('1*1*2580*0')).toContain('1 M-PESA')
    expect(await turns()).toBe(0)
  })

  it('forgotten by Redis, its PIN is not believed: she is asked for it again', async () => {
    await talk('', '1', '1*1')
    await redis.flushDb()
    expect(await hop('1*1*2580')).toMatch(/^CON Never dial a PIN\.\n/)
    expect((await rowsOf(stage, "select id from collection_requests where state = 'approved'")).length).toBe(
      0,
    )
  })

  it('forgotten by Redis, but with a turn that Postgres knows, it goes on from there', async () => {
    const menu = ['', '00', '00*2', '00*2*2580']
    const loan = (await talk(...menu)).at(-1)
    expect(loan).toContain('Balance')
    await redis.flushDb()
    expect(await hop('00*2*2580')).toBe(loan)
    expect(await hop('00*2*2580*1')).toContain('Instalments paid:')
  })
})

describe('a session of another release', () => {
  it('that cannot be read any more starts again, politely', async () => {
    const [first] = await talk('', '1')
    const [key = ''] = await redis.keys(`*${session}`)
    const kept = (await redis.get(key)) ?? ''
    await redis.set(key, kept.replace(/"v":\d+/, '"v":0'))
    expect(await hop('1*1')).toBe(first)
    expect(await hop('1*1*1')).toContain('1 M-PESA')
  })
})

describe('two hops of one turn at once', () => {
  it('that are different: one wins, and the other is answered from the winner', async () => {
    await talk('', '1', '1*1')
    const answers = await Promise.all(['9991', '9992', '9993'].map(pin => hop(`1*1*${pin}`)))
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('Wrong PIN, 2 left.')
    expect(await pinTries()).toBe(1)
  })

  it('that decide nothing: one wins all the same', async () => {
    await hop('')
    const [menu, wallets] = await Promise.all([hop('0'), hop('1')])
    expect(menu).toBe(wallets)
  })

  it('that are equal: one decision, one answer', async () => {
    await talk('', '1', '1*1')
    const answers = await Promise.all(Array.from({ length: 4 }, () => hop('1*1*2580')))
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toMatch(/^END M-PESA 0700000001 will ask for KES 1,300/)
    expect(
      await rowsOf(stage, `select kind from decisions where session_id = '${session}' order by ordinal`),
    ).toEqual([{ kind: 'check-pin' }, { kind: 'approve' }])
    expect(await rowsOf(stage, 'select id from transactions')).toHaveLength(1)
    // late, and out of a dialogue that is over
    expect(await talk('1*1*2580', '1*1', '1*1*2580*1')).toEqual([answers[0], answers[0], answers[0]])
    await redis.flushDb()
    expect(await hop('1*1*2580')).toBe(answers[0])
    expect(await rowsOf(stage, 'select id from transactions')).toHaveLength(1)
  })
})

describe('a process that dies', () => {
  it('after the decisions and before the session is kept: the repeated hop gets the same, and does nothing twice', async () => {
    await stage.until(
      async () => (await rowsOf(stage, "select id from transactions where state = 'booked'")).length === 1,
      15_000,
      'the payment before is booked',
    )
    await stage.post(
      '/api/v1/collection-requests',
      { loanId: '1', amount: '500.00', mode: 'ask' },
      { key: 'demo-ke-key', idempotencyKey: 'crash' },
    )
    await talk('', '1', '1*1')
    const [key = ''] = await redis.keys(`*${session}`)
    const before = await redis.get(key)
    const end = await hop('1*1*2580')
    expect(end).toMatch(/^END /)
    // as if it had died right after the commit of the last decision
    await redis.set(key, before ?? '')
    await rowsOf(stage, `update turns set session = null where session_id = '${session}'`)
    expect(await hop('1*1*2580')).toBe(end)
    expect(await rowsOf(stage, 'select id from transactions')).toHaveLength(2)
    expect(await rowsOf(stage, `select kind from decisions where session_id = '${session}'`)).toHaveLength(2)
    expect(await pinTries()).toBe(0)
  })
})
