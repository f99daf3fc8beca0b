import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createOffice } from '../support/board.ts'
import { configure } from '../support/connections.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

/** Nothing goes without credentials, and an operator takes days to renew them: the lender hears in time. */

const DAY = 86_400_000
let stage: TestStage
let ke: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  await configure(stage, 'demo-ke', { expiresAt: { consumerSecret: '2026-04-10' } })
})
afterAll(() => stage.close())

const alarms = async (): Promise<unknown[]> =>
  (await ke.rows('cases', { kind: 'credential-expires' }))
    .map(({ state, detail }) => {
      const { connection, credential, expiresAt, withinDays } = detail as Row
      return { state, connection, credential, expiresAt, withinDays }
    })
    .sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)))
const alarm = (withinDays: number, state = 'open') => ({
  state,
  connection: 'daraja',
  credential: 'consumerSecret',
  expiresAt: '2026-04-10T00:00:00.000Z',
  withinDays,
})

describe('a credential that ends on 10 April', () => {
  it('is no matter five weeks before, and a case from the 30th day on, once', async () => {
    await pass(stage, 5 * DAY, DAY)
    expect(await alarms()).toEqual([])
    await pass(stage, 3 * DAY, DAY)
    expect(await alarms()).toEqual([alarm(30)])
  })

  it('whose case was settled is not told of again before the last week, and the last day', async () => {
    const [{ id }] = (await ke.rows('cases', { kind: 'credential-expires' })) as [Row]
    const { first } = createOffice(stage, 'demo-ke')
    expect((await first.post(`/cases/${id}/settle`, { note: 'asked Safaricom for a new one' })).status).toBe(
      200,
    )
    await pass(stage, 10 * DAY, DAY)
    expect(await alarms()).toEqual([alarm(30, 'settled')])
    await pass(stage, 20 * DAY, DAY)
    expect(await alarms()).toEqual([alarm(1), alarm(7), alarm(30, 'settled')])
  })

  it('and was renewed is silent', async () => {
    await configure(stage, 'demo-ke', { expiresAt: { consumerSecret: '2027-04-10' } })
    await pass(stage, 5 * DAY, DAY)
    expect(await alarms()).toHaveLength(3)
  })
})
