import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createOffice, type Office } from '../support/board.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
let office: Office
let loan = 10

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  office = createOffice(stage, 'demo-ke')
})
afterAll(() => stage.close())
beforeEach(async () => {
  loan += 1
  await addLoans(stage, 'demo-ke', [{ id: loan }])
})

/** She pays a loan that was written off meanwhile: the money waits on the board. */
async function itemOf(amount: string): Promise<Row> {
  await stage.post(
    '/api/v1/collection-requests',
    { loanId: String(loan), amount, mode: 'prompt' },
    { key: ke.key, idempotencyKey: `pay-${loan}` },
  )
  await ke.core({ writeOffLoan: loan })
  return hurry(
    stage,
    async () => (await office.first.list('/suspense')).find(item => item.loanId === String(loan)),
    60_000,
    'an item',
  )
}

const paymentOf = (item: Row) => office.first.get(`/transactions/${item.transactionId}`)
const settle = (item: Row, body: object, who = office.first) => who.post(`/suspense/${item.id}/settle`, body)
const toLoan = (targetId: string, amount: string) => ({
  way: 'book',
  allocations: [{ target: 'loan', targetId, amount }],
})
const reaches = (item: Row, state: string) =>
  hurry(stage, async () => (await paymentOf(item)).state === state, 600_000, `payment ${state}`)

describe('the board', () => {
  it('tells of money without a home: why, whose, since when, and who looks after it', async () => {
    const item = await itemOf('10.00')
    await pass(stage, 60_000)
    expect(await office.first.get(`/suspense/${item.id}`)).toMatchObject({
      state: 'open',
      reason: 'not-bookable',
      amount: '10.00',
      currency: 'KES',
      payer: ke.own,
      loanId: String(loan),
      receipt: expect.any(String),
      transactionState: 'suspense',
      owner: null,
      proposal: null,
      ageSeconds: expect.any(Number),
    })
    const owned = await office.first.put(`/suspense/${item.id}/owner`, { owner: 'Njeri' })
    expect(owned).toMatchObject({ status: 200, body: { owner: 'Njeri' } })
    expect(await office.first.list('/suspense?owner=Njeri')).toMatchObject([{ id: item.id }])
  })

  it('proposes a loan of the payer on which just that is due, never the one that has refused the money', async () => {
    const item = await itemOf('1300.00')
    const clues = [{ loanId: '1', account: '000000011', clues: ['instalment-due'] }]
    expect((await office.first.get(`/suspense/${item.id}`)).matches).toEqual(clues)
    const listed = (await office.first.list('/suspense')).find(({ id }) => id === item.id)
    expect(listed?.matches).toEqual(clues)
  })

  it('is a tenant’s own', async () => {
    const item = await itemOf('10.00')
    const others = createOffice(stage, 'demo-cm').first
    expect(await others.list('/suspense')).toEqual([])
    expect((await others.call('GET', `/suspense/${item.id}`)).status).toBe(404)
    expect((await settle(item, { way: 'return' }, others)).status).toBe(404)
    expect((await others.put(`/suspense/${item.id}/owner`, { owner: 'x' })).status).toBe(404)
  })
})

