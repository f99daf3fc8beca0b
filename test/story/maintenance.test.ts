import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

/** A night on which Safaricom shuts down, from 23:00 to 06:00 in Nairobi. */

const NIGHT = { provider: 'mpesa-ke', from: '2026-03-05T20:00:00.000Z', until: '2026-03-06T03:00:00.000Z' }
const MINUTE = 60_000

let stage: TestStage
let story: Story
let office: Office['first']
/** Out when it begins, waiting to leave, and ordered in the middle of it. */
let out = ''
let waits = ''
let payout = ''

beforeAll(async () => {
  stage = await openTestStage({ start: new Date('2026-03-05T19:30:00Z') })
  await stage.settle()
  story = createStory(stage, 'demo-ke')
  office = createOffice(stage, 'demo-ke').first
  await addLoans(stage, 'demo-ke', [{ id: 2 }])
  expect((await office.put('/maintenance', { data: [NIGHT] })).status).toBe(200)
})
afterAll(() => stage.close())

/** Goes on to that time of the clock on the wall of London, in long strides. */
const until = (time: string): Promise<void> =>
  pass(stage, Date.parse(`2026-03-0${time}Z`) - stage.clock.now().getTime(), 10 * MINUTE)
/** In the order in which they were planned. */
const movements = async (): Promise<Row[]> =>
  (await story.rows('transactions')).sort((a, b) => String(a.id).localeCompare(String(b.id)))
const told = async (): Promise<string[]> =>
  (await story.sms(story.own)).filter(text => text.includes('maintenance'))

it('nothing starts from five minutes before on, and she is told once when it will', async () => {
  await until('5T19:54:50')
  await stage.fault({ simulator: 'mpesa', kind: 'no-answer-ever', msisdn: story.own })
  out = String((await story.ask('50.00', '1')).body.id)
  await story.approve('own')
  await until('5T19:54:58')
  expect(await movements()).toMatchObject([{ request_id: out, state: 'pending' }])

  waits = String((await story.ask('60.00', '2')).body.id)
  await story.approve('payer')
  await until('5T19:59:00')
  expect((await movements())[1]).toMatchObject({
    request_id: waits,
    state: 'logged',
    due_at: new Date(NIGHT.until),
  })
  expect(await told()).toEqual([expect.stringMatching(/KES 60 .*06:00/)])
})

it('nor while it lasts: neither a collection nor a payout; and what is out grows no older', async () => {
  const began = (await story.truth()).length
  await until('5T21:30:00')
  const { body } = await office.post('/disbursements', { loanId: '101' })
  payout = String(body.id)
  await until('6T02:59:00')
  expect((await movements()).map(({ state }) => state)).toEqual(['pending', 'logged', 'logged'])
  expect(await story.truth()).toHaveLength(began)
  // it was asked about all the same
  const context = (await movements())[0]?.snapshot as { context: { inquiries: number } }
  expect(context.context.inquiries).toBeGreaterThan(20)
  expect(await told()).toHaveLength(1)
  expect(await story.cases()).toEqual([])
})

it('afterwards what waited leaves by itself, and the clocks of age go on where they stood', async () => {
  await story.state(waits, 'paid', 3 * MINUTE)
  // the day on which she approved, for an inquiry about a push tells no time
  expect((await movements())[1]).toMatchObject({ state: 'booked', value_date: '2026-03-05' })
  await until('6T03:04:00')
  expect((await movements())[0]).toMatchObject({ state: 'pending' })
  await until('6T03:11:00')
  // out for five minutes before, and for more than five since
  expect((await movements())[0]).toMatchObject({ state: 'unresolved' })
  await hurry(
    stage,
    async () => (await office.get(`/disbursements/${payout}`)).state === 'paid',
    5 * MINUTE,
    'the payout is paid',
  )
  expect(await story.cases()).toEqual(['unresolved'])
  expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
})
