import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { en } from '../../flows/words/en.ts'
import { addNeighbour } from '../support/neighbour.ts'
import { changeSettings } from '../support/reminders.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory, type Story } from '../support/story.ts'

/** What people write at the wrong moment: it never moves money that its writer may not move, and never stops what she began. */

const HOUR_MS = 3_600_000

let stage: TestStage
let story: Story
let neighbour: { readonly phone: string }
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  story = createStory(stage, 'demo-ke')
  neighbour = await addNeighbour(stage, 'demo-ke', 61, 'Akinyi')
  await changeSettings(stage, 'demo-ke', { pinFor: { reading: false, paying: false } })
})
afterAll(() => stage.close())
beforeEach(() => stage.pass(HOUR_MS, HOUR_MS))

let written = 0
async function write(text: string, from: string): Promise<string | undefined> {
  const before = (await story.sms(from)).length
  written += 1
  const fields = { from, to: 'UMOJA', text, id: `bad-${written}`, date: '2026-03-05 08:00:00' }
  const answer = await fetch(`${stage.url}/sms/demo-ke/inbound`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  })
  expect(answer.status).toBe(200)
  await stage.settle()
  return (await story.sms(from))[before]
}

/** She is asked, with a code to answer by. */
async function asks(amount: string): Promise<{ id: string; code: string }> {
  const { body } = await story.ask(amount)
  const [row] = await story.rows('collection_requests', { id: body.id })
  return { id: String(row?.id), code: String(row?.code) }
}

it('the code of somebody else is none of hers', async () => {
  const { id, code } = await asks('100.00')
  expect(await write(`YES ${code}`, neighbour.phone)).toBe(
    asSms(en.sms.unknownCode('Umoja Credit', '*384*100#')),
  )
  expect(await story.request(id)).toMatchObject({ state: 'asked', transactions: [] })
})

it('STOP in the midst of a payment ends the prompts to come, and neither the payment nor its receipt', async () => {
  const { id, code } = await asks('120.00')
  await write(`YES ${code}`, story.own)
  expect((await story.request(id)).state).toBe('approved')
  expect(await write('STOP', story.own)).toMatch(
    /no more requests and reminders .* START brings them back\.$/,
  )
  const { transactions } = await story.state(id, 'paid')
  await stage.settle()
  const receipt = String(transactions[0]?.receipt)
  expect((await story.sms(story.own)).filter(text => text.includes(receipt))).toHaveLength(1)
  const before = (await story.sms(story.own)).length
  await story.ask('130.00')
  await stage.settle()
  expect(await story.sms(story.own)).toHaveLength(before)
})
