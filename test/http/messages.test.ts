import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, type Row, type Story } from '../support/story.ts'

/** What a month of SMS came to, by sender and topic, in the gateway's own prices. */

let stage: TestStage
let story: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  story = createStory(stage, 'demo-ke')
  await story.ask('100.00')
})
afterAll(() => stage.close())

const spent = async (query = '', key = story.key): Promise<{ status: number; body: Row }> => {
  const answer = await fetch(`${stage.url}/api/v1/messages/spent${query}`, {
    headers: { authorization: `Bearer ${key}` },
  })
  return { status: answer.status, body: (await answer.json()) as Row }
}

describe('GET /api/v1/messages/spent', () => {
  it('sums parts and prices of this month, or of the one that is named', async () => {
    const prompts = (await story.rows('messages', { about: 'prompt' })) as { parts: number; cost: string }[]
    const parts = prompts.reduce((sum, { parts }) => sum + parts, 0)
    const cost = prompts.reduce((sum, { cost }) => sum + Number(cost.replace('KES ', '')), 0)
    expect(cost).toBeGreaterThan(0)
    for (const query of ['', '?month=2026-03'])
      expect(await spent(query)).toMatchObject({
        status: 200,
        body: {
          month: '2026-03',
          data: [
            {
              ...{ gateway: 'africastalking', about: 'prompt', messages: prompts.length, parts },
              ...{ currency: 'KES', cost: cost.toFixed(4) },
            },
          ],
          next: null,
        },
      })
  })

  it('leaves a price that is not told open, and never calls it nothing', async () => {
    await story.change('messages', { about: 'prompt' }, { cost: null })
    expect((await spent()).body.data).toMatchObject([{ currency: null, cost: null }])
  })

  it('tells nothing of another month, nor of another lender', async () => {
    expect((await spent('?month=2026-02')).body.data).toEqual([])
    const theirs = (await spent('', 'demo-cm-key')).body.data as { messages: number }[]
    const rows = await createStory(stage, 'demo-cm').rows('messages')
    const sent = rows.filter(({ provider_id: id }) => id !== null)
    expect(theirs.reduce((sum, { messages }) => sum + messages, 0)).toBe(sent.length)
  })

  it.each(['?month=2026-13', '?month=March', '?since=2026-03'])('refuses %s', async query => {
    const { status, body } = await spent(query)
    expect(status).toBe(400)
    expect(String(body.detail)).not.toBe('')
  })
})
