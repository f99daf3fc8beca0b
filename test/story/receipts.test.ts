import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { withWhatIsLeft } from '../../src/gateway/what-is-left.ts'
import { changeSettings } from '../support/reminders.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory, hurry, type Story } from '../support/story.ts'

/** A receipt says what has changed: what is left on the loan, and when nothing is. */

let stage: TestStage
let story: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  story = createStory(stage, 'demo-ke')
})
afterAll(() => stage.close())

const { sms } = WORDS.en
const pinForReading = (reading: boolean): Promise<void> =>
  changeSettings(stage, 'demo-ke', { pinFor: { reading, paying: true } })

let orders = 0
/** An officer's prompt on a loan; its receipt as she reads it. */
async function pays(loan: number, amount: string): Promise<string> {
  orders += 1
  const { body } = await stage.post(
    '/api/v1/collection-requests',
    { loanId: String(loan), amount, mode: 'prompt' },
    { key: story.key, idempotencyKey: `receipts-${orders}` },
  )
  const { transactions } = await story.movement(String(body.id), 'booked', 120_000)
  const receipt = String(transactions.at(-1)?.receipt)
  return hurry(
    stage,
    async () => (await story.sms(story.own)).find(text => text.includes(receipt)),
    60_000,
    `the SMS of ${receipt}`,
  )
}

describe('a loan of KES 100 that is paid in three parts', () => {
  const LOAN = 71
  beforeAll(() =>
    addLoans(stage, 'demo-ke', [{ id: LOAN, principal: '100', interestPerPeriod: '0', instalments: 1 }]),
  )
  beforeEach(() => pinForReading(false))

  it('tells what is left after a part of it', async () => {
    expect(await pays(LOAN, '30.00')).toContain(asSms(sms.left('KES 70')))
  })

  it('tells no balance where her PIN guards it', async () => {
    await pinForReading(true)
    const text = await pays(LOAN, '30.00')
    expect(text).not.toContain('KES 40')
    expect(text.endsWith('Thank you.')).toBe(true)
  })

  it('is the receipt alone where the core is silent', async () => {
    const [message] = await story.rows('messages', { about: 'paid' })
    const body = `${String(message?.body)}!`
    await story.core({ down: true })
    const life = { ...message, body, loan_id: String(LOAN) }
    expect(await withWhatIsLeft(stage.house.gateway.deps, 'demo-ke', life)).toBe(body)
    await story.core({ down: false })
    expect(await withWhatIsLeft(stage.house.gateway.deps, 'demo-ke', life)).toBe(
      `${body} Left to pay: KES 40.`,
    )
  })

  it('tells that nothing is left, though her PIN guards what was', async () => {
    await pinForReading(true)
    expect(await pays(LOAN, '40.00')).toContain(asSms(sms.cleared(`00000010${LOAN}`)))
  })
})
