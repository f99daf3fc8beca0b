import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { registerConnection } from '../../src/gateway/register.ts'
import { takeStatement } from '../../src/gateway/statement.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { configure } from '../support/connections.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Story } from '../support/story.ts'

/** What came to the paybill, pulled the next morning: each receipt is one payment, whichever road told it first. */

const HOUR = 3_600_000
let stage: TestStage
let story: Story
let shillings = 40
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  story = createStory(stage, 'demo-ke')
  await configure(stage, 'demo-ke', { pull: { nominatedNumber: '254722000000' } })
  for (const _ of ['once', 'and again'])
    expect(await registerConnection(stage.house.gateway.deps, 'demo-ke', 'daraja')).toMatchObject({
      done: true,
    })
})
afterAll(() => stage.close())
afterEach(() => expectBooksToAgree(stage, 'demo-ke'))

/** The statement of the last hours, as receipt and fate. */
async function pulled(hours = 24): Promise<Record<string, string>> {
  const { deps, stepper } = stage.house.gateway
  const now = stage.clock.now()
  const from = new Date(now.getTime() - hours * HOUR)
  const taken = await takeStatement({ ...deps, stepper }, 'demo-ke', 'daraja', from, now)
  await stage.settle()
  return Object.fromEntries(taken.map(({ line, fate }) => [line.receipt, fate]))
}
const last = async () => (await story.truth()).at(-1) ?? {}

async function pays(billRefNumber: string): Promise<string> {
  shillings += 1
  const answer = await fetch(`${stage.url}/sim/providers/mpesa/c2b`, {
    method: 'POST',
    body: JSON.stringify({ msisdn: story.own, amount: `${shillings}.00`, billRefNumber }),
  })
  expect(answer.status).toBe(201)
  return String(((await answer.json()) as { receipt: string }).receipt)
}
const bookedFor = async (receipt: unknown) =>
  (await story.booked()).filter(({ receiptNumber }) => receiptNumber === receipt)

describe('a line of the statement', () => {
  it('that a push and its twin have told before is known: one repayment', async () => {
    const { body } = await story.ask('31.00')
    await stage.fault({ simulator: 'mpesa', kind: 'c2b-twin' })
    await story.approve('own')
    await story.state(String(body.id), 'paid', 120_000)
    const { receipt } = await last()
    await pass(stage, HOUR, 600_000)
    for (const _ of ['in the evening', 'and tomorrow'])
      expect(await pulled()).toMatchObject({ [String(receipt)]: 'known' })
    await pass(stage, HOUR, 600_000)
    expect(await bookedFor(receipt)).toHaveLength(1)
  })

  it('is the end of a push that nobody could be asked about', async () => {
    const { body } = await story.ask('32.00')
    for (const kind of ['lost-answer', 'no-callback']) await stage.fault({ simulator: 'mpesa', kind })
    await story.approve('own')
    await story.movement(String(body.id), 'unresolved', 2 * HOUR, 60_000)
    const { receipt } = await last()
    expect(await pulled()).toMatchObject({ [String(receipt)]: 'joined' })
    const paid = await story.state(String(body.id), 'paid', HOUR, 60_000)
    expect(paid.transactions).toMatchObject([{ state: 'booked', receipt }])
    expect(await pulled()).toMatchObject({ [String(receipt)]: 'known' })
    expect(await bookedFor(receipt)).toHaveLength(1)
  })

  it('is not taken for the end of a push that another phone could not have paid', async () => {
    const { body } = await story.ask('33.00')
    for (const kind of ['lost-answer', 'no-answer-ever']) await stage.fault({ simulator: 'mpesa', kind })
    await story.approve('own')
    await pass(stage, 5_000, 1_000)
    // the same amount for the same loan, in the same minute, from the other phone
    await stage.fault({ simulator: 'mpesa', kind: 'no-callback' })
    const bill = { msisdn: story.payer, amount: '33.00', billRefNumber: '000000011' }
    const answer = await fetch(`${stage.url}/sim/providers/mpesa/c2b`, {
      method: 'POST',
      body: JSON.stringify(bill),
    })
    const { receipt } = (await answer.json()) as { receipt: string }
    await pass(stage, HOUR, 600_000)
    expect(await pulled()).toMatchObject({ [receipt]: 'new' })
    await pass(stage, HOUR, 600_000)
    expect(await bookedFor(receipt)).toHaveLength(1)
    const { transactions } = await story.request(String(body.id))
    expect(transactions).toMatchObject([{ state: 'unresolved', receipt: null }])
  })

  it('tells a payment whose confirmation never came, once it is old enough to be missed', async () => {
    await stage.fault({ simulator: 'mpesa', kind: 'no-callback' })
    const receipt = await pays('000000011')
    await pass(stage, 60_000, 60_000)
    expect(await pulled()).toMatchObject({ [receipt]: 'left' })
    await pass(stage, HOUR, 600_000)
    expect(await bookedFor(receipt)).toEqual([])
    expect(await pulled()).toMatchObject({ [receipt]: 'new' })
    await pass(stage, HOUR, 600_000)
    expect(await bookedFor(receipt)).toHaveLength(1)
    expect(await pulled()).toMatchObject({ [receipt]: 'known' })
    expect(await story.rows('transactions', { receipt })).toMatchObject([{ origin: 'statement' }])
  })

  it('whose receipt a teller has typed already is linked to what she typed', async () => {
    await stage.fault({ simulator: 'mpesa', kind: 'no-callback' })
    const receipt = await pays('000000011')
    await story.core({
      tellerRepayment: { loanId: 1, amount: `${shillings}.00`, date: '2026-03-05', receiptNumber: receipt },
    })
    await pass(stage, HOUR, 600_000)
    expect(await pulled()).toMatchObject({ [receipt]: 'new' })
    await pass(stage, HOUR, 600_000)
    expect(await story.rows('transactions', { receipt })).toMatchObject([{ state: 'booked' }])
    expect(await bookedFor(receipt)).toHaveLength(1)
  })

  it('of nobody’s waits on the board', async () => {
    await stage.fault({ simulator: 'mpesa', kind: 'no-callback' })
    const receipt = await pays('SHOP')
    await pass(stage, HOUR, 600_000)
    await pulled()
    await pass(stage, HOUR, 600_000)
    expect(await story.rows('transactions', { receipt })).toMatchObject([{ state: 'suspense' }])
  })
})

it('says what it cannot pull', async () => {
  const { deps, stepper } = stage.house.gateway
  const take = (tenant: string, name: string, hours = 1) => {
    const now = stage.clock.now()
    return takeStatement({ ...deps, stepper }, tenant, name, new Date(now.getTime() - hours * HOUR), now)
  }
  await expect(take('demo-ke', 'nobody')).rejects.toThrow('demo-ke has no connection nobody')
  await expect(take('demo-cm', 'mtn')).rejects.toThrow('tells nothing there')
  await expect(take('demo-ke', 'daraja', 49)).rejects.toThrow('48 hours')
})
