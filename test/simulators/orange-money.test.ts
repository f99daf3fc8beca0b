import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createStage, type Stage } from './support.ts'

/** Orange's core API as its open clients know it: what is taken, what is refused, and in which words. */

const OUMAR = '237690000001'
const POOR = '237655000003'
const APP = { clientId: 'app', clientSecret: 'secret', apiUser: 'user', apiPassword: 'word' }
const OTHER = { clientId: 'other', clientSecret: 'secret', apiUser: 'other-user', apiPassword: 'word' }
const PINS = { mp: '7319', cashin: '8420' } as const
const LINES = { mp: '690000009', cashin: '690000008' } as const
type Product = keyof typeof PINS
type Json = { message: string; data: Record<string, unknown> | null; fault?: { code: number } }

let stage: Stage

const base64 = (text: string) => Buffer.from(text).toString('base64')

async function tokenOf(
  app = APP,
  change: Record<string, string> = {},
  body = 'grant_type=client_credentials',
) {
  const headers = {
    authorization: `Basic ${base64(`${app.clientId}:${app.clientSecret}`)}`,
    'content-type': 'application/x-www-form-urlencoded',
    ...change,
  }
  const answer = await stage.call('/orange/token', { method: 'POST', headers, body })
  return { status: answer.status, ...((await answer.json()) as { access_token: string; expires_in: number }) }
}

