import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { createOffice, type Office } from '../support/board.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

/** What her screen says of the prompts that are to come, or of the limit that stands in the way. */

const HOUR_MS = 3_600_000
const WALLET = 'M-PESA 0700000001'
const amount = (major: string): string => WORDS.en.money({ amount: `${major}.00`, currency: 'KES' })

let stage: TestStage
let ke: Story
let office: Office
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  office = createOffice(stage, 'demo-ke')
})
afterAll(() => stage.close())

const limit = (window: string, value: string): Row => ({
  provider: 'mpesa-ke',
  tier: '*',
  operation: 'collect',
  window,
  measure: 'amount',
  value,
  currency: 'KES',
  source: 'our contract',
  from: '2026-03-01',
  until: null,
})
const limits = async (...data: Row[]): Promise<void> => {
  expect((await office.first.put('/limits', { data })).status).toBe(200)
}
/** She is asked for so much, and approves it with her own wallet. */
async function pay(major: string): Promise<{ id: string; screen: string }> {
  const { body } = await ke.ask(`${major}.00`)
  return { id: String(body.id), screen: await ke.approve('own') }
}

describe('what one prompt may not carry', () => {
  it('comes in several, and she is told how many', async () => {
    await limits(limit('transaction', '500.00'))
    const { id, screen } = await pay('1100')
    const other = WORDS.en.otherWay({ kind: 'paybill', number: '600638' }, '78023035')
    const owed = WORDS.en.owedAfter(amount('11900'))
    expect(screen).toBe(`${WORDS.en.prompted(WALLET, amount('1100'), 3, other)} ${owed}`)
    expect(screen).toContain('will ask 3 times, KES 1,100 in all.')
    const paid = await ke.state(id, 'paid', 900_000, 5000)
    expect(paid.transactions.map(row => row.amount)).toEqual(['500.00', '500.00', '100.00'])
  })
})

describe('a limit', () => {
  it('that opens again says from which day; one that never does says nothing of a day', async () => {
    // what she has paid today already counts
    await limits(limit('day', '1500.00'))
    expect((await pay('600')).screen).toBe(WORDS.en.overLimit('06/03'))
    await limits(limit('day', '50.00'))
    expect((await pay('60')).screen).toBe(WORDS.en.overLimit(undefined))
    await limits()
  })
})

describe('an operator that is shut', () => {
  const shut = async (from: Date, until: Date): Promise<void> => {
    const data = [{ provider: 'mpesa-ke', from: from.toISOString(), until: until.toISOString(), note: null }]
    expect((await office.first.put('/maintenance', { data })).status).toBe(200)
  }
  const inHours = (hours: number): Date => new Date(stage.clock.now().getTime() + hours * HOUR_MS)
  const word = (at: Date, day: string | undefined): string => {
    const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Africa/Nairobi' })
    return WORDS.en.moment(time.format(at), day)
  }

  it('will ask her when it is back: the screen and one SMS say when, with the day where that is not today', async () => {
    for (const [hours, day, major] of [
      [2, undefined, '61'],
      [48, '07/03', '62'],
    ] as const) {
      const opens = inHours(hours)
      await shut(inHours(0), opens)
      const { id, screen } = await pay(major)
      expect(screen).toContain(WORDS.en.promptedLater(WALLET, amount(major), 1, word(opens, day)))
      await pass(stage, 60_000)
      expect((await ke.sms(ke.own)).filter(text => text.includes('maintenance'))).toContain(
        WORDS.en.sms.maintenance('Umoja Credit', amount(major), word(opens, day)),
      )
      expect((await ke.request(id)).transactions).toMatchObject([{ state: 'logged' }])
      await pass(stage, hours * HOUR_MS, HOUR_MS)
      await ke.state(id, 'paid')
    }
    expect((await ke.sms(ke.own)).filter(text => text.includes('maintenance'))).toHaveLength(2)
  })
})
