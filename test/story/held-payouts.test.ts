import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { money } from '../../src/domain/money.ts'
import { createBatch, orderBatch } from '../../src/gateway/batches.ts'
import { act } from '../../src/gateway/context.ts'
import { type AttemptRow, applyOutcome } from '../../src/gateway/outcomes.ts'
import { resumeConnection } from '../../src/gateway/resume.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

let stage: TestStage
let story: Story
let office: Office['first']

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  story = createStory(stage, 'demo-cm')
  office = createOffice(stage, 'demo-cm').first
})
afterAll(() => stage.close())

const DAY = 24 * 3_600_000
const approved = (id: number, principal: string) =>
  addLoans(stage, 'demo-cm', [{ id, principal, status: 'approved' }])
const fault = (kind: string) => stage.fault({ simulator: 'mtn-momo', kind, msisdn: story.own })
const order = async (loanId: string): Promise<string> =>
  String((await office.post('/disbursements', { loanId })).body.id)
const payout = (id: string): Promise<Row> => office.get(`/disbursements/${id}`)
const reaches = (id: string, state: string): Promise<unknown> =>
  hurry(stage, async () => (await payout(id)).state === state, 600_000, `payout ${state}`)
const partsOf = (id: string): Promise<Row[]> => story.rows('transactions', { disbursement_id: id })
const rests = (): Promise<unknown> =>
  hurry(
    stage,
    async () => (await story.rows('connections', { state: 'paused' })).length > 0,
    120_000,
    'the connection rests',
  )
async function resume(): Promise<void> {
  const { deps } = stage.house.gateway
  const done = await act(deps, 'demo-cm', commit => resumeConnection(deps.ids, commit, story.connection))
  expect(done).toBe(true)
}
/** A payout that the quota holds back. */
async function held(loanId: string): Promise<string> {
  await fault('payer-limit')
  const id = await order(loanId)
  await rests()
  expect((await partsOf(id)).at(-1)).toMatchObject({ state: 'logged' })
  return id
}
/** The provider tells of a yes after all. */
async function comesThrough(part: Row | undefined, receipt: string): Promise<void> {
  const { deps, stepper } = stage.house.gateway
  await act(deps, 'demo-cm', async commit => {
    const attempt: AttemptRow = await commit
      .trx('attempts')
      .where({ tenant_id: 'demo-cm', transaction_id: part?.id })
      .first()
    const amount = { minor: part?.amount_minor as bigint, currency: 'XAF' }
    await applyOutcome(
      commit,
      { ids: deps.ids, stepper },
      attempt,
      { kind: 'confirmed', amount, receipt },
      'callback',
    )
  })
}
const paidOut = async (): Promise<number> =>
  (await story.truth()).filter(({ kind, status }) => kind === 'disburse' && status === 'succeeded').length
const balanced = async () => expect(await verifyLedger(stage.house.db, ['demo-cm'])).toEqual([])