async function call(
  method: string,
  path: string,
  body?: object,
  change: Record<string, string> = {},
  app = APP,
) {
  const answer = await stage.call(`/orange/omcoreapis/1.0.2${path}`, {
    method,
    headers: {
      authorization: `Bearer ${(await tokenOf(app)).access_token}`,
      'x-auth-token': base64(`${app.apiUser}:${app.apiPassword}`),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...change,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const json = text.startsWith('{') ? JSON.parse(text) : { message: text, data: null }
  return { status: answer.status, ...(json as Json) }
}

const init = async (product: Product): Promise<string> =>
  String((await call('POST', `/${product}/init`)).data?.payToken)

const bodyOf = (product: Product, payToken: string, orderId = randomBytes(10).toString('hex')) => ({
  ...(product === 'mp' ? { notifUrl: `${stage.listener.url}/orange/${orderId}` } : {}),
  channelUserMsisdn: LINES[product],
  amount: '5000',
  subscriberMsisdn: OUMAR.slice(3),
  pin: PINS[product],
  orderId,
  description: 'Loan LN77',
  payToken,
})

async function pay(product: Product, change: object = {}) {
  const payToken = await init(product)
  const body = { ...bodyOf(product, payToken), ...change }
  return { payToken: body.payToken, orderId: body.orderId, ...(await call('POST', `/${product}/pay`, body)) }
}
const statusOf = async (product: Product, payToken: string) =>
  (await call('GET', `/${product}/paymentstatus/${payToken}`)).data

async function floatOf(product: Product): Promise<string | undefined> {
  const { data } = await stage.json<{ data: { account: string; balance: string }[] }>(
    '/providers/orange-money/accounts',
  )
  return data.find(({ account }) => account === LINES[product])?.balance
}

beforeAll(async () => {
  stage = await createStage()
  const line = (product: Product) => ({ product, channelUserMsisdn: LINES[product], pin: PINS[product] })
  await stage.simulators.seed({
    orangeMoney: {
      apps: [
        { ...APP, lines: [line('mp'), { ...line('cashin'), float: '100000' }] },
        { ...OTHER, lines: [] },
      ],
      wallets: [
        { msisdn: `+${OUMAR}`, pin: '1234', balance: '200000', name: 'Oumar Sali Bello' },
        { msisdn: `+${POOR}`, pin: '1234', balance: '10', name: 'Poor Man' },
      ],
    },
  })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.pass(3_600)
  await stage.simulators.faults.clear()
  stage.listener.heard.length = 0
})

describe('who calls', () => {
  it('gets the token that lives, for what is left of its life, then another', async () => {
    const first = await tokenOf()
    expect(first).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: 3600 })
    await stage.pass(1_000)
    expect(await tokenOf()).toMatchObject({ access_token: first.access_token, expires_in: 2600 })
    await stage.pass(2_600)
    expect((await tokenOf()).access_token).not.toBe(first.access_token)
    expect(
      await call('POST', '/mp/init', undefined, { authorization: `Bearer ${first.access_token}` }),
    ).toMatchObject({
      status: 401,
      fault: { code: 900901 },
    })
  })

  it('is refused with a wrong secret, another grant, or JSON', async () => {
    expect((await tokenOf({ ...APP, clientSecret: 'x' })).status).toBe(401)
    expect((await tokenOf(APP, {}, 'grant_type=password')).status).toBe(400)
    expect((await tokenOf(APP, { 'content-type': 'application/json' })).status).toBe(400)
  })

  it('is refused without a token, and without the user behind it', async () => {
    const refused = (headers: Record<string, string>) => call('POST', '/mp/init', undefined, headers)
    expect(await refused({ authorization: '' })).toMatchObject({ status: 401, fault: { code: 900902 } })
    expect((await refused({ 'x-auth-token': base64('user:wrong') })).status).toBe(401)
    expect((await refused({ 'x-auth-token': base64('other-user:word') })).status).toBe(401)
  })
})

describe('a merchant payment', () => {
  it('is begun, asked for, confirmed on her phone, and told once', async () => {
    const begun = await init('mp')
    expect(begun).toMatch(/^MP\d{6}[0-9A-F]{20}$/)
    expect(await statusOf('mp', begun)).toMatchObject({ status: 'INITIATED', amount: null, payToken: begun })
    const { payToken, orderId, status, data } = await pay('mp')
    expect(status).toBe(200)
    expect(data).toMatchObject({
      ...{ status: 'PENDING', amount: 5000, subscriberMsisdn: '690000001', txnmode: orderId, payToken },
      ...{ inittxnstatus: '200', confirmtxnstatus: null, txnid: expect.stringMatching(/^MP\d{6}\.\d{4}\./) },
    })
    expect((await call('GET', `/mp/push/${payToken}`)).status).toBe(200)
    await stage.pass(2)
    const settled = await statusOf('mp', payToken)
    expect(settled).toMatchObject({ status: 'SUCCESSFULL', confirmtxnstatus: '200', txnid: data?.txnid })
    expect((await call('GET', `/mp/push/${payToken}`)).status).toBe(422)
    await stage.pass(3_600)
    const [heard, ...more] = stage.listener.heard
    expect([heard?.method, heard?.path, more]).toEqual(['POST', `/orange/${orderId}`, []])
    expect(JSON.parse(heard?.body ?? '')).toMatchObject({ payToken, status: 'SUCCESSFULL' })
    expect(await stage.truth('orange-money', orderId)).toMatchObject({
      ...{ kind: 'collect', msisdn: `+${OUMAR}`, amount: '5000', currency: 'XAF', status: 'succeeded' },
      ...{ receipt: data?.txnid, payToken, account: LINES.mp },
    })
    expect([await stage.balance('orange-money', OUMAR), await floatOf('mp')]).toEqual(['195000', '5000'])
  })

  it('is refused at once where the money is not there: 417, a code, and FAILED for ever', async () => {
    const { payToken, orderId, ...answer } = await pay('mp', { subscriberMsisdn: POOR.slice(3) })
    expect(answer).toMatchObject({
      status: 417,
      message: '60019 :: Le solde du compte du payeur est insuffisant',
      data: { status: 'FAILED', inittxnstatus: '60019', txnid: null },
    })
    await stage.pass(600)
    expect(await statusOf('mp', payToken)).toMatchObject({ status: 'FAILED', inittxnstatus: '60019' })
    expect(await stage.truth('orange-money', orderId)).toMatchObject({ status: 'failed', reason: '60019' })
  })

  it('expires where a phone is attached and nobody answers; nearly all of it is null then', async () => {
    await stage.call(`/phones/${OUMAR}/attach`, { method: 'POST' })
    const { payToken } = await pay('mp')
    await stage.pass(299)
    expect(await statusOf('mp', payToken)).toMatchObject({ status: 'PENDING' })
    await stage.pass(1)
    expect(await statusOf('mp', payToken)).toMatchObject({ status: 'EXPIRED', amount: null, txnid: null })
    await stage.call(`/phones/${OUMAR}/attach`, { method: 'DELETE' })
  })

  it.each([
    ['cancelled', 'CANCELLED', null],
    ['wrong-pin', 'FAILED', '90007'],
    ['unreachable', 'FAILED', '90008'],
    ['expired', 'EXPIRED', null],
    ['no-answer-ever', 'PENDING', null],
  ])('obeys %s', async (kind, status, code) => {
    await stage.script({ simulator: 'orange-money', kind })
    const { payToken } = await pay('mp')
    await stage.pass(300)
    expect(await statusOf('mp', payToken)).toMatchObject({ status, confirmtxnstatus: code })
  })

  it('is paid once for each token, which must be its own, of its product, and alive', async () => {
    const { payToken } = await pay('mp')
    expect((await pay('mp', { payToken })).status).toBe(422)
    const both = await init('mp')
    const twice = await Promise.all([pay('mp', { payToken: both }), pay('mp', { payToken: both })])
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 422])
    const unusable = async (token: string, product: Product = 'mp') =>
      (await pay(product, { payToken: token })).message.slice(0, 5)
    expect(await unusable('MP-NONE')).toBe('90006')
    expect(await unusable(await init('mp'), 'cashin')).toBe('90006')
    const foreign = await call('POST', '/mp/init', undefined, {}, OTHER)
    expect(await unusable(String(foreign.data?.payToken))).toBe('90006')
    const old = await init('mp')
    await stage.pass(600)
    expect(await unusable(old)).toBe('90006')
    expect(await statusOf('mp', old)).toMatchObject({ status: 'EXPIRED', amount: null })
    expect((await call('GET', `/mp/paymentstatus/${old}`, undefined, {}, OTHER)).status).toBe(417)
  })
})

