import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { act } from '../../src/gateway/context.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { setting } from '../support/big-batch.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, type Row, type Story } from '../support/story.ts'

/** The ways out of a payout of which a part arrived and another did not. */

let stage: TestStage
let story: Story
let office: Office

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  story = createStory(stage, 'demo-cm')
  office = createOffice(stage, 'demo-cm')
  await office.first.put('/limits', { data: [CAP] })
})
afterAll(() => stage.close())

const CAP = {
  provider: 'mtn-cm',
  tier: '*',
  operation: 'disburse',
  window: 'transaction',
  measure: 'amount',
  value: '3000',
  currency: 'XAF',
  source: 'our own contract of 2026',
  from: '2026-03-05',
  until: null,
}

const payout = (id: string): Promise<Row> => office.first.get(`/disbursements/${id}`)
const reaches = (id: string, state: string): Promise<unknown> =>
  hurry(stage, async () => (await payout(id)).state === state, 600_000, `payout ${state}`)
const partOf = async (id: string, state: string): Promise<string> =>
  String((await story.rows('transactions', { disbursement_id: id, state }))[0]?.id)
const balanced = async () => expect(await verifyLedger(stage.house.db, ['demo-cm'])).toEqual([])
/** What the core has paid out on the loan. */
const disbursed = async (loanId: number): Promise<unknown[]> =>
  (await stage.get(`/sim/fineract/demo-cm/transactions?loanId=${loanId}`)).data
    .filter(({ type }) => type === 'disbursement')
    .map(({ amount }) => amount)

/** 5,000 ordered in two parts, one of which the operator refuses; and how much arrived. */
async function partPaid(loanId: number, terms: object = {}): Promise<{ id: string; arrived: string }> {
  await addLoans(stage, 'demo-cm', [{ id: loanId, principal: '5000', status: 'approved', ...terms }])
  await stage.fault({ simulator: 'mtn-momo', kind: 'payee-refused', msisdn: story.own })
  const { body } = await office.first.post('/disbursements', { loanId: String(loanId) })
  const id = String(body.id)
  await reaches(id, 'part-paid')
  const arrived = (await story.rows('transactions', { disbursement_id: id, state: 'confirmed' }))[0]
  return { id, arrived: String(arrived?.amount_minor) }
}

describe('what arrived is booked as all of it', () => {
  const lower = (id: string, amount: string) =>
    office.first.post(`/disbursements/${id}/book-lower`, { amount })

  it('by two people, where the products allow it: the loan is disbursed for that much', async () => {
    const { id, arrived } = await partPaid(601)
    expect(await lower(id, arrived)).toMatchObject({ status: 409, body: { title: 'Not to be booked there' } })
    await setting(stage.house, ['payouts', 'bookLower'], true)
    expect((await lower(id, '4999')).status).toBe(400)
    const proposed = await lower(id, arrived)
    expect(proposed).toMatchObject({ status: 202, body: { state: 'open', subject: 'disbursement' } })
    expect((await payout(id)).state).toBe('part-paid')
    expect((await office.first.post(`/proposals/${proposed.body.id}/approve`)).status).toBe(409)
    expect(await office.second.post(`/proposals/${proposed.body.id}/approve`)).toMatchObject({
      status: 200,
      body: { state: 'carried-out' },
    })
    await reaches(id, 'paid')
    expect(await payout(id)).toMatchObject({ amount: arrived, ordered: '5000' })
    expect(await story.rows('bookings', { disbursement_id: id })).toMatchObject([
      { entry: 'disbursal', state: 'booked', amount_minor: BigInt(arrived) },
    ])
    expect(await disbursed(601)).toEqual([arrived])
    expect(await story.cases()).toEqual([])
    expect((await lower(id, arrived)).body.title).toBe('Not to be booked there')
    await balanced()
  })

  it('not where charges are kept back, nor where the loan waits no more', async () => {
    const { id, arrived } = await partPaid(602, { principal: '5100', feeAtDisbursement: '100' })
    expect((await lower(id, arrived)).body.detail).toContain('charges')
    await office.first.post(`/disbursements/${id}/give-up`)
    expect((await lower(id, arrived)).status).toBe(409)
  })
})

describe('what arrived comes back', () => {
  const evidence = (id: string) =>
    office.first.post(`/transactions/${id}/evidence`, {
      outcome: 'reversed',
      note: 'she paid it in at the desk',
    })
  const agree = (proposal: Row) => office.second.post(`/proposals/${proposal.id}/approve`)

  it('by what two people have seen: nothing is left with her, and the alarm is settled', async () => {
    const { id } = await partPaid(603)
    const part = await partOf(id, 'confirmed')
    const { status, body } = await evidence(part)
    expect(status).toBe(202)
    expect((await agree(body)).body).toMatchObject({ state: 'carried-out' })
    expect(await payout(id)).toMatchObject({ state: 'failed' })
    expect(await story.rows('cases', { subject_id: id, state: 'open' })).toEqual([])
    expect(await partOf(id, 'returned')).toBe(part)
    expect((await evidence(part)).body.title).toBe('Moved on')
    await balanced()
  })

  it('after it was given up as well; but not what the core has', async () => {
    const { id } = await partPaid(604)
    await office.first.post(`/disbursements/${id}/give-up`)
    expect(await story.rows('cases', { subject_id: id, state: 'open' })).toHaveLength(1)
    await agree((await evidence(await partOf(id, 'confirmed'))).body)
    expect(await story.rows('cases', { subject_id: id, state: 'open' })).toEqual([])
    const booked = (await story.rows('transactions', { kind: 'disburse', state: 'booked' }))[0]
    expect((await evidence(String(booked?.id))).body.title).toBe('Moved on')
    await balanced()
  })
})

describe('a part that comes through after all, when the loan was ordered again', () => {
  it('is not sent the rest of before the other order is withdrawn: she is never paid by two', async () => {
    await addLoans(stage, 'demo-cm', [{ id: 605, principal: '8000', status: 'approved' }])
    await stage.fault({ simulator: 'mtn-momo', kind: 'payee-refused', msisdn: story.own, times: 3 })
    const first = String((await office.first.post('/disbursements', { loanId: '605' })).body.id)
    await reaches(first, 'failed')
    await setting(stage.house, ['payouts', 'secondPersonAbove'], '1')
    const { status, body } = await office.first.post('/disbursements', { loanId: '605' })
    expect({ status, state: body.state }).toEqual({ status: 201, state: 'planned' })

    const part = await partOf(first, 'failed')
    await act(stage.house.gateway.deps, 'demo-cm', async commit => {
      const { amount_minor: minor } = await commit.trx('transactions').where({ id: part }).first()
      await stage.house.gateway.stepper.step(commit, 'transaction', part, {
        type: 'CONFIRMED',
        at: commit.at.toISOString(),
        amount: { amount: String(minor), currency: 'XAF' },
        receipt: 'LATE-605',
      })
    })
    expect((await payout(first)).state).toBe('part-paid')
    expect(await office.first.post(`/disbursements/${first}/retry`)).toMatchObject({
      status: 409,
      body: {
        title: 'Being disbursed',
        detail: `disbursement ${body.id} of this loan is open: cancel one of them first`,
      },
    })
    expect((await payout(first)).state).toBe('part-paid')
    expect((await office.first.post(`/disbursements/${body.id}/cancel`)).status).toBe(200)
    expect((await office.first.post(`/disbursements/${first}/retry`)).status).toBe(200)
    await reaches(first, 'paid')
    expect(await disbursed(605)).toEqual(['8000'])
    await balanced()
  })
})