describe('a payout that was held', () => {
  it('does not leave when the loan was disbursed at the counter meanwhile, and she hears the truth', async () => {
    await approved(501, '4000')
    const before = await paidOut()
    const id = await held('501')
    await pass(stage, 3_600_000, 60_000)
    await story.core({ tellerDisbursal: { loanId: '501', date: '2026-03-05' } })
    await resume()
    await reaches(id, 'failed')
    await pass(stage, 120_000, 10_000)
    expect(await paidOut()).toBe(before)
    expect(await payout(id)).toMatchObject({ reason: 'already-disbursed', parts: [{ state: 'failed' }] })
    expect((await story.sms(story.own)).at(-1)).not.toContain('opérateur')
    expect(await story.rows('attempts', { transaction_id: (await partsOf(id))[0]?.id })).toHaveLength(1)
    await balanced()
  })

  it('waits while the core does not answer, and leaves when it does', async () => {
    await approved(502, '4000')
    const before = await paidOut()
    const id = await held('502')
    await story.core({ down: true })
    await resume()
    await pass(stage, 300_000, 10_000)
    expect(await partsOf(id)).toMatchObject([{ state: 'logged' }])
    await story.core({ down: false })
    await reaches(id, 'paid')
    expect(await paidOut()).toBe(before + 1)
  })

  it('keeps another order of its loan from being paid, however that one came to be written', async () => {
    await approved(510, '4000')
    const before = await paidOut()
    const id = await held('510')
    const [first] = await story.rows('disbursements', { id })
    const { deps, stepper } = stage.house.gateway
    const second = await act(deps, 'demo-cm', async commit => {
      const item = {
        ...{ customerId: String(first?.customer_id), walletId: String(first?.wallet_id) },
        ...{ loanId: '510', loanAccount: String(first?.loan_account), programme: null },
        amount: money(first?.amount_minor as bigint, 'XAF'),
      }
      const batch = await createBatch({ ids: deps.ids, stepper }, commit, 'at the same moment', [item], 'one')
      await orderBatch({ stepper }, commit, batch, 'APPROVE')
      return String((await commit.trx('disbursements').where({ batch_id: batch }).first('id')).id)
    })
    await reaches(second, 'failed')
    expect(await payout(second)).toMatchObject({ reason: 'paid-before', parts: [] })
    await resume()
    await reaches(id, 'paid')
    expect(await paidOut()).toBe(before + 1)
  })

  it('does not leave when an earlier order of the loan came through late', async () => {
    await approved(503, '4000')
    await fault('payee-refused')
    const one = await order('503')
    await reaches(one, 'failed')
    const before = await paidOut()
    const two = await held('503')
    await comesThrough((await partsOf(one))[0], 'LATE503')
    await pass(stage, 300_000, 10_000)
    await resume()
    await reaches(two, 'failed')
    await reaches(one, 'paid')
    expect(await paidOut()).toBe(before)
    expect(await partsOf(two)).toMatchObject([{ state: 'failed' }])
    await balanced()
  })

  it('is looked at again too where its next attempt was written already, and not sent', async () => {
    await approved(509, '4000')
    const before = await paidOut()
    const id = await held('509')
    const { deps, stepper } = stage.house.gateway
    const [part] = await partsOf(id)
    stage.clock.advance(120_000)
    await act(deps, 'demo-cm', commit => stepper.wake(commit, 'transaction', String(part?.id)))
    await pass(stage, 3_600_000, 60_000)
    expect(await partsOf(id)).toMatchObject([{ state: 'sending' }])
    await story.core({ tellerDisbursal: { loanId: '509', date: '2026-03-05' } })
    await resume()
    await reaches(id, 'failed')
    expect(await payout(id)).toMatchObject({ reason: 'already-disbursed', parts: [{ state: 'failed' }] })
    expect((await story.rows('attempts', { transaction_id: part?.id })).map(({ state }) => state)).toEqual([
      'closed',
      'closed',
    ])
    expect((await story.sms(story.own)).at(-1)).not.toContain('opérateur')
    expect(await paidOut()).toBe(before)
    await balanced()
  })

  it('is cancelled by an officer while every part is planned still, and not after', async () => {
    await approved(504, '4000')
    const before = await paidOut()
    const id = await held('504')
    expect((await office.post(`/disbursements/${id}/cancel`)).status).toBeLessThan(300)
    expect(await payout(id)).toMatchObject({ state: 'failed', reason: 'cancelled' })
    await resume()
    await pass(stage, 120_000, 10_000)
    expect(await paidOut()).toBe(before)
    const again = await order('504')
    await reaches(again, 'paid')
    expect((await office.post(`/disbursements/${again}/cancel`)).status).toBe(409)
    await balanced()
  })
})

