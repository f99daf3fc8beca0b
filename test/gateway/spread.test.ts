import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createOffice } from '../support/board.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory } from '../support/story.ts'

let stage: TestStage
/** Numbers that a test knows beforehand: 0, 0.1, 0.2 … */
let drawn = 0
beforeAll(async () => {
  stage = await openTestStage({ draw: () => (drawn++ % 10) / 10 })
  await stage.settle()
})
afterAll(() => stage.close())

it('what was sent at the same moment is asked about at different ones, by the number in each event', async () => {
  const story = createStory(stage, 'demo-cm')
  const office = createOffice(stage, 'demo-cm').first
  const [wallet] = await story.rows('wallets', { msisdn: story.own })
  const voucher = { customerId: wallet?.customer_id, walletId: wallet?.id, programme: '11' }
  for (let n = 1; n <= 5; n++) await office.post('/disbursements', { ...voucher, amount: String(1000 + n) })
  await stage.settle()
  const at = stage.clock.now().getTime()
  const rows = await story.rows('transactions', { state: 'pending' })
  expect(rows).toHaveLength(5)
  for (const { id, due_at } of rows) {
    const events = await story.rows('events', { subject_id: id, state_to: 'pending' })
    const event = events[0]?.event as { drawn: number }
    expect((due_at as Date).getTime() - at).toBe(Math.round(10_000 * (1 + 0.2 * event.drawn)))
  }
  expect(new Set(rows.map(({ due_at }) => (due_at as Date).getTime())).size).toBeGreaterThan(1)
})
