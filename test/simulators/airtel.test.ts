import { createCipheriv, createHmac, publicEncrypt, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { AIRTEL_PUBLIC_KEY } from '../../src/simulators/airtel/keys.ts'
import { createStage, type Screen, type Stage } from './support.ts'

/** Airtel's Open API as the portal and its open clients know it: what is taken, what is refused, and in which words. */

const CHANDA = '260971000111'
const APP = { clientId: 'sope', clientSecret: 'secret' }
const SIGNED = { clientId: 'signed', clientSecret: 'secret' }
const RSA_PKCS1_PADDING = 1
const RSA_KEY = `-----BEGIN PUBLIC KEY-----\n${AIRTEL_PUBLIC_KEY}\n-----END PUBLIC KEY-----`

type Json = {
  data?: { transaction?: Record<string, unknown> } & Record<string, unknown>
  status?: { response_code?: string; result_code: string; success: boolean; message: string }
  access_token?: string
  error?: string
}

let stage: Stage

const tokenOf = async (app = APP, change: object = {}) => {
  const answer = await stage.call('/airtel/auth/oauth2/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_id: app.clientId,
      client_secret: app.clientSecret,
      grant_type: 'client_credentials',
      ...change,
    }),
  })
  return { status: answer.status, ...((await answer.json()) as Json) }
}

async function call(
  method: string,
  path: string,
  body?: string,
  change: Record<string, string> = {},
  app = APP,
) {
  const answer = await stage.call(`/airtel${path}`, {
    method,
    headers: {
      authorization: `Bearer ${(await tokenOf(app)).access_token}`,
      'x-country': 'ZM',
      'x-currency': 'ZMW',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...change,
    },
    ...(body === undefined ? {} : { body }),
  })
  const json = (await answer.json()) as Json
  const code = json.status?.response_code ?? json.status?.result_code
  return { http: answer.status, code, success: json.status?.success, data: json.data, error: json.error }
}

const newId = () => randomBytes(16).toString('hex')
const sealed = (text: string) =>
  publicEncrypt({ key: RSA_KEY, padding: RSA_PKCS1_PADDING }, Buffer.from(text)).toString('base64')

const collection = (change: object = {}, transaction: object = {}, subscriber: object = {}) => {
  const zambia = { country: 'ZM', currency: 'ZMW' }
  return {
    reference: 'LOAN77',
    subscriber: { ...zambia, msisdn: '971000111', ...subscriber },
    transaction: { ...zambia, amount: 50, id: newId(), ...transaction },
    ...change,
  }
}
const payout = (change: object = {}, transaction: object = {}) => ({
  payee: { currency: 'ZMW', msisdn: '971000111' },
  reference: 'LOAN77',
  pin: sealed('7319'),
  transaction: { amount: 50, id: newId(), type: 'B2C', ...transaction },
  ...change,
})

const collect = async (
  body: ReturnType<typeof collection> = collection(),
  headers?: Record<string, string>,
) => ({
  id: body.transaction.id,
  ...(await call('POST', '/merchant/v1/payments/', JSON.stringify(body), headers)),
})
const pay = async (body: ReturnType<typeof payout> = payout()) => ({
  id: body.transaction.id,
  ...(await call('POST', '/standard/v1/disbursements/', JSON.stringify(body))),
})
const statusOf = (id: string, kind = 'payments') => call('GET', `/standard/v1/${kind}/${id}`)
const refund = (receipt: unknown) =>
  call('POST', '/standard/v1/payments/refund', JSON.stringify({ transaction: { airtel_money_id: receipt } }))

async function collected() {
  const { id } = await collect()
  await stage.pass(2)
  return { id, receipt: (await statusOf(id)).data?.transaction?.airtel_money_id }
}

beforeAll(async () => {
  stage = await createStage()
  const common = { country: 'ZM', callingCode: '260', currency: 'ZMW' }
  await stage.simulators.seed({
    airtel: {
      apps: [
        {
          ...{ ...APP, ...common, business: 'SOPE', pin: '7319', float: '1000', min: '2', max: '5000' },
          callback: { url: `${stage.listener.url}/airtel`, key: 'callback-key' },
        },
        { ...SIGNED, ...common, business: 'SIGNED', signed: true },
      ],
      wallets: [{ msisdn: `+${CHANDA}`, pin: '1234', balance: '100000', name: 'Chanda Mwila' }],
    },
  })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.pass(600)
  await stage.simulators.faults.clear()
  stage.listener.heard.length = 0
})

