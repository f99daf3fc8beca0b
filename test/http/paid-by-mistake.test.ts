import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
let office: Office
let loan = 20

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  office = createOffice(stage, 'demo-ke')
})
afterAll(() => stage.close())
beforeEach(async () => {
  loan += 1
  await addLoans(stage, 'demo-ke', [{ id: loan }, { id: loan + 500 }])
})

/** She pays a loan, and it is booked. */
async function booked(amount: string): Promise<string> {
  const { body } = await stage.post(
    '/api/v1/collection-requests',
    { loanId: String(loan), amount, mode: 'prompt' },
    { key: ke.key, idempotencyKey: `mistake-${loan}` },
  )
  return String((await ke.movement(String(body.id), 'booked', 120_000)).transactions.at(-1)?.id)
}

const decide = (id: string, body: object, who = office.first) =>
  who.post(`/transactions/${id}/paid-by-mistake`, body)
const payment = (id: string): Promise<Row> => office.first.get(`/transactions/${id}`)
const proposal = (id: unknown): Promise<Row> => office.first.get(`/proposals/${id}`)
const reaches = (id: string, state: string) =>
  hurry(stage, async () => (await payment(id)).state === state, 600_000, `payment ${state}`)
const stands = async (loanId: number): Promise<unknown[]> =>
  (await ke.booked(String(loanId))).filter(row => row.reversed !== true).map(row => row.amount)
const agree = async () => expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])

describe('money paid by mistake', () => {
  it('is taken out of the core and goes back to who paid', async () => {
    const id = await booked('10.00')
    const { status, body } = await decide(id, { way: 'return' })
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { state: 'under-way', action: 'return-payment' },
    })
    expect((await decide(id, { way: 'return' }, office.second)).status).toBe(409)
    await reaches(id, 'returned')
    expect(await proposal(body.id)).toMatchObject({ state: 'carried-out' })
    expect(await stands(loan)).toEqual([])
    expect(await ke.rows('suspense_items', { transaction_id: id })).toMatchObject([
      { reason: 'given-back', state: 'settled', way: 'return' },
    ])
    await agree()
  })

  it('that went back stays counted against her limit of the day, as the operator counts it', async () => {
    const walletId = (await ke.rows('wallets', { msisdn: ke.own }))[0]?.id
    expect(await ke.rows('transactions', { msisdn: ke.own, kind: 'collect' })).toMatchObject([
      { state: 'returned', amount_minor: 1000n },
    ])
    const limit = { provider: 'mpesa-ke', tier: '*', operation: 'collect', window: 'day', measure: 'amount' }
    const row = {
      ...limit,
      value: '15.00',
      currency: 'KES',
      source: 'a test',
      from: '2026-03-05',
      until: null,
    }
    const planned = async (amount: string) =>
      (await office.first.post('/plans', { operation: 'collect', walletId, amount })).body.plan
    expect((await office.first.put('/limits', { data: [row] })).status).toBe(200)
    expect(await planned('5.00')).toMatchObject({ refused: null })
    expect(await planned('6.00')).toMatchObject({ refused: { why: 'over-period' } })
    expect((await office.first.put('/limits', { data: [] })).status).toBe(200)
  })

  it('moves to the loan that was meant', async () => {
    const id = await booked('11.00')
    expect((await decide(id, { way: 'move', loanId: String(loan + 500) })).status).toBe(202)
    await hurry(stage, async () => (await stands(loan + 500)).length > 0, 600_000, 'moved')
    await reaches(id, 'booked')
    expect([await stands(loan), await stands(loan + 500)]).toEqual([[], ['11.00']])
    await agree()
  })

  it('stays where it is if that is decided, and the reason is kept', async () => {
    const id = await booked('12.00')
    const { body } = await decide(id, { way: 'refuse', reason: 'she owes it' })
    expect(body).toMatchObject({ state: 'carried-out' })
    expect(await ke.rows('cases', { subject_id: id })).toMatchObject([
      { kind: 'give-back-refused', state: 'settled', detail: { reason: 'she owes it', by: 'demo' } },
    ])
    expect(await stands(loan)).toEqual(['12.00'])
  })

  it('above the threshold is decided by two', async () => {
    const id = await booked('1200.00')
    const { status, body } = await decide(id, { way: 'return' })
    expect({ status, state: body.state }).toEqual({ status: 202, state: 'open' })
    await pass(stage, 60_000)
    expect((await payment(id)).state).toBe('booked')
    expect((await office.first.post(`/proposals/${body.id}/approve`)).status).toBe(409)
    expect(await office.second.post(`/proposals/${body.id}/approve`)).toMatchObject({
      status: 200,
      body: { state: 'under-way', decidedBy: 'demo-2' },
    })
    expect((await office.first.post(`/proposals/${body.id}/withdraw`)).status).toBe(409)
    await reaches(id, 'returned')
    await agree()
  })

  it('waits while the core is away, and goes on by itself', async () => {
    const id = await booked('13.00')
    await ke.core({ down: true })
    const { body } = await decide(id, { way: 'return' })
    await pass(stage, 300_000)
    expect((await proposal(body.id)).state).toBe('under-way')
    await ke.core({ down: false })
    await reaches(id, 'returned')
    await agree()
  })

  it('to a loan that takes no more by then is an item on the board again', async () => {
    const id = await booked('14.00')
    await ke.core({ lockLoan: loan })
    await decide(id, { way: 'move', loanId: String(loan + 500) })
    await ke.core({ writeOffLoan: loan + 500, unlockLoan: loan })
    await reaches(id, 'suspense')
    expect(await office.first.list('/suspense')).toMatchObject([{ transactionId: id, amount: '14.00' }])
    await agree()
  })

  it('that the core does not give out again stays booked, and a case tells of it', async () => {
    const id = await booked('16.00')
    await ke.core({ writeOffLoan: loan })
    const { body } = await decide(id, { way: 'return' })
    await hurry(stage, async () => (await proposal(body.id)).state === 'withdrawn', 600_000, 'withdrawn')
    expect((await payment(id)).state).toBe('booked')
    expect(await ke.rows('cases', { subject_id: id, state: 'open' })).toMatchObject([
      { kind: 'undo-refused' },
    ])
    expect((await decide(id, { way: 'return' })).body.title).toBe('Not to be undone')
    // to say no is possible still
    expect((await decide(id, { way: 'refuse', reason: 'the core keeps it' })).status).toBe(200)
    await agree()
  })

  it('is not touched for a wrong order', async () => {
    const id = await booked('15.00')
    const titles = async (body: object) => (await decide(id, body)).body.title
    expect(await titles({ way: 'move', loanId: '4711' })).toBe('Not to be booked there')
    expect(await titles({ way: 'move', loanId: String(loan) })).toBe('Not to be booked there')
    expect(await titles({ way: 'refuse' })).toBe('Bad request')
    expect(await titles({ way: 'return', amount: '1.00' })).toBe('Bad request')
    expect((await decide(id, { way: 'return' }, createOffice(stage, 'demo-cm').first)).status).toBe(404)
    expect(await stands(loan)).toEqual(['15.00'])
  })
})
