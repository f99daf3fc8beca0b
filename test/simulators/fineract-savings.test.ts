import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { FineractSeed } from '../../src/simulators/fineract/index.ts'
import { createStage, type Stage } from './support.ts'

const SEED: FineractSeed = {
  tenants: [
    {
      id: 'ke',
      zone: 'Africa/Nairobi',
      currency: 'KES',
      users: [
        { username: 'gateway', password: 'pw', permissions: 'ALL_FUNCTIONS' },
        { username: 'reader', password: 'pw', permissions: ['READ_SAVINGSACCOUNT'] },
        { username: 'maker', password: 'pw', permissions: ['DEPOSIT_SAVINGSACCOUNT'] },
      ],
      paymentTypes: [{ id: 4, name: 'M-Pesa' }],
      clients: [
        { id: 7, accountNo: '7', firstname: 'Wanjiku', lastname: 'Mwangi', mobileNo: '254700000001' },
      ],
      loans: [
        {
          id: 11,
          accountNo: '11',
          clientId: 7,
          product: 'Biashara',
          principal: '9000',
          interestPerPeriod: '150',
          instalments: 6,
          firstDue: '2026-04-01',
          monthly: true,
          status: 'approved',
          feeAtDisbursement: '300',
        },
      ],
      savings: [
        { id: 21, accountNo: '21', clientId: 7, product: 'Akiba', externalId: 's-21', openingDeposit: '100' },
        { id: 22, accountNo: '22', clientId: 7, product: 'Akiba', status: 'submitted' },
      ],
    },
  ],
}

let stage: Stage
beforeAll(async () => {
  stage = await createStage()
  await stage.simulators.seed({ fineract: SEED })
  await stage.simulators.seed({ fineract: SEED })
})
afterAll(() => stage.close())

