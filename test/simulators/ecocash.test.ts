import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Caller, createCaller, MERCHANT, NOBODY, POOR, SANDBOX, SEED, TENDAI } from './ecocash-caller.ts'
import { createStage, type Stage } from './support.ts'

let stage: Stage
let eco: Caller

beforeAll(async () => {
  stage = await createStage()
  eco = createCaller(stage)
  await stage.simulators.seed({ ecocash: SEED })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.simulators.faults.clear()
  await stage.call(`/phones/${TENDAI}/attach`, { method: 'DELETE' })
  await stage.pass(600)
  stage.listener.heard.length = 0
})

const statusOf = async (correlator: string, msisdn = TENDAI) =>
  (await eco.ask(correlator, MERCHANT, msisdn)).body.transactionOperationStatus
const heard = () => stage.listener.heard.map(({ method, body }) => ({ method, ...JSON.parse(body) }))
const balances = async (msisdn = TENDAI) => {
  const { data } = await stage.json<{ data: { balance: string; currency: string }[] }>(
    `/providers/ecocash/wallets?msisdn=${msisdn}`,
  )
  return Object.fromEntries(data.map(({ currency, balance }) => [currency, Number(balance)]))
}
const account = async (currency = 'USD') => {
  const { data } = await stage.json<{ data: Record<string, string>[] }>('/providers/ecocash/accounts')
  const found = data.find(row => row.merchantCode === MERCHANT.merchantCode && row.currency === currency)
  return Number(found?.balance)
}
/** She has paid: the charge's correlator and receipt. */
async function paid(change: object = {}) {
  const { correlator } = await eco.charge(change)
  await stage.pass(2)
  const { body } = await eco.ask(correlator)
  return { correlator, receipt: body.ecocashReference }
}

