import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { registerConnection } from '../../src/gateway/register.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { configure } from '../support/connections.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Story } from '../support/story.ts'

/** She has paid and nobody has told us: she types the receipt, the operator is asked, and what it knows is booked. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const warnings: string[] = []
let stage: TestStage
let story: Story
beforeAll(async () => {
  stage = await openTestStage({ onLogLine: line => void warnings.push(line) })
  await stage.settle()
  story = createStory(stage, 'demo-ke')
  await configure(stage, 'demo-ke', { pull: { nominatedNumber: '254722000000' } })
  await registerConnection(stage.house.gateway.deps, 'demo-ke', 'daraja')
})
afterAll(() => stage.close())
afterEach(() => expectBooksToAgree(stage, 'demo-ke'))

/** A payment to the paybill of which the operator never tells us. */
async function paysUnheard(
  amount: string,
  billRefNumber: string,
  msisdn: string = story.own,
): Promise<string> {
  await stage.fault({ simulator: 'mpesa', kind: 'no-callback' })
  const answer = await fetch(`${stage.url}/sim/providers/mpesa/c2b`, {
    method: 'POST',
    body: JSON.stringify({ msisdn, amount, billRefNumber }),
  })
  return ((await answer.json()) as { receipt: string }).receipt
}

/** She types a receipt under *My payments*; answers the last screen. */
async function says(receipt: string): Promise<string> {
  stage.clock.advance(4 * MINUTE)
  const phone = stage.phone('demo-ke')
  await phone.dial('00*4')
  let screen = await phone.answer('2580')
  for (const input of ['5', receipt]) screen = await phone.answer(input)
  if (screen.kind === 'CON') await phone.drop()
  return screen.text
}

/** Of its case: open or settled, and what it keeps. */
const caseOf = async (receipt: string) =>
  (await story.rows('cases', { kind: 'said-paid' })).find(
    ({ detail }) => (detail as { receipt?: string }).receipt === receipt,
  )
const looks = async () => (await story.rows('schedules', { job: 'claims' })).map(({ due_at: at }) => at)
const bookedFor = async (receipt: string) =>
  (await story.booked()).filter(({ receiptNumber }) => receiptNumber === receipt)

describe('a receipt that nobody here has seen', () => {
  it('is asked for at the operator: the money is booked, she hears it, and her case settles itself', async () => {
    const receipt = await paysUnheard('410.00', '000000011')
    await pass(stage, HOUR, 10 * MINUTE)
    expect(await says(receipt)).toMatch(/We do not see it yet\..* number \d{6}/)
    await pass(stage, 3 * MINUTE, MINUTE)
    expect(await bookedFor(receipt)).toHaveLength(1)
    expect((await story.sms(story.own)).at(-1)).toMatch(
      new RegExp(`we received KES 410 .*Receipt ${receipt}`),
    )
    const [payment] = (await story.rows('transactions')).filter(row => row.receipt === receipt)
    expect(await caseOf(receipt)).toMatchObject({
      state: 'settled',
      detail: { transaction: payment?.id },
    })
    expect(await looks()).toEqual([null])
    expect(await says(receipt)).toContain(`receipt ${receipt}`)
  })

  it('of a minute ago is left to its own road first, and found at the next look', async () => {
    const receipt = await paysUnheard('411.00', '000000011')
    await says(receipt)
    await pass(stage, 3 * MINUTE, MINUTE)
    expect(await bookedFor(receipt)).toEqual([])
    expect(await caseOf(receipt)).toMatchObject({ state: 'open' })
    await pass(stage, HOUR, 10 * MINUTE)
    expect(await bookedFor(receipt)).toHaveLength(1)
    expect(await caseOf(receipt)).toMatchObject({ state: 'settled' })
  })

  it('of somebody else tells her nothing: the case stays, and names the payment to the office', async () => {
    const receipt = await paysUnheard('412.00', 'for my sister', story.payer)
    await pass(stage, HOUR, 10 * MINUTE)
    await says(receipt)
    const heard = (await story.sms(story.own)).length
    await pass(stage, 3 * MINUTE, MINUTE)
    const [payment] = await story.rows('transactions', { receipt })
    expect(payment).toMatchObject({ state: 'suspense', origin: 'statement' })
    expect(await caseOf(receipt)).toMatchObject({
      state: 'open',
      detail: { transaction: payment?.id },
    })
    expect(await looks()).toEqual([null])
    expect(await story.sms(story.own)).toHaveLength(heard)
  })

  it('that the operator does not know either is looked for again, less and less often, for two days', async () => {
    const receipt = 'MADEUP0009'
    await says(receipt)
    const asked: unknown[] = []
    for (let hours = 0; hours < 50; hours++) {
      await pass(stage, HOUR, HOUR)
      const [next] = await looks()
      if (String(asked.at(-1)) !== String(next)) asked.push(next)
    }
    expect(asked.at(-1)).toBeNull()
    expect(asked.length).toBeLessThan(12)
    expect(await caseOf(receipt)).toMatchObject({ state: 'open' })
  })

  it('waits where the operator says nothing, which is logged, and is found once it does', async () => {
    const receipt = await paysUnheard('413.00', '000000011')
    await pass(stage, HOUR, 10 * MINUTE)
    await configure(stage, 'demo-ke', { shortcode: '999999' })
    await says(receipt)
    await pass(stage, 3 * MINUTE, MINUTE)
    expect(warnings.filter(line => line.includes('could not be asked for a payment'))).not.toEqual([])
    expect(await caseOf(receipt)).toMatchObject({ state: 'open' })
    await configure(stage, 'demo-ke', { shortcode: '600638' })
    await pass(stage, HOUR, 10 * MINUTE)
    expect(await bookedFor(receipt)).toHaveLength(1)
    expect(await caseOf(receipt)).toMatchObject({ state: 'settled' })
  })
})
