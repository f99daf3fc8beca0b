import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { openMarket } from '../support/market.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { DIRECT } from './markets-direct.ts'

/** An operator of the GSMA's API that calls one address for all orders, and names the order in a header only. */

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage({ seeded: false })
})
afterAll(() => stage.close())

it('an error that ends a collection finds its order by the X-CorrelationID', async () => {
  const stall = DIRECT.find(({ adapter }) => adapter === 'gsma')
  if (stall === undefined) throw new Error('no market speaks the GSMA’s API')
  const { simulators, byLink: _, paysOut: __, ...market } = stall
  const her = await openMarket(stage, market, simulators(stage.url))
  await stage.fault({ simulator: 'gsma', kind: 'no-callback' })
  const { id } = await her.request()
  await her.approve()
  await her.movement(id, 'pending')
  const [attempt] = await her.rows('attempts')
  const answer = await fetch(`${stage.url}/providers/${her.tenant}-way/callback`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'X-CorrelationID': String(attempt?.reference) },
    body: JSON.stringify({
      errorCategory: 'businessRule',
      errorCode: 'insufficientFunds',
      errorDateTime: '2026-03-05T08:00:00Z',
    }),
  })
  expect(answer.status).toBe(204)
  await stage.settle()
  expect(await her.rows('callbacks', { kind: 'payment' })).toMatchObject([
    { fate: expect.stringMatching(/^asked: /) },
  ])
})