describe('a charge by the gateway', () => {
  it('prompts her, takes her money when she answers, and is told once, the PIN of the merchant with it', async () => {
    const before = [await balances(), await account()] as const
    const { status, body, correlator } = await eco.charge()
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ...{ clientCorrelator: correlator, endUserId: '770000111', ecocashReference: null },
      ...{ transactionOperationStatus: 'PENDING SUBSCRIBER VALIDATION', merchantPin: MERCHANT.merchantPin },
      paymentAmount: { totalAmountCharged: 0, charginginformation: { amount: 10.5, currency: 'USD' } },
    })
    await stage.pass(2)
    const settled = await eco.ask(correlator)
    expect(settled.body).toMatchObject({
      ...{
        transactionOperationStatus: 'COMPLETED',
        merchantNumber: TENDAI,
        endUserId: MERCHANT.merchantCode,
      },
      ecocashReference: expect.stringMatching(/^MP\d{6}\.\d{4}\.A\d{7}$/),
      paymentAmount: { totalAmountCharged: 10.5 },
    })
    await stage.pass(3600)
    expect(heard()).toEqual([{ method: 'POST', ...settled.body }])
    expect((await balances()).USD).toBe(Number(before[0].USD) - 10.5)
    expect(await account()).toBe(before[1] + 10.5)
    expect(await stage.truth('ecocash', correlator)).toMatchObject({ amount: '10.50', status: 'succeeded' })
    expect((await eco.list()).text).toContain(correlator)
  })

  it('keeps dollars and local currency apart', async () => {
    const before = await balances()
    await paid({
      paymentAmount: {
        charginginformation: { amount: 3, currency: 'ZWG', description: 'x' },
        chargeMetaData: { channel: 'WEB' },
      },
    })
    expect(await balances()).toEqual({ USD: before.USD, ZWG: Number(before.ZWG) - 3 })
  })

  it('fails where she has too little, no wallet, or another PIN; and expires unanswered', async () => {
    const poor = await eco.charge({}, POOR)
    const nobody = await eco.charge({}, NOBODY)
    await stage.pass(2)
    expect(await statusOf(poor.correlator, POOR)).toBe('FAILED')
    expect(await statusOf(nobody.correlator, NOBODY)).toBe('FAILED')
    await stage.call(`/phones/${TENDAI}/attach`, { method: 'POST' })
    const wrong = await eco.charge()
    await eco.answers('0000')
    expect((await eco.ask(wrong.correlator)).body).toMatchObject({
      ...{ transactionOperationStatus: 'FAILED', responseMessage: 'Transaction Failed - Invalid PIN' },
    })
    const { correlator } = await eco.charge()
    await stage.pass(299)
    expect(await statusOf(correlator)).toBe('PENDING SUBSCRIBER VALIDATION')
    await stage.pass(1)
    expect(await statusOf(correlator)).toBe('FAILED')
  })

  it('answers a correlator that it never heard of with nothing, and a used one with a ServiceError', async () => {
    const { status, body } = await eco.ask(randomUUID())
    expect(status).toBe(200)
    expect(Object.values(body).every(value => value === null || value === 0)).toBe(true)
    const { correlator } = await eco.charge()
    expect((await eco.ask(correlator, MERCHANT, POOR)).body.clientCorrelator).toBeNull()
    expect(await eco.charge({ clientCorrelator: correlator })).toMatchObject({
      status: 400,
      body: { status: 400, exception: 'ProcessingException', message: expect.stringContaining('Duplicate') },
    })
  })

  const info = (more: object) => ({
    paymentAmount: {
      charginginformation: { amount: 10.5, currency: 'USD', description: 'x', ...more },
      chargeMetaData: { channel: 'WEB' },
    },
  })
  it.each<[string, object, string]>([
    ['an amount as a text', info({ amount: '10.50' }), 'Invalid amount'],
    ['half a cent', info({ amount: 10.505 }), 'Invalid amount'],
    ['nothing', info({ amount: 0 }), 'Invalid amount'],
    ['another currency', info({ currency: 'ZAR' }), 'Invalid currency'],
    ['the currency’s old name', info({ currency: 'ZWL' }), 'Invalid currency'],
    ['two currencies', { currencyCode: 'ZWG' }, 'Invalid currency'],
    ['a spelling that looks right', { paymentAmount: { chargingInformation: {} } }, 'Missing required field'],
    ['no callback', { notifyUrl: '' }, 'Missing required field'],
    ['the PIN of somebody', { merchantPin: '0000' }, 'Missing required field'],
    ['the number of somebody', { merchantNumber: '770000000' }, 'Missing required field'],
    ['a plus sign', { endUserId: `+${TENDAI}` }, 'Invalid MSISDN'],
    ['another operator’s number', { endUserId: '263710000111' }, 'Invalid MSISDN'],
    ['a refund’s type', { tranType: 'REF' }, 'Missing required field'],
  ])('is refused for %s', async (_, change, message) => {
    const { status, body, correlator } = await eco.charge(change)
    expect({ status, message: body.message }).toEqual({
      status: 400,
      message: expect.stringContaining(message),
    })
    expect(await stage.truth('ecocash', correlator)).toBeUndefined()
  })

  it('is refused without the user and its password', async () => {
    for (const authorization of ['', 'Basic dW1vamE6eA==', 'Bearer x'])
      expect((await eco.charge({}, TENDAI, { authorization })).status).toBe(401)
  })

  it('obeys scripted faults: the firewall, a lost answer, a forger, a wrong amount told twice', async () => {
    await stage.script({ simulator: 'ecocash', kind: 'firewall' })
    const blocked = await eco.charge()
    expect({ status: blocked.status, text: blocked.text }).toMatchObject({
      ...{ status: 200, text: expect.stringContaining('Request Rejected') },
    })
    expect(await stage.truth('ecocash', blocked.correlator)).toBeUndefined()
    const clientCorrelator = randomUUID()
    await stage.script({ simulator: 'ecocash', kind: 'lost-answer' })
    await expect(eco.charge({ clientCorrelator })).rejects.toThrow('fetch failed')
    await stage.pass(2)
    expect(await statusOf(clientCorrelator)).toBe('COMPLETED')
    stage.listener.heard.length = 0
    for (const kind of ['forged', 'wrong-amount', 'duplicate-callback'])
      await stage.script({ simulator: 'ecocash', kind })
    await eco.charge()
    await stage.pass(60)
    const charged = heard().map(({ paymentAmount }) => paymentAmount.totalAmountCharged)
    expect(charged).toEqual([10.5, 11.5, 11.5])
  })
})

