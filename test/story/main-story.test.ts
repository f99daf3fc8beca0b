import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openTestStage, type TestStage } from '../support/stage.ts'

describe.each([
  { tenant: 'demo-ke', provider: 'mpesa', due: 'KES 1,300', amount: '1300.00', currency: 'KES' },
  { tenant: 'demo-cm', provider: 'mtn-momo', due: 'XAF 13 000', amount: '13000', currency: 'XAF' },
] as const)('a borrower of $tenant', ({ tenant, provider, due, amount, currency }) => {
  let stage: TestStage
  beforeAll(async () => {
    stage = await openTestStage()
  })
  afterAll(() => stage.close())

  it('is asked on the due date, approves on her phone, and her loan is repaid once', async () => {
    await stage.settle()
    const phone = stage.phone(tenant)
    expect(await phone.dial()).toMatchObject({ kind: 'CON', text: expect.stringContaining(due) })
    expect((await phone.answer('1')).kind).toBe('CON')
    expect((await phone.answer('1')).text).toContain(due)
    expect((await phone.answer('2580')).kind).toBe('END')

    const paid = await stage.until(
      async () => (await stage.get(`/api/v1/collection-requests?state=paid`, `${tenant}-key`)).data[0],
      15_000,
      'the request is paid',
    )
    expect(paid).toMatchObject({
      amount,
      currency,
      transactions: [{ state: 'booked', receipt: expect.any(String) }],
    })
    const truth = await stage.get(`/sim/providers/${provider}/transactions`)
    expect(truth.data).toEqual([expect.objectContaining({ status: 'succeeded', amount, currency })])
    const booked = (await stage.get(`/sim/fineract/${tenant}/transactions?loanId=1`)).data.filter(
      row => row.externalId !== null,
    )
    expect(booked).toEqual([
      expect.objectContaining({
        type: 'repayment',
        amount,
        reversed: false,
        receiptNumber: truth.data[0]?.receipt,
      }),
    ])
  })
})