type Body = { readonly resourceId?: number; readonly [name: string]: unknown }
async function api(path: string, body?: object, user = 'gateway', key?: string) {
  const answer = await stage.call(`/fineract-provider/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Basic ${btoa(`${user}:pw`)}`,
      'fineract-platform-tenantid': 'ke',
      'content-type': 'application/json',
      ...(key && { 'idempotency-key': key }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body }
}
const WORDS = { locale: 'en', dateFormat: 'yyyy-MM-dd' }
const movement = (amount: string, more: object = {}) => ({
  transactionDate: '2026-03-02',
  transactionAmount: amount,
  paymentTypeId: 4,
  ...WORDS,
  ...more,
})
const deposit = (amount: string, more: object = {}, savingsId = 21) =>
  api(`/savingsaccounts/${savingsId}/transactions?command=deposit`, movement(amount, more))
const refusal = (code: string) => ({ errors: [{ userMessageGlobalisationCode: code }] })
const balance = async () =>
  ((await api('/savingsaccounts/21')).body.summary as { accountBalance: number }).accountBalance
const search = async (query: string) =>
  (await api(`/savingsaccounts/21/transactions/search?${query}`)).body as unknown as {
    total: number
    content: { amount: number; reversed: boolean }[]
  }
const control = (body: object) =>
  stage.call('/fineract/ke/controls', { method: 'POST', body: JSON.stringify(body) })
const truth = async (path: string) =>
  (await stage.json<{ data: Record<string, unknown>[] }>(`/fineract/ke/${path}`)).data

describe('a savings account', () => {
  it('is listed with the client, opened once by the seed, and read with its transactions', async () => {
    const { savingsAccounts } = (await api('/clients/7/accounts')).body
    expect(savingsAccounts).toMatchObject([
      { id: 21, status: { id: 300, active: true }, depositType: { id: 100 }, accountBalance: 100 },
      { id: 22, status: { id: 100, active: false } },
    ])
    expect((await api('/savingsaccounts/21')).body).not.toHaveProperty('transactions')
    const { body } = await api('/savingsaccounts/21?associations=transactions')
    expect(body.transactions).toMatchObject([
      { transactionType: { id: 1, deposit: true }, amount: 100, runningBalance: 100 },
    ])
    expect((await api('/savingsaccounts/99')).status).toBe(404)
  })

  it('takes no external id, and nothing without a payment type', async () => {
    const cases: [object, string][] = [
      [{ externalId: 'x' }, 'error.msg.parameter.unsupported'],
      [
        { paymentTypeId: undefined },
        'validation.msg.savingsaccount.transaction.paymentTypeId.cannot.be.blank',
      ],
      [
        { transactionAmount: '0' },
        'validation.msg.savingsaccount.transaction.transactionAmount.not.greater.than.zero',
      ],
      [
        { checkNumber: 'x'.repeat(51) },
        'validation.msg.savingsaccount.transaction.checkNumber.exceeds.max.length',
      ],
      [{ transactionDate: '2026-03-03' }, 'error.msg.savingsaccount.transaction.in.the.future'],
      [{ transactionDate: '2020-03-03' }, 'error.msg.savingsaccount.transaction.before.activation.date'],
    ]
    for (const [more, code] of cases)
      expect(await deposit('5', more)).toMatchObject({ status: 400, body: refusal(code) })
    expect(await deposit('5', { paymentTypeId: 9 })).toMatchObject({ status: 404 })
    expect(await deposit('5', {}, 22)).toMatchObject({
      status: 400,
      body: refusal('error.msg.savingsaccount.transaction.account.is.not.active'),
    })
    expect((await api('/savingsaccounts/21/transactions?command=dance', {})).status).toBe(400)
    const unpermitted = await api('/savingsaccounts/21/transactions?command=deposit', movement('5'), 'reader')
    expect(unpermitted.status).toBe(403)
    await control({ closeClient: 7 })
    expect(await deposit('5')).toMatchObject({ body: refusal('error.msg.client.not.active.exception') })
    await control({ reopenClient: 7 })
    expect(await balance()).toBe(100)
  })

  it('is searched by day and amount, the latest first, and by no detail of a payment', async () => {
    await deposit('20', { transactionDate: '2026-02-10', checkNumber: 'mark', receiptNumber: 'R1' })
    const from = 'fromDate=2026-02-10&toDate=2026-02-10&locale=en&dateFormat=yyyy-MM-dd'
    expect(await search(`${from}&checkNumber=nobody`)).toMatchObject({
      total: 1,
      content: [{ amount: 20, paymentDetailData: { checkNumber: 'mark', receiptNumber: 'R1' } }],
    })
    expect((await search('limit=1')).content).toMatchObject([{ amount: 100 }])
    expect((await search('limit=1')).total).toBe(2)
    expect((await search('fromAmount=21&locale=en')).total).toBe(1)
    expect((await search('debit=true')).total).toBe(0)
    expect((await api('/savingsaccounts/21/transactions/search?fromDate=2026-02-10')).status).toBe(400)
  })

  it('is never overdrawn, and undone rows stay, reversed', async () => {
    const before = await balance()
    const { body } = await deposit('50')
    expect(body).toMatchObject({ savingsId: 21, resourceId: expect.any(Number) })
    const withdraw = (amount: string) =>
      api('/savingsaccounts/21/transactions?command=withdrawal', movement(amount))
    expect(await withdraw('5000')).toMatchObject({
      status: 403,
      body: refusal('error.msg.savingsaccount.transaction.insufficient.account.balance'),
    })
    const taken = await withdraw(String(before + 10))
    const undo = (id: number | undefined) => api(`/savingsaccounts/21/transactions/${id}?command=undo`, {})
    expect((await undo(body.resourceId)).status).toBe(400)
    expect((await undo(taken.body.resourceId)).status).toBe(200)
    // The answer names the account.
    expect((await undo(body.resourceId)).body).toMatchObject({ savingsId: 21, resourceId: 21 })
    expect(await balance()).toBe(before)
    expect((await undo(999_999)).status).toBe(404)
    const rows = await truth('savings-transactions?savingsId=21')
    expect(rows.filter(({ reversed }) => reversed)).toHaveLength(2)
    const { data } = await stage.json<{ data: { glAccountId: string; balance: string }[] }>(
      '/fineract/ke/balances',
    )
    expect(data.find(({ glAccountId }) => glAccountId === '12')?.balance).toBe(`-${before}.00`)
    expect(data.reduce((total, one) => total + Number(one.balance), 0)).toBe(0)
  })

  it('answers a repeated key from the store, held commands without their id, and batches', async () => {
    const path = '/savingsaccounts/21/transactions?command=deposit'
    const first = await api(path, movement('7'), 'gateway', 'key-7')
    const again = await api(path, movement('8'), 'gateway', 'key-7')
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('x-served-from-cache')).toBe('true')
    await control({ makerChecker: ['DEPOSIT_SAVINGSACCOUNT'] })
    const held = await api(path, movement('9'), 'maker')
    expect(held).toMatchObject({ status: 200, body: { rollbackTransaction: true } })
    expect(held.body).not.toHaveProperty('resourceId')
    await control({ makerChecker: false })
    const batch = await api('/batches', [
      { requestId: 1, method: 'GET', relativeUrl: 'v1/savingsaccounts/21' },
      { requestId: 2, method: 'POST', relativeUrl: 'v1/journalentries', body: '{}' },
    ])
    expect(batch.body).toMatchObject([{ statusCode: 200 }, { statusCode: 501 }])
  })
})

