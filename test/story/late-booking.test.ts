import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { expectBooksToAgree } from '../support/books.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass } from '../support/story.ts'

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

it('a payment on a holiday is booked on the first day that Fineract allows, and somebody is told that it is late', async () => {
  const story = createStory(stage, 'demo-ke')
  const holiday = stage.clock.now().toISOString().slice(0, 10)
  await story.core({ holidays: [holiday] })
  const { body } = await story.ask('10.00')
  await story.approve('own')
  await story.movement(String(body.id), 'confirmed')
  await pass(stage, 24 * 3_600_000, 600_000)
  await story.state(String(body.id), 'paid', 600_000, 5000)

  const [booking] = await story.rows('bookings', {})
  expect(String(booking?.value_date) > holiday).toBe(true)
  expect((await story.booked()).at(-1)).toMatchObject({ date: booking?.value_date })
  const [late] = await story.rows('cases', { kind: 'late-booking' })
  expect(late).toMatchObject({ state: 'open', subject_id: booking?.id })
  await expectBooksToAgree(stage, 'demo-ke')
})