describe('a part that is sent again', () => {
  it('does not leave when the first one comes through after all', async () => {
    await office.put('/limits', { data: [limit('transaction', '3000')] })
    await approved(505, '5000')
    await fault('payee-refused')
    const id = await order('505')
    await reaches(id, 'part-paid')
    const failed = (await partsOf(id)).find(({ state }) => state === 'failed')
    const before = await paidOut()
    await fault('payer-limit')
    await office.post(`/disbursements/${id}/retry`)
    await rests()
    await comesThrough(failed, 'LATE505')
    await reaches(id, 'paid')
    await pass(stage, 120_000, 10_000)
    expect((await partsOf(id)).filter(({ state }) => state === 'logged')).toEqual([])
    await resume()
    await pass(stage, 120_000, 10_000)
    expect(await paidOut()).toBe(before)
    expect(await payout(id)).toMatchObject({ state: 'paid', reason: expect.not.stringContaining('before') })
    await office.put('/limits', { data: [] })
    await balanced()
  })
})

const limit = (window: string, value: string, tier = '*') => ({
  provider: 'mtn-cm',
  tier,
  operation: 'disburse',
  window,
  measure: 'amount',
  value,
  currency: 'XAF',
  source: 'our own contract of 2026',
  from: '2026-03-05',
  until: null,
})

describe('a held payout and the limits of the day on which it could leave', () => {
  const spread = (days: 'same' | 'spread') =>
    stage.house.db.asTenant('demo-cm', async trx => {
      await trx('tenants')
        .where({ id: 'demo-cm' })
        .update({ settings: trx.raw(`jsonb_set(settings, '{payouts,days}', to_jsonb(?::text))`, [days]) })
    })

  it('waits whole where the day is full, though the lender spreads; after two days a person is shown it', async () => {
    await spread('spread')
    await approved(506, '4000')
    const before = await paidOut()
    const id = await held('506')
    await pass(stage, DAY, 3_600_000)
    await office.put('/limits', { data: [limit('day', '3000')] })
    await resume()
    await pass(stage, 3 * DAY, 3_600_000)
    expect(await paidOut()).toBe(before)
    expect(await story.rows('cases', { kind: 'limit-waits' })).toMatchObject([{ state: 'open' }])
    await office.put('/limits', { data: [] })
    await pass(stage, 2 * DAY, 3_600_000)
    expect(await payout(id)).toMatchObject({ state: 'paid' })
    await spread('same')
  })

  it('is counted by the tier of her wallet', async () => {
    await approved(507, '4000')
    const before = await paidOut()
    const id = await held('507')
    await pass(stage, DAY, 3_600_000)
    await story.change('wallets', { msisdn: story.own }, { kyc_tier: 'small' })
    await office.put('/limits', { data: [limit('day', '3000', 'small')] })
    await resume()
    await pass(stage, 3_600_000, 60_000)
    expect(await paidOut()).toBe(before)
    expect(await partsOf(id)).toMatchObject([{ state: 'logged' }])
    await office.put('/limits', { data: [] })
    await story.change('wallets', { msisdn: story.own }, { kyc_tier: null })
    await pass(stage, DAY, 3_600_000)
    expect(await payout(id)).toMatchObject({ state: 'paid' })
  })

  it("a part of a spread plan is counted on its own day: what the lender's limits say by then", async () => {
    await spread('spread')
    await office.put('/limits', { data: [limit('day', '3000')] })
    await approved(508, '5000')
    const id = await order('508')
    const states = async () => (await partsOf(id)).map(({ state }) => state).sort()
    const first = async () => (await states()).includes('confirmed')
    await hurry(stage, first, 2 * DAY, 'the first part is paid', 600_000)
    expect(await states()).toEqual(['confirmed', 'logged'])
    await office.put('/limits', { data: [limit('day', '1000')] })
    await pass(stage, 1.5 * DAY, 3_600_000)
    expect(await states()).toEqual(['confirmed', 'logged'])
    await office.put('/limits', { data: [] })
    await pass(stage, DAY, 3_600_000)
    expect(await payout(id)).toMatchObject({ state: 'paid' })
    await spread('same')
    await balanced()
  })
})
