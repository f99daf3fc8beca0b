import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { act } from '../../src/gateway/context.ts'
import { resumeConnection } from '../../src/gateway/resume.ts'
import { createOffice, type Office } from '../support/board.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { withoutRoutes } from '../support/connections.ts'
import { addLoans, insideSimulators } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

/** What a fault of the lender's own holds back for longer than the lender's patience. */

const MINUTE_MS = 60_000

let stage: TestStage
let story: Story
let office: Office
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  await withoutRoutes(stage, 'demo-cm')
  story = createStory(stage, 'demo-cm')
  office = createOffice(stage, 'demo-cm')
  await addLoans(stage, 'demo-cm', [{ id: 2 }, { id: 3 }, { id: 4 }])
  const { settings } = await stage.house.db.knex('tenants').where({ id: 'demo-cm' }).first('settings')
  await stage.house.db.asTenant('demo-cm', trx =>
    trx('tenants')
      .where({ id: 'demo-cm' })
      .update({ settings: JSON.stringify({ ...settings, faultPatienceHours: 1 }) }),
  )
  await pass(stage, 10_000)
})
afterAll(() => stage.close())

const KEYS = {
  collection: 'demo-mtn-api-key-000000000000000',
  disbursement: 'demo-mtn-payout-key-000000000000',
}
/** MTN lets us in no more, or again. */
const keys = (good: boolean, product: 'collection' | 'disbursement' = 'collection'): Promise<unknown> =>
  insideSimulators(stage, async db => {
    await db('sim_mtn_momo.tokens').delete()
    await db('sim_mtn_momo.api_users')
      .where({ product })
      .update({ api_key: good ? KEYS[product] : 'rotated' })
  })
const push = async (loanId: string, amount: string): Promise<string> =>
  String((await office.first.post('/collection-requests', { loanId, amount, mode: 'prompt' })).body.id)
const resume = (): Promise<boolean> => {
  const { deps } = stage.house.gateway
  return act(deps, 'demo-cm', commit => resumeConnection(deps.ids, commit, 'mtn'))
}
const cases = (): Promise<Row[]> => office.first.list('/cases')

describe("the end of the lender's patience", () => {
  it('is a second alarm that says what waits; nothing fails by itself, and a person may give up or mend', async () => {
    await keys(false)
    const both = [await push('2', '700'), await push('3', '500')]
    await pass(stage, MINUTE_MS)
    await pass(stage, 50 * MINUTE_MS, 10 * MINUTE_MS)
    const [alarm] = await cases()
    expect(await story.cases()).toEqual(['our-fault'])
    const heard = (await story.sms(story.own)).length

    await pass(stage, 10 * MINUTE_MS, 10 * MINUTE_MS)
    expect(await story.cases()).toEqual(['held-too-long', 'our-fault'])
    const again = (await cases()).find(({ about }) => about === 'held-too-long')
    expect(again).toMatchObject({
      subject: 'connection',
      subjectId: alarm?.subjectId,
      owner: null,
      detail: {
        fault: 'credentials',
        pausedFor: 'collect:credentials',
        since: alarm?.openedAt,
        held: 2,
        amount: '1200',
        currency: 'XAF',
      },
    })
    // of two that were due together one met the fault, and the other stopped just before its call
    const movements: Row[] = await story.rows('transactions')
    expect(movements.map(({ state }) => state).sort()).toEqual(['logged', 'sending'])
    expect(await story.sms(story.own)).toHaveLength(heard)

    const word = await office.first.post(`/cases/${again?.id}/settle`, { note: 'seen' })
    expect(word).toMatchObject({ status: 409, body: { title: 'Not settled by a word' } })
    const given = movements.find(({ state }) => state === 'sending')
    const kept = both.find(id => id !== given?.request_id)
    const { status, body } = await office.first.post(`/transactions/${given?.id}/cancel`)
    expect({ status, body }).toMatchObject({ status: 200, body: { state: 'failed', reason: 'cancelled' } })
    expect(await story.request(String(given?.request_id))).toMatchObject({ state: 'asked' })
    await pass(stage, 60 * MINUTE_MS, 15 * MINUTE_MS)
    expect(await story.cases()).toEqual(['held-too-long', 'our-fault'])

    await keys(true)
    expect(await resume()).toBe(true)
    expect(await story.cases()).toEqual([])
    await story.state(String(kept), 'paid')
    await pass(stage, MINUTE_MS)
    expect(await story.truth()).toHaveLength(1)
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('of a fault met anew begins anew, and where nothing waits there is nothing to choose', async () => {
    await keys(false)
    const id = await push('4', '300')
    await pass(stage, MINUTE_MS)
    await pass(stage, 20 * MINUTE_MS, 10 * MINUTE_MS)
    const movement = (await story.request(id)).transactions.at(-1)
    expect((await office.first.post(`/transactions/${movement?.id}/cancel`)).status).toBe(200)
    await pass(stage, 60 * MINUTE_MS, 20 * MINUTE_MS)
    expect(await story.cases()).toEqual(['our-fault'])
    await push('4', '300')
    await pass(stage, MINUTE_MS)
    expect((await cases()).map(({ about }) => about)).toEqual(['our-fault', 'held-too-long'])
    await keys(true)
    expect(await resume()).toBe(true)
    expect(await story.cases()).toEqual([])
  })
  it('of payouts: each may be taken back while no part of it has left, and its money is the lender’s again', async () => {
    await keys(false, 'disbursement')
    await addLoans(
      stage,
      'demo-cm',
      [301, 302].map(id => ({ id, principal: '5000', status: 'approved' as const })),
    )
    const orders: Row[] = []
    for (const loanId of ['301', '302'])
      orders.push((await office.first.post('/disbursements', { loanId })).body)
    await pass(stage, MINUTE_MS)
    await pass(stage, 60 * MINUTE_MS, 10 * MINUTE_MS)
    expect((await cases()).at(-1)).toMatchObject({
      about: 'held-too-long',
      detail: { pausedFor: 'disburse:credentials', held: 2 },
    })
    for (const { id } of orders)
      expect(await office.first.post(`/disbursements/${id}/cancel`)).toMatchObject({
        status: 200,
        body: { state: 'failed', reason: 'cancelled' },
      })
    await keys(true, 'disbursement')
    expect(await resume()).toBe(true)
    await pass(stage, 10 * MINUTE_MS, MINUTE_MS)
    expect((await story.truth()).filter(({ kind }) => kind === 'disburse')).toEqual([])
    await expectBooksToAgree(stage, 'demo-cm')
  })
})