describe('what is refused', () => {
  it.each<[string, Product, object, number, string]>([
    ['a number for an amount', 'mp', { amount: 5000 }, 400, 'amount'],
    ['a fraction', 'mp', { amount: '5000.5' }, 400, 'amount'],
    ['nothing', 'mp', { amount: '0' }, 400, 'amount'],
    ['the country’s code', 'mp', { subscriberMsisdn: OUMAR }, 400, 'subscriberMsisdn'],
    ['a long order', 'mp', { orderId: 'a'.repeat(21) }, 400, 'orderId'],
    ['a hyphen', 'mp', { orderId: 'a-b' }, 400, 'orderId'],
    ['a long description', 'mp', { description: 'a'.repeat(126) }, 400, 'description'],
    ['a long PIN', 'mp', { pin: '12345' }, 400, 'pin'],
    ['no listener', 'mp', { notifUrl: undefined }, 400, 'notifUrl'],
    ['a listener of a cash-in', 'cashin', { notifUrl: 'http://127.0.0.1/' }, 400, 'notifUrl'],
    ['a wrong PIN', 'mp', { pin: '1111' }, 417, '90005'],
    ['a line that may not', 'mp', { channelUserMsisdn: LINES.cashin, pin: PINS.cashin }, 417, '90005'],
    ['MTN’s number', 'mp', { subscriberMsisdn: '670000001' }, 417, '00671'],
    ['nobody', 'mp', { subscriberMsisdn: '699999999' }, 417, '99051'],
    ['too much', 'mp', { amount: '500001' }, 417, '90002'],
    ['no step of five', 'cashin', { amount: '5003' }, 417, '90003'],
  ])('%s', async (_, product, change, status, word) => {
    const answer = await pay(product, change)
    expect([answer.status, answer.message.slice(0, word.length)]).toEqual([status, word])
  })
})

describe('a cash-in', () => {
  it('moves the float to her wallet, and calls nobody', async () => {
    const [wallet, float] = [await stage.balance('orange-money', OUMAR), await floatOf('cashin')]
    const { payToken, orderId, data } = await pay('cashin')
    expect(data).toMatchObject({ status: 'PENDING', txnstatus: '200', notifUrl: null })
    expect(data).not.toHaveProperty('inittxnstatus')
    await stage.pass(1)
    expect(await statusOf('cashin', payToken)).toMatchObject({ status: 'SUCCESSFULL', amount: 5000 })
    await stage.pass(600)
    expect(stage.listener.heard).toEqual([])
    expect(await stage.balance('orange-money', OUMAR)).toBe(String(Number(wallet) + 5000))
    expect(await floatOf('cashin')).toBe(String(Number(float) - 5000))
    expect(await stage.truth('orange-money', orderId)).toMatchObject({
      kind: 'disburse',
      status: 'succeeded',
    })
  })

  it('never pays more than the float, however many come at once, and goes on after a top-up', async () => {
    const sent = await Promise.all([1, 2, 3].map(() => pay('cashin', { amount: '40000' })))
    await stage.pass(1)
    const ends = await Promise.all(sent.map(({ payToken }) => statusOf('cashin', payToken)))
    expect(ends.filter(end => end?.status === 'SUCCESSFULL')).toHaveLength(2)
    expect(ends.find(end => end?.status === 'FAILED')).toMatchObject({ txnstatus: '60019' })
    expect((await pay('cashin', { amount: '40000' })).message).toMatch(/^60019 ::/)
    const topUp = (body: object) =>
      stage.call('/providers/orange-money/accounts', { method: 'POST', body: JSON.stringify(body) })
    expect((await topUp({ account: LINES.cashin, amount: '100000' })).status).toBe(200)
    expect((await topUp({ account: LINES.cashin, amount: '-5' })).status).toBe(400)
    expect((await topUp({ account: '600000000', amount: '5' })).status).toBe(404)
    expect((await pay('cashin', { amount: '40000' })).status).toBe(200)
  })

  it('knows the name behind a number', async () => {
    const ask = async (number: string, pin: string = PINS.cashin) =>
      call('POST', `/infos/subscriber/customer/${number}`, { pin, channelMsisdn: LINES.cashin })
    expect((await ask('690000001')).data).toEqual({ firstName: 'Oumar', lastName: 'Sali Bello' })
    const codes = [await ask('699999999'), await ask('670000001'), await ask('690000001', '1')]
    expect(codes.map(({ status, message }) => [status, message.slice(0, 5)])).toEqual([
      [417, '99051'],
      [417, '00671'],
      [417, '90005'],
    ])
  })
})
