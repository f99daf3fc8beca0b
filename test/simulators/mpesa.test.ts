import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createStage, type Screen, type Stage } from './support.ts'

const SHORTCODE = '174379'
const PASSKEY = 'bfb279f9aa9bdbcf'
const AMINA = '254700000001'
const POOR = '254700000003'
const STAMP = '20260302120000'
const password = Buffer.from(SHORTCODE + PASSKEY + STAMP).toString('base64')

let stage: Stage
let token: string

async function renew(): Promise<string> {
  const answer = await stage.call('/mpesa/oauth/v1/generate?grant_type=client_credentials', {
    headers: { authorization: `Basic ${Buffer.from('key:secret').toString('base64')}` },
  })
  const { access_token, expires_in } = (await answer.json()) as Record<string, string>
  expect(expires_in).toBe('3599')
  return String(access_token)
}

const post = (path: string, body: object, bearer = token) =>
  stage.call(`/mpesa${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const pushBody = (msisdn: string, amount: number) => ({
  BusinessShortCode: SHORTCODE,
  Password: password,
  Timestamp: STAMP,
  TransactionType: 'CustomerPayBillOnline',
  Amount: amount,
  PartyA: Number(msisdn),
  PartyB: Number(SHORTCODE),
  PhoneNumber: Number(msisdn),
  CallBackURL: `${stage.listener.url}/cb`,
  AccountReference: 'LN77',
  TransactionDesc: 'Loan 77',
})

async function push(msisdn: string, amount: number): Promise<string> {
  const answer = await post('/mpesa/stkpush/v1/processrequest', pushBody(msisdn, amount))
  const { CheckoutRequestID, ResponseCode } = (await answer.json()) as Record<string, string>
  expect([answer.status, ResponseCode]).toEqual([200, '0'])
  return String(CheckoutRequestID)
}

async function query(reference: string) {
  const answer = await post('/mpesa/stkpushquery/v1/query', {
    BusinessShortCode: SHORTCODE,
    Password: password,
    Timestamp: STAMP,
    CheckoutRequestID: reference,
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, string> }
}

const truth = (reference: string) => stage.truth('mpesa', reference)

const balance = (msisdn: string) => stage.balance('mpesa', msisdn)

const errorCode = async (answer: Response) => ((await answer.json()) as { errorCode: string }).errorCode

const callbacks = () =>
  stage.listener.heard.map(({ body }) => JSON.parse(body).Body?.stkCallback ?? JSON.parse(body))

beforeAll(async () => {
  stage = await createStage()
  await stage.simulators.seed({
    mpesa: {
      apps: [
        {
          consumerKey: 'key',
          consumerSecret: 'secret',
          shortcode: SHORTCODE,
          passkey: PASSKEY,
          environment: 'production',
        },
      ],
      wallets: [
        { msisdn: `+${AMINA}`, pin: '1234', balance: '50000.00', name: 'Amina Otieno' },
        { msisdn: `+${POOR}`, pin: '1234', balance: '10.00', name: 'Poor Man' },
      ],
    },
  })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.simulators.faults.clear()
  await stage.pass(600)
  stage.listener.heard.length = 0
  token = await renew()
})

describe('an STK push', () => {
  it('is answered by the wallet itself after two seconds, and told by a callback', async () => {
    const before = await balance(AMINA)
    const reference = await push(AMINA, 1500)
    expect((await query(reference)).body.errorCode).toBe('500.001.1001')
    await stage.pass(1)
    expect(stage.listener.heard).toEqual([])
    await stage.pass(1)
    const [callback] = callbacks()
    expect(callback).toMatchObject({ CheckoutRequestID: reference, ResultCode: 0 })
    const items = Object.fromEntries(
      callback.CallbackMetadata.Item.map((item: { Name: string; Value?: unknown }) => [
        item.Name,
        item.Value,
      ]),
    )
    expect(items).toEqual({
      Amount: 1500,
      MpesaReceiptNumber: expect.stringMatching(/^[A-Z0-9]{10}$/),
      Balance: undefined,
      TransactionDate: expect.any(Number),
      PhoneNumber: Number(AMINA),
    })
    expect(stage.listener.heard[0]?.body).toContain('"Value":1500.00')
    expect(await truth(reference)).toMatchObject({
      kind: 'collect',
      msisdn: `+${AMINA}`,
      amount: '1500.00',
      currency: 'KES',
      status: 'succeeded',
      receipt: items.MpesaReceiptNumber,
    })
    const { body } = await query(reference)
    expect(body).toMatchObject({ ResultCode: '0' })
    expect(JSON.stringify(body)).not.toContain(items.MpesaReceiptNumber)
    expect(Number(before) - Number(await balance(AMINA))).toBe(1500)
  })

  it('fails without metadata where there is not enough money', async () => {
    const reference = await push(POOR, 500)
    await stage.pass(2)
    expect(callbacks()).toEqual([expect.objectContaining({ CheckoutRequestID: reference, ResultCode: 1 })])
    expect(callbacks()[0]).not.toHaveProperty('CallbackMetadata')
    expect(await balance(POOR)).toBe('10.00')
  })

  it('is still being processed while nobody answers, then ends with 1037', async () => {
    await stage.call(`/phones/+${AMINA}/attach`, { method: 'POST' })
    const reference = await push(AMINA, 20)
    await stage.pass(30)
    expect(await query(reference)).toMatchObject({ status: 500, body: { errorCode: '500.001.1001' } })
    await stage.pass(30)
    expect(await query(reference)).toMatchObject({ status: 200, body: { ResultCode: '1037' } })
  })

  it('is answered by the phone that is attached: a wrong PIN, then the right one, then a refusal', async () => {
    const results: unknown[] = []
    for (const answer of [{ pin: '9999' }, { pin: '1234' }, { cancel: true }]) {
      await stage.call(`/phones/${AMINA}/attach`, { method: 'POST' })
      const reference = await push(AMINA, 30 + results.length)
      await stage.pass(10)
      const { prompts } = await stage.json<Screen>(`/phones/${AMINA}/screen`)
      expect(prompts).toEqual([expect.objectContaining({ provider: 'mpesa', currency: 'KES' })])
      const taken = await stage.call(`/phones/${AMINA}/answer`, {
        method: 'POST',
        body: JSON.stringify({ promptId: prompts[0]?.promptId, ...answer }),
      })
      expect(taken.status).toBe(200)
      expect((await stage.json<Screen>(`/phones/${AMINA}/screen`)).prompts).toEqual([])
      results.push((await query(reference)).body.ResultCode)
    }
    expect(results).toEqual(['2001', '0', '1032'])
  })

  it('is locked out by another open prompt, and limited by the same payment within two minutes', async () => {
    const first = await push(AMINA, 77)
    const locked = await push(AMINA, 78)
    await stage.pass(2)
    const limited = await push(AMINA, 77)
    await stage.pass(2)
    const codes = await Promise.all([first, locked, limited].map(async r => (await query(r)).body.ResultCode))
    expect(codes).toEqual(['0', '1001', '17'])
    await stage.pass(120)
    const again = await push(AMINA, 77)
    await stage.pass(2)
    expect((await truth(again))?.status).toBe('succeeded')
  })

  it('knows magic numbers', async () => {
    const reference = await push('254799902001', 10)
    await stage.pass(2)
    expect((await query(reference)).body.ResultCode).toBe('2001')
  })
})

describe('a push that Daraja does not take', () => {
  const refused: [string, object, string][] = [
    ['an amount in words', { Amount: '10' }, 'Invalid Amount'],
    ['a fraction', { Amount: 10.5 }, 'Invalid Amount'],
    ['nothing', { Amount: 0 }, 'Invalid Amount'],
    ['a foreign number', { PartyA: 237670000001 }, 'Invalid PartyA'],
    ['a long account', { AccountReference: 'ABCDEFGHIJKLM' }, 'Invalid AccountReference'],
    ['a long description', { TransactionDesc: 'ABCDEFGHIJKLMN' }, 'Invalid TransactionDesc'],
    ['an impossible time', { Timestamp: '20260231120000' }, 'Invalid Timestamp'],
    ['plain http abroad', { CallBackURL: 'http://bank.example/cb' }, 'Invalid CallBackURL'],
  ]
  it.each(refused)('%s', async (_, change, message) => {
    const answer = await post('/mpesa/stkpush/v1/processrequest', { ...pushBody(AMINA, 10), ...change })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({
      requestId: expect.any(String),
      errorCode: '400.002.02',
      errorMessage: expect.stringContaining(message),
    })
  })

  it('a wrong password, a dead token, a wrong verb', async () => {
    const wrong = await post('/mpesa/stkpush/v1/processrequest', { ...pushBody(AMINA, 10), Password: 'x' })
    expect(await errorCode(wrong)).toBe('500.001.1001')
    const old = token
    token = await renew()
    const dead = await post('/mpesa/stkpush/v1/processrequest', pushBody(AMINA, 10), old)
    expect(await errorCode(dead)).toBe('404.001.03')
    expect((await stage.call('/mpesa/mpesa/stkpush/v1/processrequest')).status).toBe(405)
  })
})

describe('scripted faults', () => {
  const script = (kind: string) => stage.script({ simulator: 'mpesa', kind, msisdn: `+${AMINA}` })

  const count = async () => (await stage.transactions('mpesa')).length

  it('a lost request leaves nothing behind, a lost answer a payment', async () => {
    const before = await count()
    await script('lost-request')
    await expect(push(AMINA, 40)).rejects.toThrow('fetch failed')
    expect(await count()).toBe(before)
    await script('lost-answer')
    await expect(push(AMINA, 40)).rejects.toThrow('fetch failed')
    expect(await count()).toBe(before + 1)
    await stage.pass(2)
    expect(callbacks()).toHaveLength(1)
  })

  it('a server error before or after the commit, and an answer cut in two', async () => {
    const before = await count()
    const attempt = () => post('/mpesa/stkpush/v1/processrequest', pushBody(AMINA, 41))
    await script('server-error')
    expect([(await attempt()).status, await count()]).toEqual([503, before])
    await script('server-error-after')
    expect([(await attempt()).status, await count()]).toEqual([503, before + 1])
    await script('cut-json')
    await expect((await attempt()).json()).rejects.toThrow()
    expect(await count()).toBe(before + 2)
  })

  it('no callback, two of them, one with another amount, one before the answer', async () => {
    const heard = async (kind: string, amount: number) => {
      stage.listener.heard.length = 0
      await script(kind)
      await push(AMINA, amount)
      const early = callbacks().length
      await stage.pass(3)
      return [early, callbacks().length]
    }
    expect(await heard('no-callback', 50)).toEqual([0, 0])
    expect(await heard('duplicate-callback', 51)).toEqual([0, 2])
    expect(await heard('callback-first', 52)).toEqual([1, 1])
    expect(await heard('wrong-amount', 53)).toEqual([0, 1])
    expect(callbacks()[0].CallbackMetadata.Item[0]).toEqual({ Name: 'Amount', Value: 54 })
  })

  it('a forged success overtakes a refusal; a payment goes back later', async () => {
    await script('forged')
    await script('wrong-pin')
    const forged = await push(AMINA, 60)
    await stage.pass(2)
    expect(callbacks().map(({ ResultCode }) => ResultCode)).toEqual([0, 2001])
    expect((await truth(forged))?.status).toBe('failed')
    await script('reversed-later')
    const before = await balance(AMINA)
    const reversed = await push(AMINA, 61)
    await stage.pass(2)
    expect((await truth(reversed))?.status).toBe('succeeded')
    await stage.pass(60)
    expect((await truth(reversed))?.status).toBe('reversed')
    expect(await balance(AMINA)).toBe(before)
  })

  it('a C2B confirmation tells of the same money, masked and in strings', async () => {
    const urls = {
      ConfirmationURL: `${stage.listener.url}/c2b/ok`,
      ValidationURL: `${stage.listener.url}/c2b/v`,
    }
    const register = (body: object) =>
      post('/mpesa/c2b/v2/registerurl', { ShortCode: SHORTCODE, ResponseType: 'Completed', ...urls, ...body })
    expect((await register({ ConfirmationURL: 'https://bank.example/mpesa' })).status).toBe(400)
    expect((await register({})).status).toBe(200)
    await script('c2b-twin')
    await script('no-callback')
    const reference = await push(AMINA, 70)
    await stage.pass(2)
    expect(stage.listener.heard.map(({ path }) => path)).toEqual(['/c2b/ok'])
    expect(callbacks()[0]).toMatchObject({
      TransID: (await truth(reference))?.receipt,
      TransAmount: '70.00',
      BillRefNumber: 'LN77',
      MSISDN: '25470****001',
    })
  })

  it('never an answer: pending for ever', async () => {
    await script('no-answer-ever')
    const reference = await push(AMINA, 80)
    await stage.pass(86_400)
    token = await renew()
    expect((await query(reference)).status).toBe(500)
    expect((await truth(reference))?.status).toBe('pending')
  })

  it('refuses a fault that could never strike', async () => {
    expect((await script('lost-anser')).status).toBe(400)
  })
})
