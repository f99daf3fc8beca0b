import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { expectBooksToAgree } from '../support/books.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
})
afterAll(() => stage.close())

/** She opens her operator's own menu and pays the lender's paybill: nobody asked her to. */
async function pays(
  amount: string,
  billRefNumber: string,
  beforeBooking?: (receipt: string) => Promise<unknown>,
): Promise<Row> {
  const answer = await fetch(`${stage.url}/sim/providers/mpesa/c2b`, {
    method: 'POST',
    body: JSON.stringify({ msisdn: ke.own, amount, billRefNumber }),
  })
  expect(answer.status).toBe(201)
  const paid = (await answer.json()) as Row
  await beforeBooking?.(String(paid.receipt))
  // a little while, for the push to which it may belong
  await pass(stage, 20 * 60_000, 60_000)
  return paid
}

describe("a payment to the demo's paybill", () => {
  it.each([
    ['with the account of her loan is booked on it', '120.00', '000000011', 'booked'],
    ['with an account that nobody knows waits on the board', '130.00', 'SHOP', 'suspense'],
  ])('%s', async (_, amount, account, state) => {
    const { receipt } = await pays(amount, account)
    expect(await ke.rows('transactions', { receipt })).toMatchObject([
      { origin: 'c2b', state, loan_account: account },
    ])
    const booked = (await ke.booked()).filter(({ receiptNumber }) => receiptNumber === receipt)
    expect(booked).toHaveLength(state === 'booked' ? 1 : 0)
    // the paybill masks her number: she is written to where we know her, and the mask is nobody
    expect(await ke.rows('messages', { msisdn: '' })).toEqual([])
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('told twice is one repayment', async () => {
    await stage.fault({ simulator: 'mpesa', kind: 'duplicate-callback' })
    const { receipt } = await pays('140.00', '000000011')
    expect((await ke.booked()).filter(({ receiptNumber }) => receiptNumber === receipt)).toHaveLength(1)
    expect(await ke.rows('transactions', { receipt })).toMatchObject([{ state: 'booked' }])
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('whose receipt a teller has typed already is linked to what she typed', async () => {
    let typed: unknown
    const { receipt } = await pays('150.00', '000000011', async receiptNumber => {
      const entry = { loanId: 1, amount: '150.00', receiptNumber, date: '2026-03-05' }
      typed = (await ke.core({ tellerRepayment: entry })).transactionId
    })
    expect((await ke.booked()).filter(({ receiptNumber }) => receiptNumber === receipt)).toEqual([
      expect.objectContaining({ id: typed, amount: '150.00' }),
    ])
    const [payment] = await ke.rows('transactions', { receipt })
    expect(payment).toMatchObject({ state: 'booked', origin: 'c2b' })
    expect(await ke.rows('bookings', { transaction_id: payment?.id })).toMatchObject([
      { state: 'booked', core_transaction_id: typed },
    ])
    await expectBooksToAgree(stage, 'demo-ke')
  })
})