describe('who calls', () => {
  it('gets a token for three minutes, told as a text', async () => {
    const { access_token, status, ...more } = await tokenOf()
    expect([status, more]).toEqual([200, { token_type: 'bearer', expires_in: '180' }])
    const headers = { authorization: `Bearer ${access_token}` }
    await stage.pass(179)
    expect((await call('GET', '/standard/v1/users/balance', undefined, headers)).http).toBe(200)
    await stage.pass(1)
    expect((await call('GET', '/standard/v1/users/balance', undefined, headers)).http).toBe(401)
  })

  it('is refused with a wrong secret, another grant, or a form', async () => {
    expect(await tokenOf({ ...APP, clientSecret: 'x' })).toMatchObject({
      status: 400,
      error: 'invalid_client',
    })
    expect((await tokenOf(APP, { grant_type: 'password' })).status).toBe(400)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await stage.call('/airtel/auth/oauth2/token', { method: 'POST', headers: form, body: 'x' })
    expect(answer.status).toBe(400)
  })

  it.each([
    [{ 'x-country': 'Zambia' }, 'ROUTER006'],
    [{ 'x-country': 'UG' }, 'ROUTER007'],
    [{ 'x-currency': 'UGX' }, 'ROUTER112'],
  ])('with %j is refused by the router', async (headers, code) => {
    expect(await collect(collection(), headers as Record<string, string>)).toMatchObject({ http: 400, code })
  })

  it('without the headers of country and currency is refused by the router', async () => {
    const token = { authorization: `Bearer ${(await tokenOf()).access_token}` }
    const ask = async (headers: Record<string, string>) =>
      ((await (await stage.call('/airtel/standard/v1/users/balance', { headers })).json()) as Json).status
    expect(await ask(token)).toMatchObject({ response_code: 'ROUTER003' })
    expect(await ask({ ...token, 'x-country': 'ZM' })).toMatchObject({ response_code: 'ROUTER119' })
  })
})