describe('the office', () => {
  it('closes its books: nothing is entered on or before that day', async () => {
    await control({ booksClosedUntil: '2026-02-28' })
    const closed = { status: 403, body: refusal('error.msg.glJournalEntry.invalid.accounting.closed') }
    const entry = (date: string, more: object = {}) =>
      api('/journalentries', {
        officeId: 1,
        transactionDate: date,
        currencyCode: 'KES',
        referenceNumber: 'hatua-1',
        debits: [{ glAccountId: 104, amount: '15.00' }],
        credits: [{ glAccountId: 7, amount: '15.00' }],
        ...WORDS,
        ...more,
      })
    expect(await entry('2026-02-28')).toMatchObject(closed)
    expect(await deposit('5', { transactionDate: '2026-02-28' })).toMatchObject(closed)
    expect((await entry('2026-03-01')).status).toBe(200)
    expect((await entry('2026-03-01', { officeId: 2 })).status).toBe(404)
    expect((await entry('2026-03-01', { officeId: undefined })).status).toBe(400)
    expect((await entry('2026-03-01', { currencyCode: 'XAF' })).status).toBe(404)
    await control({ booksClosedUntil: null })
    expect(await truth('journal')).toMatchObject([
      { side: 'credit', glAccountId: '7', amount: '15.00', referenceNumber: 'hatua-1', date: '2026-03-01' },
      { side: 'debit', glAccountId: '104', amount: '15.00', referenceNumber: 'hatua-1', reversed: false },
    ])
    const listed = (await api('/journalentries?officeId=2&manualEntriesOnly=true')).body
    expect(listed).toMatchObject({ totalFilteredRecords: 0 })
  })

  it('disburses at the counter what waits, once', async () => {
    const by = { tellerDisbursal: { loanId: 11, date: '2026-03-02', receiptNumber: 'cash' } }
    expect((await control(by)).status).toBe(200)
    expect((await control(by)).status).not.toBe(200)
    expect(await truth('transactions')).toMatchObject([
      { loanId: '11', type: 'disbursement', amount: '9000.00', net: '8700.00', externalId: null },
      { loanId: '11', type: 'repaymentAtDisbursement', amount: '300.00' },
    ])
    expect((await truth('transactions'))[1]).not.toHaveProperty('net')
  })
})
