import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Outcome } from '../../src/domain/outcome.ts'
import { act } from '../../src/gateway/context.ts'
import { type AttemptRow, applyOutcome } from '../../src/gateway/outcomes.ts'
import { resumeConnection } from '../../src/gateway/resume.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

/** Two words about the same money that contradict each other: what left stays true, and nothing leaves twice. */

const CM = 'demo-cm'
let stage: TestStage
let cm: Story
let office: Office
let loan = 350

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  cm = createStory(stage, CM)
  office = createOffice(stage, CM)
})
afterAll(() => stage.close())
beforeEach(async () => {
  loan += 1
  await addLoans(stage, CM, [{ id: loan }])
})

/** What the provider says of the last attempt of a movement. */
const tell = (transactionId: unknown, outcome: Outcome) =>
  act(stage.house.gateway.deps, CM, async commit => {
    const { stepper, deps } = stage.house.gateway
    const attempt: AttemptRow = await commit
      .trx('attempts')
      .where({ tenant_id: CM, transaction_id: transactionId })
      .orderBy('ordinal', 'desc')
      .first()
    return applyOutcome(commit, { ids: deps.ids, stepper }, attempt, outcome, 'callback')
  })
const francs = (minor: bigint) => ({ minor, currency: 'XAF' })
const resume = (): Promise<boolean> =>
  act(stage.house.gateway.deps, CM, commit =>
    resumeConnection(stage.house.gateway.deps.ids, commit, cm.connection),
  )
const rests = () =>
  hurry(stage, async () => (await cm.rows('connections', { state: 'paused' }))[0], 120_000, 'a rest')
const wentOut = async (kind: string): Promise<Row[]> =>
  (await cm.truth()).filter(row => row.kind === kind && row.status === 'succeeded')
const agree = async () => expect(await verifyLedger(stage.house.db, [CM])).toEqual([])

/** She has paid, it is booked, and it was agreed, so long after, that it goes back to her; the provider meets that with a fault. */
async function returning(fault: string | undefined, afterHours = 0) {
  const { body } = await office.first.post('/collection-requests', {
    loanId: String(loan),
    amount: '15',
    mode: 'prompt',
  })
  await cm.movement(String(body.id), 'booked', 300_000)
  const payment = (await cm.rows('transactions', { request_id: body.id }))[0]?.id
  await pass(stage, afterHours * 3_600_000, 3_600_000)
  if (fault !== undefined) await stage.fault({ simulator: 'mtn-momo', kind: fault, msisdn: cm.own })
  await office.first.post(`/transactions/${payment}/paid-by-mistake`, { way: 'return' })
  const back = async () => (await cm.rows('transactions', { original_id: payment, kind: 'return' }))[0]
  const state = async () => (await cm.rows('transactions', { id: payment }))[0]?.state
  const items = () => cm.rows('suspense_items', { transaction_id: payment })
  return { payment, request: String(body.id), back, state, items }
}

describe('a payment that the provider takes back while it is on its way back to her', () => {
  it('is not given back besides: what is held by the quota never leaves', async () => {
    const { payment, request, back, state, items } = await returning('payer-limit')
    await rests()
    expect([await state(), (await back())?.state]).toEqual(['returning', 'logged'])
    await tell(payment, { kind: 'reversed', amount: francs(15n) })
    expect([await state(), (await back())?.state]).toEqual(['returned', 'failed'])
    expect(await items()).toMatchObject([{ state: 'settled', way: 'taken-back' }])
    await agree()
    expect(await resume()).toBe(true)
    await pass(stage, 300_000, 10_000)
    expect(await wentOut('refund')).toEqual([])
    expect((await cm.request(request)).state).toBe('asked')
    expect(await cm.cases()).toEqual(['reversed'])
    await agree()
  })

  it('waits while nobody knows whether it left; never heard of, it is not sent again', async () => {
    const { payment, back, state, items } = await returning('lost-request')
    await hurry(stage, async () => (await back())?.state === 'pending', 120_000, 'pending')
    await tell(payment, { kind: 'reversed', amount: francs(15n) })
    expect([await state(), (await back())?.state]).toEqual(['returning', 'pending'])
    await agree()
    await hurry(stage, async () => (await state()) !== 'returning', 3_600_000, 'an answer', 10_000)
    expect([await state(), (await back())?.state]).toEqual(['returned', 'failed'])
    expect(await items()).toMatchObject([{ state: 'settled', way: 'taken-back' }])
    await pass(stage, 300_000, 10_000)
    expect(await wentOut('refund')).toEqual([])
    await agree()
  })

  it('went twice where the return arrives: a case says so', async () => {
    const { payment, back, state, items } = await returning('lost-answer')
    await hurry(stage, async () => (await back())?.state === 'pending', 120_000, 'pending')
    await tell(payment, { kind: 'reversed', amount: francs(15n) })
    await hurry(stage, async () => (await state()) !== 'returning', 3_600_000, 'an answer', 10_000)
    expect([await state(), (await back())?.state]).toEqual(['returned', 'booked'])
    expect(await items()).toMatchObject([{ state: 'settled', way: 'return' }])
    expect(await wentOut('refund')).toHaveLength(1)
    expect(await cm.rows('cases', { subject_id: payment })).toMatchObject([
      { kind: 'reversed', state: 'open' },
    ])
    await agree()
  })
})