describe('a collection', () => {
  it('is taken, asked for on her phone, paid, and told once under a hash', async () => {
    const before = Number(await stage.balance('airtel', CHANDA))
    const { id, ...taken } = await collect()
    expect(taken).toMatchObject({ http: 200, code: 'DP00800001006', success: true })
    expect(taken.data).toEqual({ transaction: { id, status: 'Success.' } })
    expect((await statusOf(id)).data?.transaction).toEqual({ id, status: 'TIP', message: 'Success.' })
    await stage.pass(2)
    const { code, data } = await statusOf(id)
    expect([code, data?.transaction?.status]).toEqual(['DP00800001001', 'TS'])
    const receipt = data?.transaction?.airtel_money_id
    expect(receipt).toMatch(/^MP\d{6}\.\d{4}\.[A-Z]\d{6}$/)
    expect(before - Number(await stage.balance('airtel', CHANDA))).toBe(50)
    expect(await stage.truth('airtel', id)).toMatchObject({
      ...{ kind: 'collect', msisdn: `+${CHANDA}`, amount: '50.00', currency: 'ZMW', status: 'succeeded' },
      ...{ receipt, account: 'sope' },
    })
    const [heard, ...more] = stage.listener.heard
    expect([heard?.method, heard?.path, more]).toEqual(['POST', '/airtel', []])
    const { hash, ...rest } = JSON.parse(heard?.body ?? '')
    expect(rest.transaction).toEqual({
      ...{ id, status_code: 'TS', airtel_money_id: receipt },
      message: `Paid ZMW 50.00 to SOPE Charge ZMW 0, Trans ID ${receipt}.`,
    })
    expect(hash).toBe(createHmac('sha256', 'callback-key').update(JSON.stringify(rest)).digest('base64'))
  })

  it.each([
    ['a wrong PIN', { pin: '0000' }, 'DP00800001002', 'TF'],
    ['no', { cancel: true }, 'DP00800001008', 'TF'],
    ['nothing', undefined, 'DP00800001029', 'TE'],
  ])('asks an attached phone, which answers %s', async (_, said, code, status) => {
    await stage.call(`/phones/${CHANDA}/attach`, { method: 'POST' })
    const { id } = await collect()
    const { prompts } = await stage.json<Screen>(`/phones/${CHANDA}/screen`)
    if (said !== undefined)
      await stage.call(`/phones/${CHANDA}/answer`, {
        method: 'POST',
        body: JSON.stringify({ promptId: prompts[0]?.promptId, ...said }),
      })
    await stage.pass(300)
    expect(await statusOf(id)).toMatchObject({ code, success: false, data: { transaction: { status } } })
    expect((await statusOf(id)).data?.transaction).not.toHaveProperty('airtel_money_id')
    await stage.call(`/phones/${CHANDA}/attach`, { method: 'DELETE' })
  })

  it('is taken once for each id, also where two come at once', async () => {
    const body = collection()
    const both = await Promise.all([collect(body), collect(body)])
    expect(both.map(({ code }) => code).sort()).toEqual(['DP00800001006', 'ESB000041'])
    expect((await collect(body)).code).toBe('ESB000041')
  })

  it.each<[string, ReturnType<typeof collection>, string]>([
    ['a text for an amount', collection({}, { amount: '50' }), 'ESB000008'],
    ['three decimals', collection({}, { amount: 50.125 }), 'DP00800001004'],
    ['less than nothing', collection({}, { amount: -50 }), 'DP00800001004'],
    ['nothing', collection({}, { amount: 0 }), 'DP00800001004'],
    ['too little', collection({}, { amount: 1.99 }), 'DP00800001004'],
    ['too much', collection({}, { amount: 5000.01 }), 'DP00800001003'],
    ['the country’s code', collection({}, {}, { msisdn: CHANDA }), 'ESB000033'],
    ['a hyphen in the id', collection({}, { id: 'a-b' }), 'ESB000008'],
    ['a short reference', collection({ reference: 'LN7' }), 'ESB000008'],
    ['a reference with a space', collection({ reference: 'LOAN 77' }), 'ESB000008'],
    ['another country in the body', collection({}, { country: 'UG' }), 'ESB000034'],
    ['another currency in the body', collection({}, {}, { currency: 'USD' }), 'ESB000035'],
    ['no id', collection({}, { id: undefined }), 'ROUTER003'],
    ['nobody', collection({}, {}, { msisdn: '979999999' }), 'DP00800001010'],
  ])('refuses %s', async (_, body, code) => {
    expect(await collect(body)).toMatchObject({ code, success: false })
  })

  it('wants its message signed where that is switched on', async () => {
    const text = JSON.stringify(collection())
    const send = (headers: Record<string, string>, body = text) =>
      call('POST', '/merchant/v2/payments/', body, headers, SIGNED)
    const [key, iv] = [randomBytes(32), randomBytes(16)]
    const cipher = createCipheriv('aes-256-cbc', key, iv)
    const signature = Buffer.concat([cipher.update(text), cipher.final()]).toString('base64')
    const xKey = sealed(`${key.toString('base64')}:${iv.toString('base64')}`)
    const headers = { 'x-signature': signature, 'x-key': xKey }
    expect((await send({})).code).toBe('DP00800001026')
    expect((await send(headers, text.replace('LOAN77', 'LOAN78'))).code).toBe('DP00800001026')
    expect((await send(headers)).code).toBe('DP00800001006')
  })
})