describe('an item below the threshold', () => {
  it('is booked to another loan by one person, at once and once', async () => {
    const item = await itemOf('12.00')
    const before = (await ke.booked('1')).length
    const done = await settle(item, toLoan('1', '12.00'))
    expect(done).toMatchObject({
      status: 200,
      body: { state: 'carried-out', proposedBy: 'demo', decidedBy: null },
    })
    await reaches(item, 'booked')
    expect((await ke.booked('1')).slice(before)).toMatchObject([{ amount: '12.00' }])
    expect(await settle(item, { way: 'return' })).toMatchObject({
      status: 409,
      body: { title: 'Settled already' },
    })
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('goes back to the number that paid, with a word to her, and the books agree', async () => {
    const item = await itemOf('13.00')
    expect((await settle(item, { way: 'return', amount: '13.00' })).status).toBe(200)
    expect(await settle(item, { way: 'write-off', reason: 'too late' })).toMatchObject({
      status: 409,
      body: { title: 'On its way' },
    })
    await reaches(item, 'returned')
    expect(await office.first.get(`/suspense/${item.id}`)).toMatchObject({ state: 'settled', way: 'return' })
    expect((await ke.rows('transactions', { original_id: item.transactionId }))[0]).toMatchObject({
      kind: 'return',
      msisdn: ke.own,
      amount_minor: 1300n,
    })
  })

  it('is answered the same for the same key, and refused for a key that meant something else', async () => {
    const item = await itemOf('14.00')
    const body = { way: 'write-off', reason: 'nobody wants it' }
    const [once, twice] = [
      await office.first.post(`/suspense/${item.id}/settle`, body, 'same-key'),
      await office.first.post(`/suspense/${item.id}/settle`, body, 'same-key'),
    ]
    expect(twice).toEqual(once)
    expect(await ke.rows('proposals', { subject_id: item.id })).toHaveLength(1)
    const other = await office.first.post(`/suspense/${item.id}/settle`, { way: 'return' }, 'same-key')
    expect(other.status).toBe(422)
    expect((await paymentOf(item)).state).toBe('written-off')
  })
})

describe('what a person may not order', () => {
  it.each([
    ['less than the item', () => toLoan('1', '14.99'), 400],
    ['more than the item', () => toLoan('1', '15.01'), 400],
    ['nothing', () => ({ way: 'book', allocations: [] }), 400],
    [
      'an amount of another currency',
      () => ({ way: 'book', allocations: [{ ...toLoan('1', '15.00').allocations[0], currency: 'USD' }] }),
      400,
    ],
    [
      'the same loan twice',
      () => ({
        way: 'book',
        allocations: [...toLoan('1', '7.00').allocations, ...toLoan('1', '8.00').allocations],
      }),
      400,
    ],
    ['a loan that is not there', () => toLoan('4711', '15.00'), 409],
    ['the loan that was written off', () => toLoan(String(loan), '15.00'), 409],
    [
      'a savings account of nobody',
      () => ({ way: 'book', allocations: [{ target: 'savings', targetId: '99', amount: '15.00' }] }),
      409,
    ],
    ['more back than came', () => ({ way: 'return', amount: '15.01' }), 409],
    ['less back than came', () => ({ way: 'return', amount: '14.99' }), 400],
    ['a write-off without a reason', () => ({ way: 'write-off' }), 400],
    ['a way that there is not', () => ({ way: 'keep' }), 400],
  ])('%s', async (_, body, status) => {
    const item = await itemOf('15.00')
    const answer = await settle(item, body())
    expect(answer).toMatchObject({ status, body: { title: expect.any(String), detail: expect.any(String) } })
    expect((await paymentOf(item)).state).toBe('suspense')
    expect(await ke.rows('proposals', { subject_id: item.id })).toEqual([])
  })
})

describe('an item above the threshold', () => {
  it('waits for a second person, who is not the first', async () => {
    const item = await itemOf('1500.00')
    const { status, body } = await settle(item, toLoan('1', '1500.00'))
    expect({ status, state: body.state }).toEqual({ status: 202, state: 'open' })
    expect((await office.first.get(`/suspense/${item.id}`)).proposal).toMatchObject({ id: body.id })
    const own = await office.first.post(`/proposals/${body.id}/approve`)
    expect(own).toMatchObject({ status: 409, body: { title: 'Own proposal' } })
    expect(await settle(item, { way: 'return' }, office.second)).toMatchObject({
      status: 409,
      body: { title: 'Proposed already' },
    })
    expect((await paymentOf(item)).state).toBe('suspense')
    const yes = await office.second.post(`/proposals/${body.id}/approve`)
    expect(yes).toMatchObject({ status: 200, body: { state: 'carried-out', decidedBy: 'demo-2' } })
    await reaches(item, 'booked')
    expect(await office.second.post(`/proposals/${body.id}/approve`)).toMatchObject({ status: 409 })
    // what went back to her left our float again
    await expectBooksToAgree(stage, 'demo-ke', '13.00')
  })

  it('is proposed anew after a proposal was withdrawn', async () => {
    const item = await itemOf('1500.00')
    const { body } = await settle(item, { way: 'write-off', reason: 'nobody asks for it' })
    expect(await office.second.post(`/proposals/${body.id}/withdraw`)).toMatchObject({
      status: 200,
      body: { state: 'withdrawn', decidedBy: 'demo-2' },
    })
    expect((await settle(item, { way: 'write-off', reason: 'all the same' })).status).toBe(202)
  })

  it('that left the board meanwhile makes its proposal stale: nothing moves', async () => {
    const item = await itemOf('1500.00')
    const { body } = await settle(item, toLoan('1', '1500.00'))
    await stage.house.gateway.deps.db.asTenant('demo-ke', trx =>
      trx('suspense_items')
        .where({ tenant_id: 'demo-ke', id: item.id })
        .update({ state: 'settled', way: 'taken-back', settled_at: stage.clock.now() }),
    )
    const transfers = (await ke.rows('transfers')).length
    expect(await office.second.post(`/proposals/${body.id}/approve`)).toMatchObject({
      status: 409,
      body: { title: 'Settled already' },
    })
    expect(await ke.rows('transfers')).toHaveLength(transfers)
  })

  it('of a loan that took no more meanwhile is refused at the second yes', async () => {
    const item = await itemOf('1500.00')
    await addLoans(stage, 'demo-ke', [{ id: loan + 500 }])
    const { body } = await settle(item, toLoan(String(loan + 500), '1500.00'))
    await ke.core({ writeOffLoan: loan + 500 })
    const yes = await office.second.post(`/proposals/${body.id}/approve`)
    expect(yes).toMatchObject({ status: 409, body: { title: 'Not to be booked there' } })
    expect((await paymentOf(item)).state).toBe('suspense')
  })
})

describe('what nobody answers about', () => {
  /** A push whose answer never comes. */
  async function unresolved(amount: string): Promise<string> {
    await stage.fault({ simulator: 'mpesa', kind: 'no-answer-ever', msisdn: ke.own })
    const { body } = await stage.post(
      '/api/v1/collection-requests',
      { loanId: String(loan), amount, mode: 'prompt' },
      { key: ke.key, idempotencyKey: `lost-${loan}` },
    )
    const row = await ke.movement(String(body.id), 'unresolved', 86_400_000, 60_000)
    return String(row.transactions.at(-1)?.id)
  }
  const evidence = (id: string, body: object) => office.first.post(`/transactions/${id}/evidence`, body)

  it('stands on the list, may be asked about now, and is ended by what two persons have seen', async () => {
    const id = await unresolved('16.00')
    expect(await office.first.list('/unresolved')).toMatchObject([{ id, amount: '16.00', proposal: null }])
    expect((await office.first.post(`/transactions/${id}/inquire`)).status).toBe(202)
    await stage.settle()
    expect((await office.first.get(`/transactions/${id}`)).state).toBe('unresolved')
    const { status, body } = await evidence(id, {
      outcome: 'confirmed',
      receipt: 'SEENINPORTAL1',
      note: 'operator portal, 10:20',
    })
    expect(status).toBe(202)
    expect((await office.first.post(`/proposals/${body.id}/approve`)).status).toBe(409)
    expect((await office.second.post(`/proposals/${body.id}/approve`)).status).toBe(200)
    await hurry(
      stage,
      async () => (await office.first.get(`/transactions/${id}`)).state === 'booked',
      600_000,
      'booked',
    )
    expect(await office.first.get(`/transactions/${id}`)).toMatchObject({ receipt: 'SEENINPORTAL1' })
    expect((await office.first.post(`/transactions/${id}/inquire`)).status).toBe(409)
  })

  it('is not ended by a receipt of another payment, a wrong amount, or after it ended by itself', async () => {
    const id = await unresolved('17.00')
    const seen = { outcome: 'confirmed', note: 'on her phone' }
    expect((await evidence(id, { ...seen, receipt: 'SEENINPORTAL1' })).body.title).toBe('Receipt taken')
    expect((await evidence(id, { ...seen, amount: '0' })).status).toBe(400)
    expect((await evidence(id, { outcome: 'confirmed' })).status).toBe(400)
    const { body } = await evidence(id, { outcome: 'declined', note: 'no such payment on the statement' })
    const yes = await office.second.post(`/proposals/${body.id}/approve`)
    expect(yes.status).toBe(200)
    expect((await office.first.get(`/transactions/${id}`)).state).toBe('failed')
    expect((await evidence(id, { ...seen })).body.title).toBe('Moved on')
  })
})

describe('money that somebody paid of her own accord', () => {
  it('under an account written her own way is booked on that loan', async () => {
    const answer = await fetch(`${stage.url}/providers/demo-ke-daraja/callback`, {
      method: 'POST',
      body: JSON.stringify({
        TransactionType: 'Pay Bill',
        TransID: 'TOWNWAY001',
        TransTime: '20260305110000',
        TransAmount: '77.00',
        BusinessShortCode: '600638',
        BillRefNumber: '11',
        MSISDN: '25470****001',
      }),
    })
    expect(answer.status).toBe(200)
    const booked = async () =>
      (await ke.rows('transactions', { receipt: 'TOWNWAY001' })).find(({ state }) => state === 'booked')
    expect(await hurry(stage, booked, 1_200_000, 'it is booked', 30_000)).toMatchObject({ loan_id: '1' })
  })
})
