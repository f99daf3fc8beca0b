import { randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { AMINA, CHANDA, type Lender, onGsmaStage, type Said } from './gsma-lender.ts'
import type { Stage } from './support.ts'

/** Payouts, what goes back, accounts and batches of the simulated operator. */

let stage: Stage
let gsma: Lender
onGsmaStage((opened, lender) => {
  stage = opened
  gsma = lender
})
const hers = async (msisdn = AMINA) => Number(await stage.balance('gsma', msisdn))
const float = async () => Number(await gsma.floatOf())
/** All money there is: nothing is made, and nothing lost. */
const sum = async () => (await float()) + (await hers()) + (await hers(CHANDA))
const state = (said: Said) => gsma.get(`/requeststates/${said.body.serverCorrelationId}`)
const list = async (path: string) => (await gsma.get(path)).body as unknown as Record<string, unknown>[]

describe('a payout', () => {
  it('leaves the float a second later', async () => {
    const [before, had, all] = [await float(), await hers(), await sum()]
    const said = await gsma.pay()
    expect([said.status, (await state(said)).body.status]).toEqual([202, 'pending'])
    await stage.pass(1)
    expect((await state(said)).body.status).toBe('completed')
    expect([before - (await float()), (await hers()) - had, await sum()]).toEqual([15, 15, all])
    expect((await gsma.get('/accounts/balance')).body).toEqual({
      ...{ accountStatus: 'available', currency: 'ZMW', reservedBalance: '0.00', unclearedBalance: '0.00' },
      ...{ currentBalance: await gsma.floatOf(), availableBalance: await gsma.floatOf() },
    })
  })

  it('that the float has not got fails, and moves nothing', async () => {
    const before = await sum()
    const said = await gsma.pay({ amount: '999999.00' })
    await stage.pass(1)
    expect((await state(said)).body).toMatchObject({
      status: 'failed',
      error: { errorCode: 'insufficientFunds' },
    })
    expect(await sum()).toBe(before)
  })
})

describe('what goes back', () => {
  it('is the whole, by a reversal: the payment stands as reversed, once', async () => {
    const [before, name] = [await hers(), await gsma.collected()]
    const said = await gsma.back(name, { type: 'reversal' })
    await stage.pass(1)
    const back = (await state(said)).body.objectReference
    expect((await gsma.get(`/transactions/${back}`)).body).toMatchObject({
      type: 'reversal',
      originalTransactionReference: name,
      amount: '15.00',
      creditParty: gsma.wallet(AMINA),
      debitParty: gsma.account,
    })
    expect((await gsma.get(`/transactions/${name}`)).body.transactionStatus).toBe('reversed')
    expect(await hers()).toBe(before)
    expect((await gsma.back(name, { type: 'reversal' })).body.errorCode).toBe('incorrectState')
  })

  it('is once, even ordered twice at once', async () => {
    const [before, name] = [await sum(), await gsma.collected()]
    const had = await hers()
    const both = await Promise.all([
      gsma.back(name, { type: 'reversal' }),
      gsma.back(name, { type: 'reversal' }),
    ])
    await stage.pass(1)
    const ends = await Promise.all(both.map(async said => (await state(said)).body.status))
    expect([ends.sort(), (await hers()) - had, await sum()]).toEqual([['completed', 'failed'], 15, before])
  })

  it.each([
    [{}, 400, 'mandatoryValueNotSupplied'],
    [{ type: 'merchantpay' }, 400, 'formatError'],
    [{ type: 'reversal', amount: '15.01' }, 400, 'overPaymentNotAllowed'],
    [{ type: 'reversal', currency: 'KES' }, 400, 'currencyNotSupported'],
    [{ type: 'reversal', amount: '0' }, 400, 'formatError'],
  ])('is not %j', async (body, status, code) => {
    const name = await gsma.collected()
    expect(await gsma.back(name, body)).toMatchObject({ status, body: { errorCode: code } })
    expect((await gsma.back('TX-0', { type: 'reversal' })).body.errorCode).toBe('identifierError')
  })
})

describe('accounts', () => {
  it('are there or not, and have names', async () => {
    const hers = `/accounts/msisdn/%2B${AMINA}`
    expect((await gsma.get(`${hers}/status`)).body).toEqual({ accountStatus: 'available' })
    expect((await gsma.get(`${hers}/accountname`)).body.name).toEqual({
      ...{ firstName: 'Amina', lastName: 'Banda', fullName: 'Amina Banda' },
    })
    const nobody = '/accounts/msisdn/%2B260979999999'
    expect((await gsma.get(`${nobody}/status`)).body).toEqual({ accountStatus: 'unregistered' })
    expect((await gsma.get(`${nobody}/accountname`)).status).toBe(404)
    expect((await gsma.get(`${hers}/balance`)).status).toBe(401)
    expect((await gsma.get(`/accounts/phone/${AMINA}/status`)).body.errorCode).toBe('formatError')
    const two = `/accounts/organisationid@Mwezi$msisdn@%2B${AMINA}`
    expect((await gsma.get(`${two}/balance`)).body.currency).toBe('ZMW')
    expect((await gsma.get(`${two}$iban@1$iban@2/balance`)).status).toBe(400)
  })

  it('list what moved, page by page', async () => {
    const from = stage.clock.now().toISOString()
    await gsma.collected({ amount: '1.00' })
    await gsma.pay({ amount: '2.00' })
    await stage.pass(1)
    await gsma.collected({ amount: '3.00' })
    const path = `/accounts/organisationid/Mwezi/statemententries?fromDateTime=${from}`
    expect((await list(path)).map(({ amount }) => amount)).toEqual(['1.00', '2.00', '3.00'])
    const page = await gsma.get(`${path}&limit=2&offset=2`)
    expect((page.body as unknown as object[]).length).toBe(1)
    const counts = ['available', 'returned'].map(what => page.headers.get(`x-records-${what}-count`))
    expect(counts).toEqual(['3', '1'])
    expect((await list(path.replace('statemententries', 'transactions')))[1]?.type).toBe('disbursement')
    expect((await gsma.get(`${path}&offset=-1`)).body.errorCode).toBe('invalidOffset')
    for (const query of ['limit=0', 'limit=many', 'toDateTime=today'])
      expect((await gsma.get(`${path}&${query}`)).body.errorCode).toBe('formatError')
  })
})

describe('a batch', () => {
  const item = (msisdn: string, reference: string) => ({
    ...gsma.payout({ type: 'disbursement', creditParty: gsma.wallet(msisdn) }),
    requestingOrganisationTransactionReference: reference,
  })

  it('is made, approved by another call, and each item told by its own reference', async () => {
    const transactions = [item(AMINA, 'B-1'), item('260979999999', 'B-2'), item(CHANDA, 'B-3')]
    const id = { 'x-correlationid': randomUUID() }
    const make = () => gsma.call('POST', '/batchtransactions', { transactions, batchTitle: 'March' }, id)
    const [one, two] = [await make(), await make()]
    expect([one.status, two.body]).toEqual([202, one.body])
    const path = `/batchtransactions/${(await state(one)).body.objectReference}`
    expect((await gsma.get(`/responses/${id['x-correlationid']}`)).body.link).toBe(path)
    const before = await sum()
    expect((await gsma.get(path)).body).toMatchObject({ batchStatus: 'created', completedCount: 0 })
    const approve = () =>
      gsma.call('PATCH', path, [{ op: 'replace', path: '/batchStatus', value: 'approved' }])
    expect([(await approve()).status, (await approve()).status]).toEqual([204, 204])
    expect((await gsma.get(path)).body).toMatchObject({ batchStatus: 'approved', processingFlag: true })
    await stage.pass(1)
    expect((await gsma.get(path)).body).toMatchObject({
      ...{ batchStatus: 'completed', batchTitle: 'March', parsingSuccessCount: 2 },
      ...{ completedCount: 2, rejectionCount: 1, completionDate: expect.any(String) },
    })
    const named = (rows: Record<string, unknown>[]) =>
      rows.map(row => row.requestingOrganisationTransactionReference)
    expect(named(await list(`${path}/completions`))).toEqual(['B-1', 'B-3'])
    const [rejected, ...more] = await list(`${path}/rejections`)
    expect([rejected?.rejectionReason, more]).toEqual(['identifierError', []])
    expect(await sum()).toBe(before)
  })

  it.each([
    [{ transactions: [] }, 'lengthError'],
    [{}, 'mandatoryValueNotSupplied'],
    [{ transactions: [{ amount: '1.00' }] }, 'mandatoryValueNotSupplied'],
  ])('is not %j', async (body, errorCode) => {
    expect((await gsma.call('POST', '/batchtransactions', body)).body).toMatchObject({ errorCode })
  })
})

it('the lender tops up', async () => {
  const before = await float()
  const topUp = (body: object) =>
    stage.call('/providers/gsma/accounts', { method: 'POST', body: JSON.stringify(body) })
  expect((await topUp({ account: 'Mwezi', amount: '100.00' })).status).toBe(200)
  expect(await float()).toBe(before + 100)
  expect((await topUp({ account: 'Nobody', amount: '1' })).status).toBe(404)
  expect((await topUp({ account: 'Mwezi', amount: '0' })).status).toBe(400)
})