describe('a payout', () => {
  it('moves the wallet’s money at once, and calls nobody', async () => {
    const before = Number(await stage.balance('airtel', CHANDA))
    const { id, code, data } = await pay()
    expect([code, data?.transaction]).toMatchObject(['DP00900001001', { id, status: 'TS' }])
    expect(data?.transaction?.airtel_money_id).toMatch(new RegExp(`^disbursement-[A-Z]{10}-${id}$`))
    expect((await statusOf(id, 'disbursements')).data?.transaction).toMatchObject({
      status: 'TS',
      airtel_money_id: data?.transaction?.airtel_money_id,
    })
    expect(Number(await stage.balance('airtel', CHANDA)) - before).toBe(50)
    await stage.pass(600)
    expect(stage.listener.heard).toEqual([])
  })

  it('never pays more than the wallet has, however many come at once, and goes on after a top-up', async () => {
    const sent = await Promise.all([1, 2, 3].map(() => pay(payout({}, { amount: 400 }))))
    const codes = sent.map(({ code }) => code).sort()
    expect(codes.at(-1)).toBe('DP00900001007')
    const topUp = (body: object) =>
      stage.call('/providers/airtel/accounts', { method: 'POST', body: JSON.stringify(body) })
    expect((await topUp({ account: 'sope', amount: '1000' })).status).toBe(200)
    expect((await topUp({ account: 'sope', amount: '-5' })).status).toBe(400)
    expect((await topUp({ account: 'x', amount: '5' })).status).toBe(404)
    expect((await pay(payout({}, { amount: 400 }))).code).toBe('DP00900001001')
  })

  it.each<[string, ReturnType<typeof payout>, string]>([
    ['a wrong PIN', payout({ pin: sealed('0000') }), 'ROUTER115'],
    ['a PIN in clear', payout({ pin: '7319' }), 'ROUTER116'],
    ['no PIN', payout({ pin: undefined }), 'ROUTER003'],
    ['too much', payout({}, { amount: 5001 }), 'DP00900001004'],
    ['half an ngwee', payout({}, { amount: 50.005 }), 'DP00900001004'],
    ['a kind that is none', payout({}, { type: 'C2C' }), 'ESB000008'],
    ['nobody', payout({ payee: { msisdn: '979999999' } }), 'DP00900001009'],
  ])('refuses %s', async (_, body, code) => {
    expect(await pay(body)).toMatchObject({ code, success: false })
  })

  it('is made once for each id, and of the second edition asked about with its type', async () => {
    const body = payout()
    await pay(body)
    expect((await pay(body)).code).toBe('DP00900001017')
    const path = `/standard/v2/disbursements/${body.transaction.id}`
    expect((await call('GET', path)).code).toBe('DP00900001013')
    expect((await call('GET', `${path}?transactionType=B2C`)).code).toBe('DP00900001001')
    expect((await statusOf(body.transaction.id)).code).toBe('DP00800001025')
    expect((await statusOf('none', 'disbursements')).code).toBe('DP00900001015')
    expect((await call('GET', path, undefined, {}, SIGNED)).code).toBe('DP00900001013')
  })
})

describe('a refund', () => {
  it('gives a payment back, whole and once, by Airtel’s own name for it', async () => {
    const { id, receipt } = await collected()
    const before = Number(await stage.balance('airtel', CHANDA))
    expect(await refund(receipt)).toMatchObject({
      code: 'DP00800001006',
      data: { transaction: { status: 'Success.' } },
    })
    expect(Number(await stage.balance('airtel', CHANDA)) - before).toBe(50)
    expect((await statusOf(id)).data?.transaction?.status).toBe('TR')
    expect((await refund(receipt)).code).toBe('DP00800001008')
    expect((await refund('MP1')).code).toBe('DP00800001025')
    expect((await refund(undefined)).code).toBe('ROUTER003')
    expect(await stage.truth('airtel', id)).toMatchObject({ status: 'reversed' })
  })
})

it('knows the name behind a number, and what the wallet holds', async () => {
  const user = (msisdn: string) => call('GET', `/standard/v1/users/${msisdn}`)
  expect(await user('971000111')).toMatchObject({
    code: 'DP02200000001',
    data: { first_name: 'Chanda', last_name: 'Mwila', is_barred: false },
  })
  expect((await user('979999999')).code).toBe('DP02200000002')
  expect((await call('GET', '/standard/v1/users/balance')).data).toEqual({
    balance: expect.stringMatching(/^\d+\.\d\d$/),
    currency: 'ZMW',
    account_status: 'Active',
  })
})
