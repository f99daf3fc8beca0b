import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { en } from '../../flows/words/en.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, type Story } from '../support/story.ts'

/** A wallet that its operator refuses is marked in her list, and comes last, until she puts it first or it pays. */

/** M-Pesa of this number answers 8006: it is locked. */
const LOCKED = '+254799908006'

let stage: TestStage
let story: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  story = createStory(stage, 'demo-ke')
  const worked = { msisdn: LOCKED, last_worked_at: stage.clock.now() }
  await story.change('wallets', { msisdn: story.payer }, worked)
})
afterAll(() => stage.close())

/** As they stand on her screen; the core knows of a third one. */
async function wallets(): Promise<string[]> {
  const phone = stage.phone('demo-ke')
  await phone.dial('00*3')
  const { text } = await phone.answer('2580')
  return [...text.matchAll(/^\d (.*(?:0700000001|0799908006).*)$/gm)].map(([, wallet = '']) => wallet)
}

it('is marked and comes last once it is refused, and is as good as any when she puts it first', async () => {
  const [first, second] = ['M-PESA 0799908006', 'M-PESA 0700000001']
  expect(await wallets()).toEqual([first, second])

  const { body } = await story.ask('100.00')
  const phone = stage.phone('demo-ke')
  await phone.dial()
  await phone.answer('1')
  await phone.answer('1')
  await phone.answer('1')
  await phone.answer('2580')
  await story.movement(String(body.id), 'failed', 400_000, 2000)
  expect(await wallets()).toEqual([second, `${first} ${en.walletDoubtful}`])

  await phone.dial('00*3')
  await phone.answer('2580')
  await phone.answer('3')
  await phone.answer('1')
  expect(await wallets()).toEqual([first, second])
})
