import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { FineractSeed, LoanSeed, TenantSeed } from '../../src/simulators/fineract/index.ts'
import { createStage, type Stage } from './support.ts'

const client = { id: 7, accountNo: '7', firstname: 'Awa', lastname: 'Ngo', mobileNo: '237670000001' }
const base = {
  users: [{ username: 'gateway', password: 'pw', permissions: 'ALL_FUNCTIONS' }],
  paymentTypes: [{ id: 4, name: 'Mobile money' }],
  clients: [client, { id: 8, accountNo: '8', firstname: 'Jean', lastname: 'Mbarga' }],
} satisfies Partial<TenantSeed>
const KE: TenantSeed = { ...base, id: 'ke', zone: 'Africa/Nairobi', currency: 'KES', loans: [] }
const CM: TenantSeed = { ...base, id: 'cm', zone: 'Africa/Douala', currency: 'XAF', loans: [] }

let stage: Stage
let lastLoan = 100
beforeAll(async () => {
  stage = await createStage()
  await stage.simulators.seed({ fineract: { tenants: [KE, CM] } })
})
afterAll(() => stage.close())

type Answer = {
  readonly status: number
  readonly body: { readonly resourceId?: number; readonly [name: string]: unknown }
}

async function api(path: string, body?: object, tenant = 'ke'): Promise<Answer> {
  const answer = await stage.call(`/fineract-provider/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Basic ${btoa('gateway:pw')}`,
      'fineract-platform-tenantid': tenant,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}

/** A loan of 3 × (1000 + 100), first due on 1 February 2026; today is 2 March. */
async function lend(more: Partial<LoanSeed> = {}, tenant = KE): Promise<number> {
  lastLoan += 1
  const loan = {
    id: lastLoan,
    accountNo: `L${lastLoan}`,
    clientId: 7,
    product: 'Biashara',
    principal: '3000',
    interestPerPeriod: '100',
    instalments: 3,
    firstDue: '2026-02-01',
    monthly: true,
    ...more,
  } as LoanSeed
  const seed: FineractSeed = { tenants: [{ ...tenant, loans: [loan] }] }
  await stage.simulators.seed({ fineract: seed })
  return lastLoan
}

const WORDS = { locale: 'en', dateFormat: 'yyyy-MM-dd' }
const payment = (amount: string | number, more: object = {}) => ({
  transactionDate: '2026-03-02',
  transactionAmount: amount,
  paymentTypeId: 4,
  ...WORDS,
  ...more,
})
const repay = (loan: number, amount: string | number, more: object = {}, tenant = 'ke') =>
  api(`/loans/${loan}/transactions?command=repayment`, payment(amount, more), tenant)
const undo = (loan: number, id: number | undefined) =>
  api(`/loans/${loan}/transactions/${id}?command=undo`, { ...payment(0) })
const truth = (loan: number, tenant = 'ke') =>
  stage.json<{ status: number; outstanding: string; overpaid: string }>(`/fineract/${tenant}/loans/${loan}`)
const control = (body: object, tenant = 'ke') =>
  stage.call(`/fineract/${tenant}/controls`, { method: 'POST', body: JSON.stringify(body) })
const refusal = (code: string) => ({ errors: [{ userMessageGlobalisationCode: code }] })
const byExternalId = (loan: number, ext: string) => api(`/loans/${loan}/transactions/external-id/${ext}`)

describe('a repayment', () => {
  it('goes to penalties, fees, interest and principal of the oldest instalment first', async () => {
    const loan = await lend()
    await control({ charge: { loanId: loan, instalment: 1, penalty: '30', fee: '20' } })
    const { status, body } = await repay(loan, '1250.50', {
      externalId: 'w-1',
      receiptNumber: 'TGH1',
      note: 'M-Pesa',
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      loanId: loan,
      clientId: 7,
      resourceExternalId: 'w-1',
      changes: { transactionAmount: '1250.50', paymentTypeId: 4, receiptNumber: 'TGH1' },
    })
    expect(body).not.toHaveProperty('commandId')
    expect((await byExternalId(loan, 'w-1')).body).toMatchObject({
      id: body.resourceId,
      amount: 1250.5,
      penaltyChargesPortion: 30,
      feeChargesPortion: 20,
      interestPortion: 200,
      principalPortion: 1000.5,
      outstandingLoanBalance: 1999.5,
      paymentDetailData: { paymentType: { id: 4 }, receiptNumber: 'TGH1' },
    })
  })

  it('that pays all closes the loan; one more makes it overpaid; undone, it is active again', async () => {
    const loan = await lend()
    const first = await repay(loan, 3300)
    expect(await truth(loan)).toMatchObject({ status: 600, outstanding: '0.00' })
    const second = await repay(loan, '10')
    expect(await truth(loan)).toMatchObject({ status: 700, overpaid: '10.00' })
    expect((await api(`/loans/${loan}`)).body).toMatchObject({
      status: { overpaid: true },
      totalOverpaid: 10,
    })
    expect((await undo(loan, second.body.resourceId)).body).toMatchObject({
      resourceId: second.body.resourceId,
    })
    await undo(loan, first.body.resourceId)
    expect(await truth(loan)).toMatchObject({ status: 300, outstanding: '3300.00' })
  })

  it('loses its receipt without a word where no payment type is named', async () => {
    const loan = await lend()
    await repay(loan, 100, { paymentTypeId: undefined, receiptNumber: 'LOST', externalId: 'r-1' })
    expect((await byExternalId(loan, 'r-1')).body).not.toHaveProperty('paymentDetailData')
  })

  it('is rounded to the currency without a word: XAF has no centimes', async () => {
    const loan = await lend({ inMultiplesOf: 25 }, CM)
    const { body } = await repay(loan, '1512.5', {}, 'cm')
    const booked = await api(`/loans/${loan}/transactions/${body.resourceId}`, undefined, 'cm')
    expect(booked.body).toMatchObject({ amount: 1500 })
    const { data } = await stage.json<{ data: object[] }>(`/fineract/cm/transactions?loanId=${loan}`)
    expect(data.at(-1)).toMatchObject({ amount: '1500', currency: 'XAF' })
  })

  it('keeps its externalId for ever: on another loan, and after it was undone', async () => {
    const [loan, other] = [await lend(), await lend()]
    const { body } = await repay(loan, 100, { externalId: 'once' })
    const twice = {
      status: 400,
      body: refusal('validation.msg.loan.transaction.externalId.value.must.be.unique'),
    }
    expect(await repay(other, 100, { externalId: 'once' })).toMatchObject(twice)
    expect(await byExternalId(other, 'once')).toMatchObject({
      status: 404,
      body: refusal('error.msg.loan.transaction.id.invalid'),
    })
    expect(await byExternalId(loan, 'never')).toMatchObject({
      status: 404,
      body: refusal('error.msg.loan.transaction.external.id.invalid'),
    })
    await undo(loan, body.resourceId)
    expect((await byExternalId(loan, 'once')).body).toMatchObject({
      manuallyReversed: true,
      reversedOnDate: [2026, 3, 2],
    })
    expect(await repay(loan, 100, { externalId: 'once' })).toMatchObject(twice)
    expect((await repay(loan, 100, { externalId: 'once' }, 'cm')).status).toBe(404)
  })

  it('dated back renumbers those after it, and the externalId moves', async () => {
    const loan = await lend()
    const later = await repay(loan, 300, { transactionDate: '2026-03-01', externalId: 'later' })
    const early = await repay(loan, 600, { transactionDate: '2026-02-01', externalId: 'early' })
    const moved = await byExternalId(loan, 'later')
    expect(moved.body).toMatchObject({
      amount: 300,
      interestPortion: 0,
      principalPortion: 300,
      manuallyReversed: false,
    })
    expect(moved.body.id).not.toBe(later.body.resourceId)
    expect((await byExternalId(loan, 'early')).body.id).toBe(early.body.resourceId)
    const old = await api(`/loans/${loan}/transactions/${later.body.resourceId}`)
    expect(old.body).not.toHaveProperty('externalId')
    const { transactions } = (await api(`/loans/${loan}?associations=transactions`)).body as unknown as {
      transactions: { id: number }[]
    }
    expect(transactions.map(({ id }) => id)).not.toContain(later.body.resourceId)
  })

  it('can be replaced: an adjustment above nought has a new id', async () => {
    const loan = await lend()
    const { body } = await repay(loan, 500)
    const adjusted = await api(`/loans/${loan}/transactions/${body.resourceId}`, payment('400'))
    expect(adjusted.body.resourceId).not.toBe(body.resourceId)
    expect(await truth(loan)).toMatchObject({ outstanding: '2900.00' })
  })
})
