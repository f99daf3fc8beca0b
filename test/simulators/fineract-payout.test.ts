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

let stage: Stage
let lastLoan = 100
beforeAll(async () => {
  stage = await createStage()
  await stage.simulators.seed({ fineract: { tenants: [KE] } })
})
afterAll(() => stage.close())

type Answer = {
  readonly status: number
  readonly body: { readonly resourceId?: number; readonly [name: string]: unknown }
}

async function api(path: string, body?: object): Promise<Answer> {
  const answer = await stage.call(`/fineract-provider/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Basic ${btoa('gateway:pw')}`,
      'fineract-platform-tenantid': 'ke',
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}

/** A loan of 3 × (1000 + 100), first due on 1 February 2026; today is 2 March. */
async function lend(more: Partial<LoanSeed> = {}): Promise<number> {
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
  const seed: FineractSeed = { tenants: [{ ...KE, loans: [loan] }] }
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
const repay = (loan: number, amount: string | number, more: object = {}) =>
  api(`/loans/${loan}/transactions?command=repayment`, payment(amount, more))
const undo = (loan: number, id: number | undefined) =>
  api(`/loans/${loan}/transactions/${id}?command=undo`, { ...payment(0) })
const truth = (loan: number) =>
  stage.json<{ status: number; outstanding: string; overpaid: string }>(`/fineract/ke/loans/${loan}`)
const control = (body: object) =>
  stage.call(`/fineract/ke/controls`, { method: 'POST', body: JSON.stringify(body) })
const refusal = (code: string) => ({ errors: [{ userMessageGlobalisationCode: code }] })
const byExternalId = (loan: number, ext: string) => api(`/loans/${loan}/transactions/external-id/${ext}`)

describe('a repayment is refused', () => {
  it('for what is written wrongly', async () => {
    const loan = await lend()
    const cases: [object, string][] = [
      [{ colour: 'red' }, 'error.msg.parameter.unsupported'],
      [{ locale: undefined }, 'validation.msg.missing.locale.parameter'],
      [{ dateFormat: undefined }, 'validation.msg.missing.dateFormat.parameter'],
      [{ transactionDate: '02.03.2026' }, 'validation.msg.invalid.dateFormat.format'],
      [{ transactionAmount: 'much' }, 'validation.msg.invalid.decimal.format'],
      [{ transactionAmount: '0' }, 'validation.msg.loan.transaction.transactionAmount.not.greater.than.zero'],
      [{ transactionAmount: undefined }, 'validation.msg.loan.transaction.transactionAmount.cannot.be.blank'],
      [{ receiptNumber: 'x'.repeat(51) }, 'validation.msg.loan.transaction.receiptNumber.exceeds.max.length'],
    ]
    for (const [more, code] of cases)
      expect(await repay(loan, 100, more)).toMatchObject({ status: 400, body: refusal(code) })
    expect(await api(`/loans/${loan}/transactions?command=dance`, {})).toMatchObject({ status: 400 })
    expect(await truth(loan)).toMatchObject({ outstanding: '3300.00' })
  })

  it('for the day: tomorrow by the tenant’s own clock or business date, or a holiday', async () => {
    const loan = await lend()
    const future = refusal('error.msg.loan.transaction.cannot.be.a.future.date')
    expect(await repay(loan, 100, { transactionDate: '2026-03-03' })).toMatchObject({
      status: 403,
      body: future,
    })
    await control({ businessDate: '2026-03-01', holidays: ['2026-02-14'] })
    expect(await repay(loan, 100)).toMatchObject({ status: 403, body: future })
    const holiday = await repay(loan, 100, { transactionDate: '2026-02-14' })
    expect(holiday).toMatchObject({
      status: 403,
      body: refusal('error.msg.loan.application.repayment.date.on.holiday'),
    })
    await control({ businessDate: null, holidays: [] })
    expect((await repay(loan, 100)).status).toBe(200)
  })

  it('for an unknown payment type or loan, a closed client, a loan not paid out or written off', async () => {
    const [loan, waiting, lost] = [
      await lend({ clientId: 8 }),
      await lend({ status: 'approved' }),
      await lend(),
    ]
    expect(await repay(loan, 100, { paymentTypeId: 9 })).toMatchObject({
      status: 404,
      body: refusal('error.msg.payment.type.invalid'),
    })
    expect(await repay(999_999, 100)).toMatchObject({
      status: 404,
      body: refusal('error.msg.loan.id.invalid'),
    })
    const notOpen = { status: 400, body: refusal('error.msg.loan.must.be.active.fully.paid.or.overpaid') }
    expect(await repay(waiting, 100)).toMatchObject(notOpen)
    await control({ writeOffLoan: lost, closeClient: 8 })
    expect(await repay(lost, 100)).toMatchObject(notOpen)
    expect(await repay(loan, 100)).toMatchObject({
      status: 403,
      body: refusal('error.msg.client.not.active.exception'),
    })
    await control({ reopenClient: 8 })
  })
})

describe('a disbursement', () => {
  const disburse = (loan: number, more: object = {}) =>
    api(`/loans/${loan}?command=disburse`, {
      actualDisbursementDate: '2026-03-02',
      paymentTypeId: 4,
      ...WORDS,
      ...more,
    })

  it('pays out once, with the transaction as its sub-resource', async () => {
    const loan = await lend({ status: 'approved', feeAtDisbursement: '50' })
    const { body } = await disburse(loan, { externalId: 'd-1', receiptNumber: 'B2C1' })
    expect(body).toMatchObject({
      resourceId: loan,
      subResourceExternalId: 'd-1',
      changes: { status: { id: 300 } },
    })
    expect(await truth(loan)).toMatchObject({ status: 300, outstanding: '3300.00' })
    expect((await byExternalId(loan, 'd-1')).body).toMatchObject({
      id: body.subResourceId,
      type: { id: 1 },
      amount: 3000,
      netDisbursalAmount: 2950,
    })
    expect(await disburse(loan)).toMatchObject({
      status: 400,
      body: refusal('error.msg.loan.disbursal.account.is.not.approve.not.disbursed.state'),
    })
  })

  it('undone, leaves its row reversed with the externalId, though not by hand', async () => {
    const loan = await lend({ status: 'approved' })
    await disburse(loan, { externalId: 'd-2' })
    expect((await api(`/loans/${loan}?command=undodisbursal`, { note: 'failed' })).status).toBe(200)
    expect(await truth(loan)).toMatchObject({ status: 200 })
    expect((await byExternalId(loan, 'd-2')).body).toMatchObject({
      manuallyReversed: false,
      reversedOnDate: [2026, 3, 2],
    })
    expect((await disburse(loan, { externalId: 'd-2' })).status).toBe(400)
    expect((await disburse(loan, { externalId: 'd-3' })).status).toBe(200)
  })
})

describe('the books', () => {
  type Entry = { glAccountId: number; amount: number; entryType: { value: string } }
  const entries = async (query: string) =>
    ((await api(`/journalentries?${query}`)).body as unknown as { pageItems: Entry[] }).pageItems
  const lines = (items: Entry[]) =>
    items.map(({ glAccountId, amount, entryType }) => [entryType.value, glAccountId, amount])

  it('debit the fund of the payment type and credit portfolio and income; an undo turns the sides', async () => {
    const loan = await lend()
    const { body } = await repay(loan, 300)
    const booked = [
      ['DEBIT', 104, 300],
      ['CREDIT', 2, 200],
      ['CREDIT', 3, 100],
    ]
    expect(lines(await entries(`transactionId=L${body.resourceId}`))).toEqual(booked)
    await undo(loan, body.resourceId)
    expect(lines(await entries(`transactionId=L${body.resourceId}`))).toEqual([
      ...booked,
      ['CREDIT', 104, 300],
      ['DEBIT', 2, 200],
      ['DEBIT', 3, 100],
    ])
    const { data } = await stage.json<{ data: { balance: string }[] }>('/fineract/ke/balances')
    expect(data.reduce((total, { balance }) => total + Number(balance), 0)).toBe(0)
  })

  it('take manual entries, which must balance, and reverse them once', async () => {
    const post = (credit: number) =>
      api('/journalentries', {
        officeId: 1,
        transactionDate: '2026-03-02',
        currencyCode: 'KES',
        referenceNumber: 'gw-1',
        debits: [{ glAccountId: 104, amount: 1500 }],
        credits: [{ glAccountId: 7, amount: credit }],
        ...WORDS,
      })
    expect(await post(1400)).toMatchObject({
      status: 403,
      body: refusal('error.msg.glJournalEntry.invalid.mismatch.debits.credits'),
    })
    const [first, second] = [await post(1500), await post(1500)]
    expect(first.body).not.toHaveProperty('resourceId')
    expect(second.body.transactionId).not.toBe(first.body.transactionId)
    const reverse = () =>
      api(`/journalentries/${first.body.transactionId}?command=reverse`, { comments: 'found' })
    expect((await reverse()).status).toBe(200)
    expect(await reverse()).toMatchObject({
      status: 404,
      body: refusal('error.msg.journalEntries.transactionId.invalid'),
    })
    expect(await entries('glAccountId=7&manualEntriesOnly=true&fromDate=2026-03-02')).toHaveLength(3)
    const last = await post(1500)
    await stage.script({ simulator: 'fineract', kind: 'same-millisecond' })
    expect((await post(1500)).body.transactionId).toBe(last.body.transactionId)
  })
})
