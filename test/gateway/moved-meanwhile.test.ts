import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { act } from '../../src/gateway/context.ts'
import { applyOutcome } from '../../src/gateway/outcomes.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, type Story } from '../support/story.ts'

let stage: TestStage
let story: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  story = createStory(stage, 'demo-cm')
})
afterAll(() => stage.close())

const deps = () => stage.house.gateway.deps
const open = async () => {
  const [row] = await story.rows('collection_requests', { state: 'asked' })
  return String(row?.id)
}

describe('a row that moved between the claim and the work', () => {
  it('is not woken before its new time', async () => {
    const id = await open()
    const { stepper } = stage.house.gateway
    const woken = await act(deps(), 'demo-cm', commit => stepper.wake(commit, 'request', id))
    expect(woken).toEqual({ changed: false, from: 'asked', to: 'asked' })
  })
})

describe('an amount that the wallet cannot carry', () => {
  it('is rounded up before the push, by the rule of the lender, and the connection works on', async () => {
    const ke = createStory(stage, 'demo-ke')
    const { status, body } = await stage.post(
      '/api/v1/collection-requests',
      { loanId: '1', amount: '10.50', mode: 'prompt' },
      { key: 'demo-ke-key', idempotencyKey: 'fraction' },
    )
    // the loan's open request asked for more: it is re-written
    expect(status).toBe(200)
    await ke.state(String(body.id), 'paid')
    expect((await ke.truth()).at(-1)).toMatchObject({ amount: '11.00', status: 'succeeded' })
    expect(await ke.rows('connections', { state: 'paused' })).toEqual([])
    await expectBooksToAgree(stage, 'demo-ke')
  })
})

describe('another receipt for the same push', () => {
  it('is other money, and is counted once however often it is told', async () => {
    const { body } = await story.ask('40')
    await story.approve('own')
    const paid = await story.state(String(body.id), 'paid')
    const [attempt] = await story.rows('attempts', { transaction_id: paid.transactions[0]?.id })
    for (let told = 0; told < 3; told++)
      await act(deps(), 'demo-cm', commit =>
        applyOutcome(
          commit,
          { ...deps(), stepper: stage.house.gateway.stepper },
          attempt as never,
          { kind: 'confirmed', amount: { minor: 40n, currency: 'XAF' }, receipt: 'OTHER-MONEY' },
          'callback',
        ),
      )
    const [other, ...more] = await story.rows('transactions', { original_id: paid.transactions[0]?.id })
    expect(more).toEqual([])
    expect(other).toMatchObject({
      state: 'suspense',
      receipt: 'OTHER-MONEY',
      amount_minor: 40n,
      request_id: null,
    })
    expect(await story.rows('transfers', { credit: 'suspense' })).toEqual([
      expect.objectContaining({ transaction_id: other?.id, debit: 'clearing-in', amount_minor: 40n }),
    ])
    expect(await story.rows('suspense_items')).toEqual([
      expect.objectContaining({
        transaction_id: other?.id,
        reason: 'second-receipt',
        state: 'open',
        amount_minor: 40n,
      }),
    ])
    expect(await verifyLedger(stage.house.db, ['demo-cm'])).toEqual([])
    expect((await story.request(paid.id)).state).toBe('paid')
  })
})