describe('a refund by the gateway', () => {
  it('gives a payment back by its receipt, once, out of the merchant’s account', async () => {
    const { receipt } = await paid()
    const before = [await balances(), await account()] as const
    const first = await eco.refund(receipt, 4)
    expect(first.body).toMatchObject({ transactionOperationStatus: 'REFUNDED' })
    expect(await statusOf(first.correlator)).toBe('REFUNDED')
    expect((await balances()).USD).toBe(Number(before[0].USD) + 4)
    expect(await account()).toBe(before[1] - 4)
    expect((await eco.refund(receipt, 4)).body.transactionOperationStatus).toBe('FAILED')
  })

  it('never gives more than was paid, nor what nobody paid, nor without money', async () => {
    const { receipt } = await paid()
    expect((await eco.refund(receipt, 10.51)).body.transactionOperationStatus).toBe('FAILED')
    expect((await eco.refund('MP000000.0000.A0000000')).body.transactionOperationStatus).toBe('FAILED')
    await stage.script({ simulator: 'ecocash', kind: 'no-float' })
    expect((await eco.refund(receipt)).body).toMatchObject({ responseMessage: 'Insufficient Balance' })
    expect((await eco.refund(receipt)).body.transactionOperationStatus).toBe('REFUNDED')
  })

  it('happens once, also where two are asked for at the same time', async () => {
    const { receipt } = await paid()
    const both = await Promise.all([eco.refund(receipt), eco.refund(receipt)])
    expect(both.map(({ body }) => body.transactionOperationStatus).sort()).toEqual(['FAILED', 'REFUNDED'])
  })
})

describe('the developer portal’s edition', () => {
  it.each([
    ['0000', 'SUCCESS', 'Transaction Successful'],
    ['1111', 'FAILED', 'Insufficient Balance'],
    ['2222', 'FAILED', 'Transaction Failed - Invalid PIN'],
    ['9999', 'FAILED', 'Transaction Limit Exceeded'],
    ['4321', 'FAILED', 'Transaction Failed - Invalid PIN'],
  ])('ends by the PIN %s: %s', async (pin, status, statusMessage) => {
    await stage.call(`/phones/${TENDAI}/attach`, { method: 'POST' })
    const { body, correlator } = await eco.portal('amount')
    expect(body).toMatchObject({
      status: 'PENDING',
      statusCode: '200',
      statusMessage: 'Transaction Successful',
    })
    expect(body).not.toHaveProperty('merchantPin')
    await eco.answers(pin)
    const { body: settled } = await eco.ask(correlator, SANDBOX)
    expect(settled).toMatchObject({ status, statusMessage, transactionId: body.transactionId })
  })

  it('wants its slash, a text for the amount, and tells its errors by codes', async () => {
    expect((await eco.portal('amount', {}, '')).status).toBe(404)
    const number = { charginginformation: { amount: 10.5, currency: 'USD', description: 'x' } }
    const { status, body } = await eco.portal('amount', {
      paymentAmount: { ...number, chargeMetaData: { channel: 'WEB' } },
    })
    expect({ status, body }).toEqual({
      status: 400,
      body: { statusCode: 'E004', statusMessage: 'Invalid amount' },
    })
    expect(await eco.ask(randomUUID(), SANDBOX)).toMatchObject({ status: 404, body: { statusCode: 'E008' } })
    const { correlator } = await eco.portal('amount')
    expect((await eco.portal('amount', { clientCorrelator: correlator })).body.statusCode).toBe('E005')
  })

  it('refunds by the transaction’s id, and says why not', async () => {
    const { body } = await eco.portal('amount')
    const originalEcocashReference = body.transactionId
    expect(await eco.portal('refund', { originalEcocashReference })).toMatchObject({ status: 404 })
    await stage.pass(2)
    expect((await eco.portal('refund', { originalEcocashReference })).body.status).toBe('SUCCESS')
    expect((await eco.portal('refund', { originalEcocashReference })).body.statusCode).toBe('E009')
  })
})

