import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice } from '../support/board.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry } from '../support/story.ts'

let stage: TestStage

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

describe("a payout that the provider refused for the lender's own fault", () => {
  it('is no failure of hers: it waits, and leaves once more when the lender has mended it', async () => {
    const [story, office] = [createStory(stage, 'demo-cm'), createOffice(stage, 'demo-cm').first]
    const part = async () => (await story.rows('transactions', { kind: 'disburse' }))[0]
    await stage.fault({ simulator: 'mtn-momo', kind: 'payer-limit', msisdn: story.own })
    const { body } = await office.post('/disbursements', { loanId: '101' })
    await hurry(
      stage,
      async () => (await story.rows('connections', { state: 'paused' })).length > 0,
      120_000,
      'the connection rests',
    )
    expect(await part()).toMatchObject({ state: 'logged' })
    expect(await story.cases()).toEqual(['our-fault'])
    expect(await story.sms(story.own)).not.toContainEqual(expect.stringContaining("n'avons pas pu"))
    expect(await verifyLedger(stage.house.db, ['demo-cm'])).toEqual([])

    await story.change('connections', { state: 'paused' }, { state: 'active', paused_for: null })
    await hurry(
      stage,
      async () => (await office.get(`/disbursements/${body.id}`)).state === 'paid',
      600_000,
      'disbursement paid',
    )
    const attempts = await story.rows('attempts', { transaction_id: (await part())?.id })
    expect(new Set(attempts.map(({ reference }) => reference)).size).toBe(2)
    const paid = (await story.truth()).filter(
      ({ kind, status }) => kind === 'disburse' && status === 'succeeded',
    )
    expect(paid).toHaveLength(1)
    expect(await verifyLedger(stage.house.db, ['demo-cm'])).toEqual([])
  })
})