describe('a payout refused for want of money, then told with another amount', () => {
  it('waits for a person, and is not sent again when the lender has mended it', async () => {
    await addLoans(stage, CM, [{ id: loan + 500, principal: '4000', status: 'approved' }])
    await stage.fault({ simulator: 'mtn-momo', kind: 'payer-limit', msisdn: cm.own })
    const { body } = await office.first.post('/disbursements', { loanId: String(loan + 500) })
    await rests()
    const part = async () => (await cm.rows('transactions', { disbursement_id: body.id }))[0]
    expect(await part()).toMatchObject({ state: 'logged' })
    await tell((await part())?.id, { kind: 'confirmed', amount: francs(3900n), receipt: 'OTHER1' })
    expect(await part()).toMatchObject({ state: 'unresolved' })
    expect(
      (await cm.rows('cases', { subject_id: (await part())?.id })).map(({ kind }) => kind).sort(),
    ).toEqual(['other-amount', 'unresolved'])
    await agree()
    expect(await resume()).toBe(true)
    await pass(stage, 3_600_000, 60_000)
    expect(await wentOut('disburse')).toEqual([])
    expect(await part()).toMatchObject({ state: 'unresolved' })
    await agree()
  })
})

describe('a payment that went back as a payout of its own', () => {
  /** What the float account holds of one payment, in francs. */
  const held = async (payment: unknown): Promise<bigint> =>
    (await cm.rows('transfers', { transaction_id: payment })).reduce<bigint>(
      (sum, { debit, credit, amount_minor: minor }) =>
        sum +
        (debit === 'float:mtn:collect' ? (minor as bigint) : 0n) -
        (credit === 'float:mtn:collect' ? (minor as bigint) : 0n),
      0n,
    )
  const owed = async (payment: unknown) =>
    (await cm.rows('transfers', { transaction_id: payment, debit: 'owed-back' })).map(row => row.amount_minor)

  it('and is taken back meanwhile is owed: the float does not say that it is here', async () => {
    const { payment, back, state, items } = await returning('lost-answer', 25)
    await hurry(stage, async () => (await back())?.state === 'pending', 120_000, 'pending')
    expect(await back()).toMatchObject({ operation: 'disburse' })
    await tell(payment, { kind: 'reversed', amount: francs(15n) })
    await hurry(stage, async () => (await state()) !== 'returning', 3_600_000, 'an answer', 10_000)
    expect([await state(), (await back())?.state]).toEqual(['reversed', 'booked'])
    const [item] = await items()
    expect(item).toMatchObject({ state: 'settled', way: 'return' })
    expect([await held(payment), await owed(payment)]).toEqual([0n, [15n]])
    expect(await cm.rows('cases', { subject_id: item?.id })).toMatchObject([
      { kind: 'reversed', state: 'open' },
    ])
    await agree()
  })

  it('and is taken back long after is owed all the same', async () => {
    const { payment, back, state } = await returning(undefined, 25)
    await hurry(stage, async () => (await state()) === 'returned', 3_600_000, 'returned', 10_000)
    expect(await back()).toMatchObject({ operation: 'disburse', state: 'booked' })
    await tell(payment, { kind: 'reversed', amount: francs(15n) })
    expect(await state()).toBe('reversed')
    expect([await held(payment), await owed(payment)]).toEqual([0n, [15n]])
    await agree()
  })
})