describe('the Open API', () => {
  const payment = (change: object = {}) => ({
    ...{
      customerMsisdn: TENDAI,
      amount: 10.5,
      reason: 'LN77',
      currency: 'USD',
      sourceReference: randomUUID(),
    },
    ...change,
  })
  const pay = (body: object, mode = 'live') => eco.open(`/v2/payment/instant/c2b/${mode}`, body)
  const ask = (sourceReference: string, sourceMobileNumber = TENDAI) =>
    eco.open('/v1/transaction/c2b/status/live', { sourceMobileNumber, sourceReference })
  const refund = (original: string, change: object = {}) =>
    eco.open('/v2/refund/instant/c2b/live', {
      ...{ origionalEcocashTransactionReference: original, refundCorelator: randomUUID() },
      ...{
        sourceMobileNumber: TENDAI,
        amount: 10.5,
        clientName: 'Umoja',
        currency: 'USD',
        reasonForRefund: 'x',
      },
      ...change,
    })

  it('takes a payment without a word, and tells how it ended, in the time of Zimbabwe', async () => {
    const body = payment()
    expect(await pay(body)).toMatchObject({ status: 200, text: '' })
    expect((await ask(body.sourceReference)).body.status).toBe('PENDING_VALIDATION')
    await stage.pass(2)
    const ended = new Date(stage.clock.now().getTime() + 7_200_000).toISOString().slice(0, 19)
    expect((await ask(body.sourceReference)).body).toEqual({
      amount: { amount: 10.5, currency: 'USD' },
      customerMsisdn: TENDAI,
      reference: body.sourceReference,
      ecocashReference: expect.stringMatching(/^MP/),
      status: 'SUCCESS',
      transactionDateTime: ended.replace('T', ' '),
    })
    await stage.pass(60)
    expect(stage.listener.heard).toEqual([])
  })

  it('calls the local currency ZiG', async () => {
    const body = payment({ currency: 'ZiG', amount: 3 })
    expect((await pay(body)).status).toBe(200)
    expect((await ask(body.sourceReference)).body).toMatchObject({ amount: { amount: 3, currency: 'ZiG' } })
    expect((await pay(payment({ currency: 'ZWG' }))).status).toBe(400)
  })

  it.each<[string, object]>([
    ['a reference that is no UUID', { sourceReference: 'LN77' }],
    ['an amount as a text', { amount: '10.50' }],
    ['half a cent', { amount: 10.505 }],
    ['a plus sign', { customerMsisdn: `+${TENDAI}` }],
    ['no reason', { reason: undefined }],
  ])('refuses %s', async (_, change) => expect((await pay(payment(change))).status).toBe(400))

  it('knows who calls, for which environment, and what was there before', async () => {
    const body = payment()
    for (const headers of [{}, { 'x-api-key': 'else' }] as Record<string, string>[])
      expect((await eco.open('/v2/payment/instant/c2b/live', body, headers)).status).toBe(401)
    expect((await pay(body, 'sandbox')).status).toBe(403)
    expect((await pay(body)).status).toBe(200)
    expect((await pay(body)).status).toBe(409)
    expect((await ask(randomUUID())).status).toBe(404)
    expect((await ask(body.sourceReference, POOR)).status).toBe(404)
  })

  it('gives a payment back once, by its reference, and cannot be asked about that', async () => {
    const body = payment()
    await pay(body)
    await stage.pass(2)
    const refundCorelator = randomUUID()
    expect((await refund(body.sourceReference, { refundCorelator })).body).toMatchObject({
      ...{ transactionStatus: 'COMPLETED', amount: 10.5, ecocashReference: refundCorelator },
    })
    expect((await refund(body.sourceReference)).body.transactionStatus).toBe('FAILED')
    expect((await refund('MP250908.1537.A22242')).status).toBe(400)
    expect((await refund(randomUUID())).status).toBe(404)
    expect((await ask(refundCorelator)).status).toBe(404)
  })

  it('takes three PINs in its sandbox, and no other', async () => {
    const headers = { 'x-api-key': SANDBOX.apiKey }
    await stage.call(`/phones/${TENDAI}/attach`, { method: 'POST' })
    for (const [pin, status] of [
      ['1234', 'SUCCESS'],
      ['4321', 'FAILED'],
    ] as const) {
      const body = payment()
      await eco.open('/v2/payment/instant/c2b/sandbox', body, headers)
      await eco.answers(pin)
      const asked = { sourceMobileNumber: TENDAI, sourceReference: body.sourceReference }
      expect((await eco.open('/v1/transaction/c2b/status/sandbox', asked, headers)).body.status).toBe(status)
    }
  })
})

it('the truth names no PIN and no key', async () => {
  const all = []
  for (const view of ['transactions?limit=1000', 'accounts', 'wallets'])
    all.push(await (await stage.call(`/providers/ecocash/${view}`)).text())
  for (const secret of [MERCHANT.merchantPin, MERCHANT.password, MERCHANT.apiKey])
    expect(all.join()).not.toContain(secret)
})
